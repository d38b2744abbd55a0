"""Logs that other evaluation tools write, as tables of per-example scores."""
