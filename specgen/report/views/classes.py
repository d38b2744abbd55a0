"""Where the candidate confuses labels: the confusion matrix and the metrics of each label."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Confusion
from specgen.report import numbers
from specgen.report.source import WHOLE, Source
from specgen.report.text import name
from specgen.report.views.cells import Cell, Footnotes, cell, stacked

MOST_LABELS = 16
MOST_METRICS = 6


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
    stacked: bool
    rows: tuple[ClassRow, ...]
    notes: tuple[tuple[str, str], ...]
    hidden: str


def classes(source: Source) -> ClassesView | None:
    """The view; None where the task has no labels."""
    found = next(
        (c for c in source.result.confusions if c.split == source.split and c.model == source.candidate), None
    )
    notes = Footnotes()
    metrics, rows, hidden = _table(source, notes)
    if found is None and not rows:
        return None
    return ClassesView(
        _matrix(found) if found else None, metrics, stacked(row.cells for row in rows), rows,
        notes.listed(), hidden,
    )  # fmt: skip


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


def _table(source: Source, notes: Footnotes) -> tuple[tuple[str, ...], tuple[ClassRow, ...], str]:
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
    rest = len(metrics) - MOST_METRICS
    hidden = (
        f"{rest:,} more metric{'s' if rest > 1 else ''} of single labels in results.json" if rest > 0 else ""
    )
    metrics = metrics[:MOST_METRICS]
    counts = next((split.class_counts for split in source.result.splits if split.name == source.split), {})
    shown = sorted(labels, key=lambda label: -counts.get(label, 0))[: max(source.cap, 40)]
    rows = tuple(
        ClassRow(
            name(label),
            numbers.count(counts.get(label)),
            tuple(
                cell(source.get(source.candidate, m, label), source.metrics.get(m), notes) for m in metrics
            ),
        )
        for label in shown
    )
    return tuple(source.title(m) for m in metrics), rows, hidden
