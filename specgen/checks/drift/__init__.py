"""Data drift: how far a split's columns, labels and predictions are from those of a reference split."""
