"""A metric over windows of time: line with its band of intervals, expected values dashed, the change marked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from specgen.report.charts.svg import BLUE, FONT, GREY, HAIRLINE, INK, ORANGE, inline, kept, svg, told
from specgen.report.text import clean

WIDTH, HEIGHT, LABEL_WIDTH = 636, 170, 34


@dataclass(frozen=True)
class TimePoint:
    """One window; None where it has no value. `full` says whether it has rows enough to be compared.

    `low` and `high` are the interval of the value, or of the expected one where there is none.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    expected: float | None
    full: bool


@dataclass(frozen=True)
class Change:
    """The positions of the windows that the change begins with: most likely, at the earliest, at the latest."""

    at: int
    earliest: int
    latest: int


@kept
def over_time_chart(title: str, points: tuple[TimePoint, ...], change: Change | None, prefix: str) -> Markup:
    """The chart as SVG."""
    import altair as alt

    rows, part = [], 0
    for k, point in enumerate(points):
        # A gap ends a line, which would otherwise tell of values that nobody has measured.
        part += point.value is None and point.expected is None
        rows.append(
            {
                "k": k, "value": point.value, "low": point.low, "high": point.high,
                "expected": point.expected, "full": point.full, "part": part,
                "told": told(point.name, point.value, point.low, point.high),
            }
        )  # fmt: skip
    seen = [v for p in points for v in (p.value, p.low, p.high, p.expected) if v is not None]
    room = 0.06 * ((max(seen) - min(seen)) or 1.0) if seen else 1.0
    domain = [min(seen, default=0.0) - room, max(seen, default=1.0) + room]
    layers = [*_change(alt, change, domain), *_layers(alt, rows, [p.name for p in points], title, domain)]
    chart = (
        alt.layer(*layers)
        .properties(width=WIDTH, height=HEIGHT)
        .configure(font=FONT, aria=False, padding={"left": 0, "right": 6, "top": 4, "bottom": 2})
        .configure_view(stroke=None)
    )
    return svg(chart, prefix, _told(title, points, change))


def _told(title: str, points: tuple[TimePoint, ...], change: Change | None) -> str:
    """What the chart shows, for those who do not see it."""
    text = f"{title} in {len(points)} windows of time"
    known = [p for p in points if p.value is not None]
    if known:
        low, high = min(known, key=lambda p: p.value or 0.0), max(known, key=lambda p: p.value or 0.0)
        first, last = known[0], known[-1]
        shown = [told(p.name, p.value) for p in (first, last, low, high)]
        text += f": from {shown[0]} to {shown[1]}; lowest {shown[2]}, highest {shown[3]}"
    if change is not None:
        text += f". A change, most likely with {points[change.at].name}"
    return clean(f"{text}.")


def _x(alt: Any, names: list[str] | None, count: int) -> Any:
    scale = alt.Scale(domain=[-0.5, count - 0.5], nice=False, zero=False)
    if names is None:
        return alt.X("k:Q", scale=scale, axis=None)
    longest = max(len(name) for name in names)
    step = max(1, -(-len(names) * max(longest * 5.6 + 9, LABEL_WIDTH) // WIDTH))
    axis = alt.Axis(
        title=None, values=list(range(0, len(names), int(step))), labelExpr=f"{json.dumps(names)}[datum.value]",
        labelFontSize=9.5, labelColor=GREY, grid=False, ticks=False, domainColor=HAIRLINE, labelPadding=5,
        labelOverlap=False, labelFlush=False,
    )  # fmt: skip
    return alt.X("k:Q", scale=scale, axis=axis)


def _layers(
    alt: Any, rows: list[dict[str, Any]], names: list[str], title: str, domain: list[float]
) -> list[Any]:
    scale = alt.Scale(domain=domain, nice=False, zero=False)
    axis = alt.Axis(
        title=title, titleAngle=0, titleAlign="left", titleAnchor="start", titleX=0, titleY=-10,
        titleBaseline="bottom", titleFontSize=10.5, titleFontWeight=600, titleColor=INK, labelFontSize=9.5,
        labelColor=GREY, tickCount=5, gridColor=HAIRLINE, domain=False, ticks=False, labelPadding=4,
    )  # fmt: skip
    x = _x(alt, names, len(names))

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=scale, axis=axis)

    base = alt.Chart(inline(alt, rows)).encode(x=x, detail="part:N")
    known = base.transform_filter("isValid(datum.value)")
    band = BLUE if any(row["value"] is not None for row in rows) else GREY
    ends = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
    filled = alt.condition("datum.full", alt.value(BLUE), alt.value("#ffffff"))
    return [
        ends.mark_area(color=band, opacity=0.13).encode(y=y("low"), y2="high:Q"),
        ends.mark_rule(color=band, strokeWidth=1, opacity=0.45).encode(y=y("low"), y2="high:Q"),
        base.transform_filter("isValid(datum.expected)")
        .mark_line(
            color=GREY, strokeWidth=1.3, strokeDash=[4, 3], point={"color": GREY, "size": 9, "filled": True}
        )
        .encode(y=y("expected")),
        known.mark_line(color=BLUE, strokeWidth=1.6).encode(y=y("value")),
        known.mark_point(color=BLUE, size=30, opacity=1, strokeWidth=1.3, aria=True).encode(
            y=y("value"), fill=filled, description="told:N"
        ),
    ]


def _change(alt: Any, change: Change | None, domain: list[float]) -> list[Any]:
    """The span in which the change may have come, and where it most likely did."""
    if change is None:
        return []
    scale = alt.Scale(domain=domain, nice=False, zero=False)
    top = {"low": domain[0], "high": domain[1]}
    y, y2 = alt.Y("low:Q", scale=scale), alt.Y2("high:Q")
    layers = []
    if change.latest > change.earliest:
        span = inline(alt, [{"k": change.earliest - 0.5, "to": change.latest - 0.5, **top}])
        layers.append(
            alt.Chart(span).mark_rect(color=ORANGE, opacity=0.12).encode(x="k:Q", x2="to:Q", y=y, y2=y2)
        )
    at = inline(alt, [{"k": change.at - 0.5, **top}])
    layers.append(alt.Chart(at).mark_rule(color=ORANGE, strokeWidth=1.6).encode(x="k:Q", y=y, y2=y2))
    return layers
