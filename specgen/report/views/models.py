"""All models and per-row baselines side by side."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report.source import WHOLE, Source
from specgen.report.text import name
from specgen.report.views.cells import Cell, Footnotes, cell, common_digits
from specgen.report.views.columns import Columns, fitted


@dataclass(frozen=True)
class ModelRow:
    """A model on the whole split."""

    name: str
    candidate: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class ModelsView:
    """All models and per-row baselines side by side on the whole split."""

    metrics: tuple[str, ...]
    columns: Columns
    rows: tuple[ModelRow, ...]
    notes: tuple[tuple[str, str], ...]


def models(source: Source) -> ModelsView | None:
    """Every model that was measured on the judged split; None where there is only the candidate."""
    names = dict.fromkeys(
        m.model for m in source.result.measurements if m.split == source.split and m.slice == WHOLE
    )
    plain = [use for use in source.uses if use[1] is None or use == source.primary]
    uses = [use for use in plain if not _business(source, use[0])]
    if len(names) < 2 or not uses:
        return None
    digits = {
        use: common_digits((source.get(m, *use) for m in names), source.metrics.get(use[0])) for use in uses
    }
    ordered = sorted(names, key=lambda model: model != source.candidate)[: max(source.cap, 12)]

    def cells(model: str, shown: int, notes: Footnotes) -> tuple[Cell, ...]:
        return tuple(
            cell(source.get(model, *use), source.metrics.get(use[0]), notes, digits[use])
            for use in uses[:shown]
        )

    titles = tuple(source.title(*use) for use in uses)
    layout, found, notes = fitted(
        [name(model) + " under review" * (model == source.candidate) for model in ordered],
        titles,
        lambda shown, notes: [cells(model, shown, notes) for model in ordered],
        (),
    )
    rows = tuple(
        ModelRow(name(model), model == source.candidate, own)
        for model, own in zip(ordered, found, strict=True)
    )
    return ModelsView(titles[: len(layout.metrics)], layout, rows, notes)


def _business(source: Source, metric: str) -> bool:
    info = source.metrics.get(metric)
    return info is not None and info.kind == "business"
