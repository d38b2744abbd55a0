"""Rows to cells: the one pass over a split."""
