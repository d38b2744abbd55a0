"""Percentiles of latency with their intervals, against their limits."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report.charts.svg import AXIS, BLUE, INK, ORANGE, Drawing, framed, kept, svg, told
from specgen.report.charts.vega_lite import Chart, end, known, layered, marks, name, number

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
def percentile_chart(rows: tuple[Percentile, ...], text: str, prefix: str) -> Drawing:
    """A row a percentile as SVG: dot, interval, and the limit as a tick."""
    seen = [v for row in rows for v in (row.value, row.low, row.high, row.limit) if v]
    scale = {"type": "log", "domain": [min(seen) / 1.2, max(seen) * 1.2], "nice": False}
    data = [vars(row) | {"told": told(f"{row.name}, ms", row.value, row.low, row.high)} for row in rows]
    names = AXIS | {
        "title": None,
        "minExtent": LEFT,
        "maxExtent": LEFT,
        "labelFontSize": 10.5,
        "labelColor": INK,
    }
    y = name("name", sort=None, axis=names)

    def x(field: str) -> Chart:
        return number(field, scale=scale, axis=_axis())

    whole = [row for row in known(data, "low", "high") if row["low"] > 0]
    line, dot = {"color": BLUE, "strokeWidth": 1.6}, {"color": BLUE, "size": 40, "opacity": 1, "aria": True}
    tick = {"color": ORANGE, "thickness": 2, "size": 16}
    layers = [
        marks(whole, "rule", line, x=x("low"), x2=end("high"), y=y),
        marks(known(data, "limit"), "tick", tick, x=x("limit"), y=y),
        marks(data, "circle", dot, x=x("value"), y=y, description=name("told")),
    ]
    return svg(framed(layered(layers, WIDTH, ROW * len(rows))), prefix, text)


def _axis() -> Chart:
    ticks = [k * 10.0**power for power in range(-4, 8) for k in (1, 2, 5)]
    return AXIS | {
        "orient": "top", "title": "milliseconds", "titleAnchor": "start", "values": ticks, "format": "~g",
        "labelOverlap": "greedy",
    }  # fmt: skip
