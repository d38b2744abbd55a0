"""Strings from outside made safe to lay out: no control characters, no endless words."""

from __future__ import annotations

import unicodedata
from datetime import datetime

NAME = 72
SENTENCE = 400
_KEPT = {"\n": " ", "\t": " ", "\r": " ", "\u2028": " ", "\u2029": " "}


def clean(text: str) -> str:
    """The text without control, surrogate and direction-overriding characters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in _KEPT:
        return _KEPT[character]
    category = unicodedata.category(character)
    if category in ("Cc", "Cs"):
        return "\ufffd"
    return "" if category == "Cf" and character not in "\u200c\u200d" else character


def clip(text: str, most: int) -> str:
    """The cleaned text, cut in the middle with an ellipsis where it is longer than `most` characters."""
    text = clean(text)
    if len(text) <= most:
        return text
    tail = most // 4
    return f"{text[: most - tail - 1].rstrip()}…{text[-tail:].lstrip()}"


def name(text: str) -> str:
    """A name short enough for a table's cell."""
    return clip(text, NAME)


def sentence(text: str, most: int = SENTENCE) -> str:
    """A sentence short enough not to push the rest of a page away, cut after a word where there is one."""
    text = clean(text)
    if len(text) <= most:
        return text
    words = text[: most - 1].rsplit(" ", 1)
    kept = words[0] if len(words[0]) > most // 2 else text[: most - 1]
    return f"{kept.rstrip(' ,;:')}…"


def listed(items: list[str]) -> str:
    """`a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def plural(count: int, noun: str) -> str:
    """`1 slice`, `2,000 slices`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def date(started: str) -> str:
    """`24 November 2026`, or the text itself where it is no date."""
    try:
        when = datetime.fromisoformat(started)
    except ValueError:
        return started
    return f"{when.day} {when:%B %Y}"
