"""Percentiles of latency with their intervals, against their limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from specgen.report.charts.svg import AXIS, BLUE, INK, ORANGE, framed, kept, plotted, svg, told

WIDTH, ROW, LEFT = 430, 24, 96


@dataclass(frozen=True)
class Percentile:
    """One percentile in milliseconds; `limit` None where none was declared."""

    name: str
    value: float
    low: float | None
    high: float | None
    limit: float | None


@kept
def percentile_chart(rows: tuple[Percentile, ...], text: str, prefix: str) -> Markup:
    """A row a percentile as SVG: dot, interval, and the limit as a tick."""
    import altair as alt

    known = [v for row in rows for v in (row.value, row.low, row.high, row.limit) if v]
    scale = alt.Scale(type="log", domain=[min(known) / 1.2, max(known) * 1.2], nice=False)
    data = [vars(row) | {"told": told(f"{row.name}, ms", row.value, row.low, row.high)} for row in rows]
    base = plotted(alt, data).properties(width=WIDTH, height=ROW * len(rows)).encode(
        y=alt.Y("name:N", sort=None, axis=alt.Axis(
            title=None, minExtent=LEFT, maxExtent=LEFT, **{**AXIS, "labelFontSize": 10.5, "labelColor": INK},
        )),
    )  # fmt: skip
    axis = _axis(alt)

    def x(field: str) -> Any:
        return alt.X(f"{field}:Q", scale=scale, axis=axis)

    interval = base.transform_filter("isValid(datum.low) && isValid(datum.high) && datum.low > 0")
    limit = base.transform_filter("isValid(datum.limit)")
    layers = [
        interval.mark_rule(color=BLUE, strokeWidth=1.6).encode(x=x("low"), x2="high:Q"),
        limit.mark_tick(color=ORANGE, thickness=2, size=16).encode(x=x("limit")),
        base.mark_circle(color=BLUE, size=40, opacity=1, aria=True).encode(
            x=x("value"), description="told:N"
        ),
    ]
    return svg(framed(alt.layer(*layers)), prefix, text)


def _axis(alt: Any) -> Any:
    ticks = [k * 10.0**power for power in range(-4, 8) for k in (1, 2, 5)]
    return alt.Axis(
        orient="top", title="milliseconds", titleAnchor="start", values=ticks, format="~g", labelOverlap="greedy",
        **AXIS,
    )  # fmt: skip
