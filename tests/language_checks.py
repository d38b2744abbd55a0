"""What of a report in another language is still English, as a reader meets it."""

from __future__ import annotations

import re
from html import unescape

from specgen.record.result import Result
from specgen.report.language.page import FOREIGN, PIECE, SPOKEN, own_names

# Words that English sentences have and German ones have not.
ENGLISH = re.compile(
    r"(?<![\w=./'-])(?:the|of|and|or|is|are|were|with|without|from|for|not|by|this|that|it|its|to|than|each|has|have|"
    r"on|at|which|what|where|be|as|they|there|their|rows?|slices?|gates?|more|least|most|no)(?![\w=./':-])"
)


def left_in_english(html: str, result: Result) -> list[str]:
    """Texts of the page that hold English words besides names and texts of the user's."""
    own = sorted(own_names(result), key=len, reverse=True)
    return [text for text in dict.fromkeys(_texts(html)) if ENGLISH.search(_without(text, own))]


def _without(text: str, own: list[str]) -> str:
    for name in own:
        text = text.replace(name, "#")
    return text


def _texts(html: str) -> list[str]:
    found, inside = [], []
    for piece in PIECE.findall(html):
        if not piece.startswith("<"):
            if FOREIGN.isdisjoint(inside) and piece.strip():
                found.append(unescape(piece).strip())
            continue
        found += [
            unescape(value)
            for name, value in SPOKEN.findall(piece)
            if name in ("aria-label", "data-tip", "alt")
        ]
        tag = piece[1:].split(None, 1)[0].rstrip("/>")
        if tag.startswith("/") and tag[1:] in inside:
            inside.remove(tag[1:])
        elif tag == "code" or "translate=" in piece:
            inside.append(tag)
    return found
