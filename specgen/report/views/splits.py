"""The same metrics on every split: what falls between training and use."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import name, sentence
from specgen.report.views.cells import Cell, Footnotes, cell, common_digits
from specgen.report.views.columns import Columns, fitted, rows_width

COUNT = 9.0


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
    units: str
    columns: Columns
    rows: tuple[SplitRow, ...]
    notes: tuple[tuple[str, str], ...]


def splits(source: Source) -> SplitsView | None:
    """All declared splits; None where there is only one."""
    declared = source.result.splits
    uses = [use for use in source.uses if use[1] is None or use == source.primary]
    uses = sorted(uses, key=lambda use: use != source.primary)
    if len(declared) < 2 or not uses:
        return None
    digits = {
        use: common_digits(
            (source.get(source.candidate, *use, split=s.name) for s in declared), source.metrics.get(use[0])
        )
        for use in uses
    }

    def cells(split: str, shown: int, notes: Footnotes) -> tuple[Cell, ...]:
        return tuple(
            cell(source.get(source.candidate, *u, split=split), source.metrics.get(u[0]), notes, digits[u])
            for u in uses[:shown]
        )

    has_units = any(split.units is not None for split in declared)
    titles = tuple(source.title(*use) for use in uses)
    layout, found, notes = fitted(
        [name(split.name) for split in declared],
        titles,
        lambda shown, notes: [cells(split.name, shown, notes) for split in declared],
        (rows_width(source, COUNT), COUNT)[: 1 + has_units],
    )
    rows = tuple(
        SplitRow(
            name(split.name),
            numbers.count(split.rows),
            numbers.count(split.units),
            own,
            "" if split.evaluated else sentence(split.note or "not evaluated", 160),
        )
        for split, own in zip(declared, found, strict=True)
    )
    return SplitsView(
        titles[: len(layout.metrics)], has_units, source.units.capitalize(), layout, rows, notes
    )
