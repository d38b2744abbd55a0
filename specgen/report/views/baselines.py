"""Gaps to the baselines: which slice pays most."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import BaselineGap, BaselineInfo, MetricInfo
from specgen.report import numbers
from specgen.report.source import WHOLE, Source
from specgen.report.text import name, sentence
from specgen.report.views.bibliography import number_of
from specgen.report.views.forests import SliceChart
from specgen.report.views.gap_rows import GapRow, chance, gap_row
from specgen.report.views.people import people
from specgen.report.views.potentials import potential_view

KINDS = {
    "human": "human-level performance",
    "literature": "published result",
    "open_source": "open-source model",
    "previous": "what it would replace",
    "naive": "naive rule",
}

NOTHING_TO_GAIN = 4


@dataclass(frozen=True)
class BaselineView:
    """One baseline's table, ranked by potential."""

    name: str
    anchor: str
    kind: str
    origin: str
    url: str
    citation: int | None
    reference: str
    people: tuple[str, ...]
    metric: str
    sentence: str
    ranked: bool
    whole: GapRow | None
    rows: tuple[GapRow, ...]
    hidden: str
    chart: SliceChart | None


def baselines(source: Source) -> tuple[BaselineView, ...]:
    """A table for each baseline that has the primary metric on the judged split."""
    metric, label = source.primary
    views = []
    best = _best(source)
    for k, info in enumerate(source.result.baseline_sources):
        gaps = [
            gap
            for gap in source.result.baselines
            if (gap.baseline, gap.split, gap.metric, gap.label) == (info.name, source.split, metric, label)
        ]
        if gaps:
            views.append(_baseline(source, info, gaps, f"baseline-{k + 1}", info.name == best))
    return tuple(views)


def _baseline(
    source: Source, info: BaselineInfo, gaps: list[BaselineGap], place: str, best: bool
) -> BaselineView:
    key, label = source.primary
    metric = source.metrics.get(key)
    whole = next((gap for gap in gaps if gap.slice == WHOLE), None)
    parts = sorted(
        (gap for gap in gaps if gap.slice != WHOLE),
        key=lambda gap: (-(gap.potential or 0.0), -(gap.gap or -9e9)),
    )
    largest = max((gap.potential or 0.0 for gap in parts), default=0.0)
    shown = source.cap if largest > 0 else min(source.cap, NOTHING_TO_GAIN)
    rows = tuple(gap_row(gap, metric, largest) for gap in parts[:shown])
    rest = len(parts) - len(rows)
    return BaselineView(
        name=name(info.name),
        anchor=place,
        kind=KINDS[info.kind],
        origin=sentence(info.description, 200),
        url="" if info.citation else sentence(info.url or "", 120),
        citation=number_of(source.result, info),
        reference=f"Stands for what is possible (the irreducible error): {info.reference_reason}."
        if info.reference
        else "",
        people=people(source, info.name),
        ranked=largest > 0 and any(gap.p_first is not None for gap in parts),
        metric=source.title(key, label),
        sentence=_pays(parts, metric, source.title(key, label)),
        whole=gap_row(whole, metric, 0.0) if whole else None,
        rows=rows,
        hidden=f"and {rest:,} more in results.json" if rest > 0 else "",
        chart=potential_view(parts, metric, info.name, "potential") if best else None,
    )


def _best(source: Source) -> str:
    """The baseline whose gaps are drawn: the one furthest ahead in potential on a slice, naive ones last."""
    use, naive = (
        (source.split, *source.primary),
        {b.name for b in source.result.baseline_sources if b.kind == "naive"},
    )
    paying = [
        gap for gap in source.result.baselines
        if (gap.split, gap.metric, gap.label) == use and gap.slice != WHOLE and gap.potential
    ]  # fmt: skip
    best = max(paying, key=lambda gap: (gap.baseline not in naive, gap.potential or 0.0), default=None)
    return best.baseline if best else ""


def _pays(parts: list[BaselineGap], metric: MetricInfo | None, title: str) -> str:
    if not parts:
        return ""
    best = parts[0]
    if not best.potential:
        return "The candidate is at least as good on every slice: there is no gap to close."
    sure = best.gap_low is not None and best.gap_low > 0
    doubt = "" if sure else " The gap itself is within the measurement's uncertainty."
    doubt += _likely(parts)
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


def _likely(parts: list[BaselineGap]) -> str:
    """How sure it is that the slice with the largest potential has it."""
    best = parts[0]
    if best.p_first is None:
        return ""
    other = max(parts[1:], key=lambda gap: gap.p_first or 0.0)
    rather = f"; {name(other.slice)} with {chance(other.p_first)}" if (other.p_first or 0.0) >= 0.05 else ""
    return f" That it is the slice that pays most has a probability of {chance(best.p_first)}{rather}."
