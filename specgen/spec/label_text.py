"""How a label reads, wherever it comes from; kept apart so that a model's process need not import pydantic."""

from __future__ import annotations


def label_text(value: object) -> object:
    """A label as text, the same from a word, a number or a truth value: 1 and 1.0 read `1`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else value
