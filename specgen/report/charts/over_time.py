"""A metric over windows of time: line with its band of intervals, expected values dashed, the change marked."""

from __future__ import annotations

import json
from dataclasses import dataclass

from specgen.report.charts.svg import (
    AXIS,
    BLUE,
    GREY,
    HAIRLINE,
    INK,
    ORANGE,
    Drawing,
    framed,
    kept,
    svg,
    told,
)
from specgen.report.charts.vega_lite import Chart, Row, end, known, layered, marks, name, number
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
def over_time_chart(
    title: str, points: tuple[TimePoint, ...], change: Change | None, prefix: str, of: str = "windows of time"
) -> Drawing:  # fmt: skip
    """The chart as SVG; `of` is what the points are."""
    rows: list[Row] = []
    part = 0
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
    layers = [*_change(change, domain), *_layers(rows, [p.name for p in points], title, domain)]
    drawn = layered(layers, WIDTH, HEIGHT)
    return svg(framed(drawn, right=6), prefix, _told(title, points, change, of))


def _told(title: str, points: tuple[TimePoint, ...], change: Change | None, of: str) -> str:
    """What the chart shows, for those who do not see it."""
    text = f"{title} in {len(points)} {of}"
    valued = [p for p in points if p.value is not None]
    if valued:
        low, high = min(valued, key=lambda p: p.value or 0.0), max(valued, key=lambda p: p.value or 0.0)
        first, last = valued[0], valued[-1]
        shown = [told(p.name, p.value) for p in (first, last, low, high)]
        text += f": from {shown[0]} to {shown[1]}; lowest {shown[2]}, highest {shown[3]}"
    if change is not None:
        text += f". A change, most likely with {points[change.at].name}"
    return clean(f"{text}.")


def _x(names: list[str]) -> Chart:
    longest = max(len(name) for name in names)
    step = max(1, -(-len(names) * max(longest * 5.6 + 9, LABEL_WIDTH) // WIDTH))
    axis = {
        "title": None, "values": list(range(0, len(names), int(step))), "grid": False, "ticks": False,
        "labelExpr": f"{json.dumps(names)}[datum.value]", "labelFontSize": 9.5, "labelColor": GREY,
        "labelPadding": 5, "labelOverlap": False, "labelFlush": False, "domainColor": HAIRLINE,
    }  # fmt: skip
    scale = {"domain": [-0.5, len(names) - 0.5], "nice": False, "zero": False}
    return number("k", scale=scale, axis=axis)


def _layers(rows: list[Row], names: list[str], title: str, domain: list[float]) -> list[Chart]:
    scale = {"domain": domain, "nice": False, "zero": False}
    axis = AXIS | {
        "title": title, "titleAngle": 0, "titleAlign": "left", "titleAnchor": "start", "titleX": 0, "titleY": -10,
        "titleBaseline": "bottom", "titleFontSize": 10.5, "titleFontWeight": 600, "titleColor": INK, "tickCount": 5,
    }  # fmt: skip

    def y(field: str) -> Chart:
        return number(field, scale=scale, axis=axis)

    shared = {"x": _x(names), "detail": name("part")}
    ends, values = known(rows, "low", "high"), known(rows, "value")
    band = BLUE if values else GREY
    interval = shared | {"y": y("low"), "y2": end("high")}
    dashed = {"color": GREY, "strokeWidth": 1.3, "strokeDash": [4, 3],
              "point": {"color": GREY, "size": 9, "filled": True}}  # fmt: skip
    dot = {"color": BLUE, "size": 30, "opacity": 1, "strokeWidth": 1.3, "aria": True}
    told = {
        "fill": {"condition": {"test": "datum.full", "value": BLUE}, "value": "#ffffff"},
        "description": name("told"),
    }
    return [
        marks(ends, "area", {"color": band, "opacity": 0.13}, **interval),
        marks(ends, "rule", {"color": band, "strokeWidth": 1, "opacity": 0.45}, **interval),
        marks(known(rows, "expected"), "line", dashed, **shared, y=y("expected")),
        marks(values, "line", {"color": BLUE, "strokeWidth": 1.6}, **shared, y=y("value")),
        marks(values, "point", dot, **shared, y=y("value"), **told),
    ]


def _change(change: Change | None, domain: list[float]) -> list[Chart]:
    """The span in which the change may have come, and where it most likely did."""
    if change is None:
        return []
    scale = {"domain": domain, "nice": False, "zero": False}
    ends = dict(zip(("low", "high"), domain, strict=True))
    whole = {"x": number("k"), "y": number("low", scale=scale), "y2": end("high")}
    layers = []
    if change.latest > change.earliest:
        span = [{"k": change.earliest - 0.5, "to": change.latest - 0.5, **ends}]
        layers.append(marks(span, "rect", {"color": ORANGE, "opacity": 0.12}, **whole, x2=end("to")))
    at = [{"k": change.at - 0.5, **ends}]
    layers.append(marks(at, "rule", {"color": ORANGE, "strokeWidth": 1.6}, **whole))
    return layers
