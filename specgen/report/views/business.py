"""What the models are worth: business metrics of every model."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report import numbers
from specgen.report.source import WHOLE, Source
from specgen.report.text import name, sentence
from specgen.report.views.cells import Cell, Footnotes, cell, common_digits


@dataclass(frozen=True)
class BusinessRow:
    """One model's value."""

    model: str
    candidate: bool
    cell: Cell


@dataclass(frozen=True)
class BusinessView:
    """One business metric on the judged split."""

    title: str
    unit: str
    better: str
    definition: str
    rows: tuple[BusinessRow, ...]
    notes: tuple[tuple[str, str], ...]


def business(source: Source) -> tuple[BusinessView, ...]:
    """One view a business metric that was measured on the judged split."""
    views = []
    for metric in source.result.metrics:
        found = {
            m.model: m
            for m in source.result.measurements
            if m.metric == metric.key and m.split == source.split and m.slice == WHOLE
        }
        if metric.kind != "business" or not found:
            continue
        notes = Footnotes()
        digits = common_digits(found.values(), metric)
        ordered = sorted(found, key=lambda model: model != source.candidate)
        rows = tuple(
            BusinessRow(name(model), model == source.candidate, cell(found[model], metric, notes, digits))
            for model in ordered
        )
        views.append(
            BusinessView(
                name(metric.title),
                numbers.unit(metric).strip(),
                f"{metric.better} is better",
                sentence(metric.definition, 240),
                rows,
                notes.listed(),
            )
        )
    return tuple(views)
