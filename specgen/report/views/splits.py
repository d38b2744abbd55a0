"""The same metrics on every split: what falls between training and use."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import name, sentence
from specgen.report.views.cells import Cell, Footnotes, cell, common_digits, stacked

MOST_METRICS = 5


@dataclass(frozen=True)
class SplitRow:
    """One split; `note` says why it was not evaluated."""

    name: str
    rows: str
    units: str
    cells: tuple[Cell, ...]
    note: str


@dataclass(frozen=True)
class SplitsView:
    """The section on splits."""

    metrics: tuple[str, ...]
    has_units: bool
    stacked: bool
    rows: tuple[SplitRow, ...]
    notes: tuple[tuple[str, str], ...]


def splits(source: Source) -> SplitsView | None:
    """All declared splits; None where there is only one."""
    declared = source.result.splits
    uses = [use for use in source.uses if use[1] is None or use == source.primary]
    uses = sorted(uses, key=lambda use: use != source.primary)[:MOST_METRICS]
    if len(declared) < 2 or not uses:
        return None
    notes = Footnotes()
    digits = {
        use: common_digits(
            (source.get(source.candidate, *use, split=s.name) for s in declared), source.metrics.get(use[0])
        )
        for use in uses
    }
    rows = tuple(
        SplitRow(
            name(split.name),
            numbers.count(split.rows),
            numbers.count(split.units),
            tuple(
                cell(
                    source.get(source.candidate, *use, split=split.name),
                    source.metrics.get(use[0]),
                    notes,
                    digits[use],
                )
                for use in uses
            ),
            "" if split.evaluated else sentence(split.note or "not evaluated", 160),
        )
        for split in declared
    )
    has_units = any(split.units is not None for split in declared)
    stack = stacked((Cell(" " * 12), *row.cells) for row in rows)
    return SplitsView(tuple(source.title(*use) for use in uses), has_units, stack, rows, notes.listed())
