"""A number in a table: its value, its interval, and why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from specgen.record.result import Measurement, MetricInfo
from specgen.report import numbers
from specgen.report.text import sentence


@dataclass(frozen=True)
class Cell:
    """`note` is the letter of the footnote that says why there is no value."""

    value: str
    interval: str = ""
    unit: str = ""
    note: str = ""


@dataclass
class Footnotes:
    """Reasons for missing values, each said once below its table."""

    letters: dict[str, str] = field(default_factory=dict)

    def letter(self, reason: str) -> str:
        """The letter of a reason: a to z, then aa, ab, …"""
        if reason not in self.letters:
            k = len(self.letters)
            self.letters[reason] = (chr(96 + k // 26) if k >= 26 else "") + chr(97 + k % 26)
        return self.letters[reason]

    def listed(self) -> tuple[tuple[str, str], ...]:
        """Letters and reasons, in order."""
        return tuple((letter, reason) for reason, letter in self.letters.items())


def cell(
    found: Measurement | None, metric: MetricInfo | None, notes: Footnotes, digits: int | None = None
) -> Cell:
    """The cell of a measurement; a missing one has a footnote where a reason is known."""
    if found is None:
        return Cell(numbers.MISSING)
    places = numbers.decimals(metric, found.value) if digits is None else digits
    reason = sentence(found.reason, 160) if found.reason else ""
    if found.value is None:
        return Cell(numbers.MISSING, note=notes.letter(reason or "not measurable"))
    shown = numbers.interval(found.low, found.high, metric, places)
    letter = notes.letter(reason) if reason else ""
    return Cell(numbers.number(found.value, places), shown, numbers.unit(metric), letter)


def common_digits(found: Iterable[Measurement | None], metric: MetricInfo | None) -> int:
    """Digits that a whole column shares, so that its numbers align."""
    return numbers.decimals(metric, *(m.value for m in found if m is not None))
