"""The result document and the folder of runs."""
