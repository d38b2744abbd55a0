"""Errors one by one: examples, their causes, and labels in doubt."""
