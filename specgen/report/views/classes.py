"""Where the candidate confuses labels: the confusion matrix and the metrics of each label."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Confusion
from specgen.report import numbers
from specgen.report.source import WHOLE, Source
from specgen.report.text import name
from specgen.report.views.cells import Cell, Footnotes, cell
from specgen.report.views.columns import Columns, fitted, rows_width

MOST_LABELS = 16
COUNT = 9.0


@dataclass(frozen=True)
class Square:
    """One cell of the matrix; `shade` is 0 to 10, the part of the row's total."""

    count: str
    part: str
    shade: int
    right: bool


@dataclass(frozen=True)
class ConfusionView:
    """Labels down, predictions across."""

    labels: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Square, ...], str], ...]
    wide: bool
    hidden: str


@dataclass(frozen=True)
class ClassRow:
    """One label's metrics."""

    label: str
    rows: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class ClassesView:
    """The section on labels."""

    confusion: ConfusionView | None
    metrics: tuple[str, ...]
    columns: Columns
    rows: tuple[ClassRow, ...]
    notes: tuple[tuple[str, str], ...]


def classes(source: Source) -> ClassesView | None:
    """The view; None where the task has no labels."""
    found = next(
        (c for c in source.result.confusions if c.split == source.split and c.model == source.candidate), None
    )
    labels, metrics = _measured(source)
    if found is None and not labels:
        return None

    def cells(label: str, shown: int, notes: Footnotes) -> tuple[Cell, ...]:
        return tuple(
            cell(source.get(source.candidate, m, label), source.metrics.get(m), notes)
            for m in metrics[:shown]
        )

    titles = tuple(source.title(m) for m in metrics)
    layout, measured, notes = fitted(
        [name(label) for label in labels],
        titles,
        lambda shown, notes: [cells(label, shown, notes) for label in labels],
        (rows_width(source, COUNT),),
    )
    counts = _counts(source)
    rows = tuple(
        ClassRow(name(label), numbers.count(counts.get(label)), own)
        for label, own in zip(labels, measured, strict=True)
    )
    return ClassesView(_matrix(found) if found else None, titles[: len(layout.metrics)], layout, rows, notes)


def _matrix(found: Confusion) -> ConfusionView:
    totals = [sum(row) for row in found.counts]
    ranked = sorted(range(len(found.labels)), key=lambda i: -totals[i])[:MOST_LABELS]
    kept = sorted(ranked)
    rows = []
    for i in kept:
        squares = tuple(_square(found.counts[i][j], totals[i], i == j) for j in kept)
        rows.append((name(found.labels[i]), squares, numbers.count(totals[i])))
    rest = len(found.labels) - len(kept)
    hidden = f"the {len(kept)} most frequent labels; {rest:,} more in results.json" if rest > 0 else ""
    return ConfusionView(tuple(name(found.labels[i]) for i in kept), tuple(rows), len(kept) > 6, hidden)


def _square(amount: float, total: float, right: bool) -> Square:
    part = amount / total if total else 0.0
    shade = 0 if amount == 0 else max(1, round(10 * part**0.7))
    return Square(numbers.count(amount), f"{100 * part:.0f}%" if total else numbers.MISSING, shade, right)


def _measured(source: Source) -> tuple[list[str], list[str]]:
    """Labels that have metrics of their own, the most frequent first, and those metrics."""
    measured = [
        m
        for m in source.result.measurements
        if m.label is not None
        and m.split == source.split
        and m.model == source.candidate
        and m.slice == WHOLE
    ]
    labels = dict.fromkeys(m.label for m in measured if m.label is not None)
    order = ["precision", "recall", "f1"]
    metrics = sorted(
        dict.fromkeys(m.metric for m in measured), key=lambda k: order.index(k) if k in order else 9
    )
    counts = _counts(source)
    return sorted(labels, key=lambda label: -counts.get(label, 0))[: max(source.cap, 40)], metrics


def _counts(source: Source) -> dict[str, int]:
    return next((split.class_counts for split in source.result.splits if split.name == source.split), {})
