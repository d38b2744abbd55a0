"""Where the candidate confuses labels: the confusion matrix and the metrics of each label."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report import numbers
from specgen.report.source import WHOLE, Source
from specgen.report.text import name
from specgen.report.views.cells import Cell, Footnotes, cell
from specgen.report.views.columns import Columns, fitted, rows_width
from specgen.report.views.confusion import ConfusionView, FoundRow, confusion_view, found_rows

COUNT = 9.0


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
    each: tuple[FoundRow, ...]
    metrics: tuple[str, ...]
    columns: Columns
    rows: tuple[ClassRow, ...]
    notes: tuple[tuple[str, str], ...]


def classes(source: Source) -> ClassesView | None:
    """The view; None where the task has no labels."""
    own = [c for c in source.result.confusions if (c.split, c.model) == (source.split, source.candidate)]
    found = next((one for one in own if one.label is None), None)
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
    matrix = confusion_view(found) if found else None
    each = found_rows([one for one in own if one.label is not None], labels)
    return ClassesView(matrix, each, titles[: len(layout.metrics)], layout, rows, notes)


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
