"""Rows of a table of gaps, of slices or of labels, ranked by what closing each would bring."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import BaselineGap, ClassGap, MetricInfo
from specgen.report import numbers
from specgen.report.anchors import anchor
from specgen.report.source import WHOLE
from specgen.report.text import name


@dataclass(frozen=True)
class GapRow:
    """A slice's gap; `bar` is the potential in percent of the largest, `first` how likely that is the largest."""

    slice: str
    anchor: str
    measured: str
    baseline: str
    gap: str
    gap_interval: str
    share: str
    potential: str
    potential_interval: str
    first: str
    bar: float


def gap_row(gap: BaselineGap, metric: MetricInfo | None, largest: float) -> GapRow:
    """One row; `largest` is the largest potential of its table, 0 where there is none."""
    digits = numbers.decimals(metric, gap.value)
    return GapRow(
        slice="all rows" if gap.slice == WHOLE else name(gap.slice),
        anchor=anchor("slice", gap.slice),
        measured=numbers.number(gap.measured, digits),
        baseline=numbers.number(gap.value, digits),
        gap=numbers.difference(gap.gap, metric),
        gap_interval=_ends(gap.gap_low, gap.gap_high, metric, 1),
        share=numbers.percent(gap.share),
        potential=numbers.potential(gap.potential, metric),
        potential_interval=_ends(gap.potential_low, gap.potential_high, metric, 2) if gap.potential else "",
        first=chance(gap.p_first) if gap.potential else "",
        bar=round(100 * (gap.potential or 0.0) / largest, 1) if largest > 0 else 0.0,
    )


def of_classes(gap: ClassGap) -> BaselineGap:
    """A class's gap as that of the rows that have it."""
    return BaselineGap(
        baseline=gap.baseline, split=gap.split, slice=gap.label, metric="recall", value=gap.value,
        measured=gap.measured, gap=gap.gap, gap_low=gap.gap_low, gap_high=gap.gap_high,
        share=gap.prevalence, potential=gap.potential, potential_low=gap.potential_low,
        potential_high=gap.potential_high, p_first=gap.p_first, method=gap.method,
    )  # fmt: skip


def chance(probability: float | None) -> str:
    """A probability in whole percent, never 0 or 100: it is known from a thousand draws."""
    if probability is None:
        return ""
    if probability < 0.01:
        return "< 1%"
    return "> 99%" if probability > 0.99 else f"{100 * probability:.0f}%"


def _ends(low: float | None, high: float | None, metric: MetricInfo | None, share_digits: int) -> str:
    if low is None or high is None:
        return ""
    share = numbers.is_share(metric)
    places = share_digits if share else numbers.decimals(metric, low, high)
    ends = [numbers.number((100 if share else 1) * end, places) for end in (low, high)]
    return f"[{ends[0]}, {ends[1]}]"
