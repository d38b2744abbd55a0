"""Mistakes in a spec, told to people: where, what is wrong, what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specgen.spec.part import Key


def key_path(path: Key) -> str:
    """A path as people write it: `slices[2].where`."""
    text = ""
    for segment in path:
        text += f"[{segment}]" if isinstance(segment, int) else f".{segment}" if text else segment
    return text


@dataclass(frozen=True)
class Problem:
    """One mistake, at a 1-based line and column of a file."""

    file: str
    line: int
    column: int
    path: Key
    message: str

    def __str__(self) -> str:
        """`file:line:column: key path: what is wrong; what would be right`."""
        where = f"{self.file}:{self.line}:{self.column}: "
        return where + (f"{key_path(self.path)}: " if self.path else "") + self.message


class SpecError(Exception):
    """A spec with mistakes; `problems` holds all of them, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(
            problems, key=lambda p: (p.file, p.line, p.column, key_path(p.path), p.message)
        )
        super().__init__("\n".join(map(str, self.problems)))


def nearest(word: str, candidates: Collection[str]) -> str | None:
    """The candidate most like a word, without regard to case; None when none is alike."""
    folded = {candidate.lower(): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.lower(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: str, candidates: Collection[str]) -> str:
    """`; did you mean 'region'?`, or nothing when no candidate is alike."""
    found = nearest(word, candidates)
    return f"; did you mean '{found}'?" if found else ""
