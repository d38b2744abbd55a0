"""Cells to numbers: a registry, and a small file a family."""
