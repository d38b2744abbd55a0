"""Gaps to the baselines: which slice pays most."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import BaselineGap, BaselineInfo, MetricInfo
from specgen.report import numbers
from specgen.report.source import WHOLE, Source
from specgen.report.text import name, sentence
from specgen.report.views.cells import Cell, Footnotes, cell, common_digits, stacked

KINDS = {
    "human": "human-level performance",
    "literature": "published result",
    "open_source": "open-source model",
    "previous": "the model it would replace",
    "naive": "naive rule",
}

NOTHING_TO_GAIN = 4


@dataclass(frozen=True)
class GapRow:
    """A slice's gap; `bar` is the potential in percent of the largest."""

    slice: str
    measured: str
    baseline: str
    gap: str
    gap_interval: str
    share: str
    potential: str
    bar: float


@dataclass(frozen=True)
class BaselineView:
    """One baseline's table, ranked by potential."""

    name: str
    anchor: str
    kind: str
    origin: str
    url: str
    metric: str
    sentence: str
    whole: GapRow | None
    rows: tuple[GapRow, ...]
    hidden: str


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
    stacked: bool
    rows: tuple[ModelRow, ...]
    notes: tuple[tuple[str, str], ...]


def baselines(source: Source) -> tuple[BaselineView, ...]:
    """A table for each baseline that has the primary metric on the judged split."""
    metric, label = source.primary
    views = []
    for k, info in enumerate(source.result.baseline_sources):
        gaps = [
            gap
            for gap in source.result.baselines
            if (gap.baseline, gap.split, gap.metric, gap.label) == (info.name, source.split, metric, label)
        ]
        if gaps:
            views.append(_baseline(source, info, gaps, f"baseline-{k + 1}"))
    return tuple(views)


def _baseline(source: Source, info: BaselineInfo, gaps: list[BaselineGap], anchor: str) -> BaselineView:
    key, label = source.primary
    metric = source.metrics.get(key)
    whole = next((gap for gap in gaps if gap.slice == WHOLE), None)
    parts = sorted(
        (gap for gap in gaps if gap.slice != WHOLE),
        key=lambda gap: (-(gap.potential or 0.0), -(gap.gap or -9e9)),
    )
    largest = max((gap.potential or 0.0 for gap in parts), default=0.0)
    shown = source.cap if largest > 0 else min(source.cap, NOTHING_TO_GAIN)
    rows = tuple(_row(gap, metric, largest) for gap in parts[:shown])
    rest = len(parts) - len(rows)
    return BaselineView(
        name=name(info.name),
        anchor=anchor,
        kind=KINDS[info.kind],
        origin=sentence(info.description, 200),
        url=sentence(info.url or "", 120),
        metric=source.title(key, label),
        sentence=_pays(parts, metric, source.title(key, label)),
        whole=_row(whole, metric, 0.0) if whole else None,
        rows=rows,
        hidden=f"and {rest:,} more in results.json" if rest > 0 else "",
    )


def _row(gap: BaselineGap, metric: MetricInfo | None, largest: float) -> GapRow:
    digits = numbers.decimals(metric, gap.value)
    bounds = ""
    if gap.gap_low is not None and gap.gap_high is not None:
        scale, places = (
            (100, 1) if numbers.is_share(metric) else (1, numbers.decimals(metric, gap.gap_low, gap.gap_high))
        )
        bounds = (
            f"[{numbers.number(scale * gap.gap_low, places)}, {numbers.number(scale * gap.gap_high, places)}]"
        )
    return GapRow(
        slice="all rows" if gap.slice == WHOLE else name(gap.slice),
        measured=numbers.number(gap.measured, digits),
        baseline=numbers.number(gap.value, digits),
        gap=numbers.difference(gap.gap, metric),
        gap_interval=bounds,
        share=numbers.percent(gap.share),
        potential=numbers.potential(gap.potential, metric),
        bar=round(100 * (gap.potential or 0.0) / largest, 1) if largest > 0 else 0.0,
    )


def _pays(parts: list[BaselineGap], metric: MetricInfo | None, title: str) -> str:
    if not parts:
        return ""
    best = parts[0]
    if not best.potential:
        return "The candidate is at least as good on every slice: there is no gap to close."
    sure = best.gap_low is not None and best.gap_low > 0
    doubt = "" if sure else " The gap itself is within the measurement's uncertainty."
    gap = numbers.difference(best.gap, metric).lstrip("+")
    if metric is not None and not metric.mean_over_rows:
        return (
            f"{name(best.slice)} comes first: a gap of {gap} on {numbers.percent(best.share)} of rows. Potentials "
            f"rank the slices; they do not add up to {title} as a whole, which is no mean over rows.{doubt}"
        )
    return (
        f"{name(best.slice)} pays most: closing its gap of {gap} on {numbers.percent(best.share)} of rows "
        f"would improve {title} as a whole by {numbers.potential(best.potential, metric)}.{doubt}"
    )


def models(source: Source) -> ModelsView | None:
    """Every model that was measured on the judged split; None where there is only the candidate."""
    names = dict.fromkeys(
        m.model for m in source.result.measurements if m.split == source.split and m.slice == WHOLE
    )
    plain = [use for use in source.uses if use[1] is None or use == source.primary]
    uses = [use for use in plain if not _business(source, use[0])][:6]
    if len(names) < 2 or not uses:
        return None
    notes = Footnotes()
    digits = {
        use: common_digits((source.get(m, *use) for m in names), source.metrics.get(use[0])) for use in uses
    }
    ordered = sorted(names, key=lambda model: model != source.candidate)
    rows = tuple(
        ModelRow(
            name(model),
            model == source.candidate,
            tuple(
                cell(source.get(model, *use), source.metrics.get(use[0]), notes, digits[use]) for use in uses
            ),
        )
        for model in ordered[: max(source.cap, 12)]
    )
    stack = stacked(row.cells for row in rows)
    return ModelsView(tuple(source.title(*use) for use in uses), stack, rows, notes.listed())


def _business(source: Source, metric: str) -> bool:
    info = source.metrics.get(metric)
    return info is not None and info.kind == "business"
