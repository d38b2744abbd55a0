"""Where work pays against a baseline, as a chart: gap × share = potential."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.record.result import BaselineGap, MetricInfo
from specgen.report import numbers
from specgen.report.charts.potential import PotentialRow, potential_chart
from specgen.report.text import clean, name
from specgen.report.views.forests import SliceChart
from specgen.report.views.gap_rows import gap_row

MOST_ROWS = 12


def potential_view(
    gaps: Sequence[BaselineGap], metric: MetricInfo | None, baseline: str, prefix: str
) -> SliceChart | None:
    """The chart of the slices of largest potential, ranked; None where fewer than two have any."""
    paying = [gap for gap in gaps if gap.potential and gap.gap is not None][:MOST_ROWS]
    if len(paying) < 2:
        return None
    share = numbers.is_share(metric)
    scale, unit = (100, "percentage points") if share else (1, (metric.unit or "") if metric else "")
    rows = tuple(_row(gap, scale) for gap in paying)
    first = paying[0]
    told = (
        f"Gap to {name(baseline)} times share of rows, of {len(rows)} slices. Largest potential: {name(first.slice)}, "
        f"a gap of {numbers.difference(first.gap, metric).lstrip('+')} on {numbers.percent(first.share)} of rows: "
        f"{numbers.potential(first.potential, metric)}."
    )
    svg = potential_chart(rows, unit, clean(told), prefix)
    return SliceChart(svg, tuple(_told(gap, metric) for gap in paying))


def _told(gap: BaselineGap, metric: MetricInfo | None) -> tuple[str, ...]:
    """The anchor, the slice's name, and `gap 4.0 pp × 26.0% of rows = 1.04 pp`."""
    row = gap_row(gap, metric, 0.0)
    lines = (
        f"gap {row.gap} {row.gap_interval}",
        f"× {row.share} of rows",
        f"= {row.potential} {row.potential_interval}",
    )
    return (row.anchor, row.slice, *(clean(line.strip()) for line in lines))


def _row(gap: BaselineGap, scale: float) -> PotentialRow:
    values = (gap.gap, gap.gap_low, gap.gap_high, gap.potential, gap.potential_low, gap.potential_high)
    scaled = [None if value is None else scale * value for value in values]
    return PotentialRow(
        name(gap.slice),
        scaled[0] or 0.0,
        scaled[1],
        scaled[2],
        gap.share,
        scaled[3] or 0.0,
        scaled[4],
        scaled[5],
    )
