"""Strings from outside as Markdown text: nothing in them is markup, a link, a mention or a table's edge."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from specgen.report.text import clean

# A zero-width space: without it GitHub tells people of that name, or links an issue.
APART = "\u200b"
RULES = (
    (re.compile(r"([\\`*~$<|])"), r"\\\1"),
    # Within a word an underscore means nothing: `word_accuracy`.
    (re.compile(r"(?<![^\W_])_|_(?![^\W_])"), r"\\_"),
    # Of brackets only those of links, footnotes and boxes to tick: intervals stay as they are.
    (re.compile(r"\](?=[(:\[])"), r"\\]"),
    (re.compile(r"\[(?=[\^ xX]?\]|\^)"), r"\\["),
    (re.compile(r"&(?=#?\w+;)"), r"\\&"),
    (re.compile(r"(?<!\w)([@#])(?=\w)"), rf"\1{APART}"),
    (re.compile(r"(?i)\b(https?|ftp)://"), r"\1:\\//"),
    (re.compile(r"(?i)\bwww\."), r"www\\."),
    # At the start of a line: headings, quotes, lists, rules.
    (re.compile(r"^\s*(?=[>#]|[+\-](?:\s|$)|[\-=]+\s*$)"), r"\\"),
    (re.compile(r"^\s*(\d+)([.)])(?=\s|$)"), r"\1\\\2"),
)


def escaped(text: str) -> str:
    """The text as GitHub's Markdown (GFM) shows it: letter by letter, on one line, in a table's cell too."""
    text = clean(text)
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


def printed(value: Any) -> Any:
    """What a Markdown template prints: texts escaped, its own pieces as they are."""
    if isinstance(value, Markup):
        return value
    return Markup(escaped(str(value)))
