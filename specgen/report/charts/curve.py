"""A curve of value over thresholds, with what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from specgen.report.charts.svg import AXIS, BLUE, GREY, INK, ORANGE, TITLE, Drawing, framed, kept, svg
from specgen.report.charts.vega_lite import Chart, end, fixed, layered, marks, name, number
from specgen.report.text import clean, clip

WIDTH, HEIGHT, MARGIN = 520, 190, 150
SMALL, APART, LONGEST = 10, 12, 26
BAND = "#fbe6d7"


@dataclass(frozen=True)
class Line:
    """A value at every threshold, or one at all of them, and what stands beside its end."""

    label: str
    values: tuple[float, ...]
    main: bool = False


@dataclass(frozen=True)
class CurveChart:
    """What the chart shows: curves and level lines, the thresholds in use and chosen, those not worse."""

    title: str
    thresholds: tuple[float, ...]
    curves: tuple[Line, ...]
    levels: tuple[Line, ...]
    in_use: float
    best: float | None
    band: tuple[float, float] | None
    chosen_on: str


@kept
def curve(chart: CurveChart, prefix: str) -> Drawing:
    """The chart as SVG."""
    values = [value for line in (*chart.curves, *chart.levels) for value in line.values]
    air = 0.06 * (max(values) - min(values)) or 1.0
    domain = (min(values) - air, max(values) + air)
    x = number("x", scale={"domain": [0, 1], "nice": False}, axis=_axis("threshold of the score"))
    y = number("y", scale={"domain": domain, "nice": False, "zero": False}, axis=_axis(None))
    layers = [
        *_band(chart, x, domain), *_rules(chart, x), *_levels(chart, y),
        *(_curve(chart, line, x, y) for line in chart.curves), _names(chart, y, domain),
    ]  # fmt: skip
    title = TITLE | {"text": clip(chart.title, 90), "offset": 18}
    drawn = layered(layers, WIDTH, HEIGHT, title=title)
    return svg(framed(drawn, left=8, right=MARGIN, top=2), prefix, _told(chart))


def _told(chart: CurveChart) -> str:
    """What the chart shows, for those who do not see it."""
    text = f"{chart.title} over thresholds of the score. In use: {chart.in_use:g}."
    if chart.best is not None:
        text += f" Worth most on {chart.chosen_on}: {chart.best:g}."
    if chart.band is not None:
        text += f" Not shown to be worse: {chart.band[0]:g} to {chart.band[1]:g}."
    return clean(text)


def _axis(title: str | None) -> Chart:
    return AXIS | {"title": title, "tickCount": 5, "grid": title is None}


def _band(chart: CurveChart, x: Chart, domain: tuple[float, float]) -> list[Chart]:
    if chart.band is None:
        return []
    low, high = chart.band
    rows = [{"x": low, "x2": max(high, low + 0.002), "y": domain[0], "y2": domain[1]}]
    return [marks(rows, "rect", {"color": BAND}, x=x, x2=end("x2"))]


def _rules(chart: CurveChart, x: Chart) -> list[Chart]:
    """The thresholds in use and chosen, named above on sides where the names do not meet."""
    found = [_rule(x, chart.in_use, GREY, [2, 3])]
    same = chart.best == chart.in_use
    named = f"in use{f' and best on {chart.chosen_on}' if same else ''}: {chart.in_use:g}"
    left = chart.in_use > 0.5 if chart.best is None or same else chart.in_use < chart.best
    found.append(_above(x, chart.in_use, named, GREY, "right" if left else "left"))
    if chart.best is not None and not same:
        found.append(_rule(x, chart.best, ORANGE, [1, 0]))
        text = f"best on {chart.chosen_on}: {chart.best:g}"
        found.append(_above(x, chart.best, text, ORANGE, "left" if left else "right"))
    return found


def _rule(x: Chart, at: float, colour: str, dash: list[int]) -> Chart:
    return marks([{"x": at}], "rule", {"color": colour, "strokeDash": dash, "strokeWidth": 1.2}, x=x)


def _above(x: Chart, at: float, text: str, colour: str, side: str) -> Chart:
    offset = 4 if side == "left" else -4
    style = {"align": side, "dx": offset, "fontSize": SMALL, "color": colour, "baseline": "bottom"}
    return marks([{"x": at, "text": clip(text, 40)}], "text", style, x=x, y=fixed(-2), text=name("text"))


def _levels(chart: CurveChart, y: Chart) -> list[Chart]:
    rows = [{"y": line.values[0]} for line in chart.levels]
    style = {"color": INK, "strokeDash": [1, 3], "strokeWidth": 1}
    return [marks(rows, "rule", style, y=y)] if rows else []


def _curve(chart: CurveChart, line: Line, x: Chart, y: Chart) -> Chart:
    rows = [{"x": at, "y": value} for at, value in zip(chart.thresholds, line.values, strict=True)]
    colour, width = (BLUE, 2) if line.main else (GREY, 1.2)
    return marks(rows, "line", {"color": colour, "strokeWidth": width}, x=x, y=y)


def _names(chart: CurveChart, y: Chart, domain: tuple[float, float]) -> Chart:
    """The lines' names at their right ends, apart where they would lie over each other."""
    lines = sorted((*chart.curves, *chart.levels), key=lambda line: line.values[-1])
    scale = HEIGHT / (domain[1] - domain[0])
    places = _apart([(line.values[-1] - domain[0]) * scale for line in lines])
    rows = [
        {"y": domain[0] + place / scale, "text": clip(line.label, LONGEST),
         "colour": BLUE if line.main else GREY if line in chart.curves else INK}
        for line, place in zip(lines, places, strict=True)
    ]  # fmt: skip
    style = {"align": "left", "baseline": "middle", "dx": 6, "fontSize": SMALL}
    colour = name("colour", scale=None, legend=None)
    return marks(rows, "text", style, x=fixed(WIDTH), y=y, text=name("text"), color=colour)


def _apart(wanted: list[float]) -> list[float]:
    """Heights that increase by APART at least, inside the frame, as near to the wanted ones as can be.

    Least squares, by pooling neighbours (Barlow and others 1972) of what is wanted without the distances.
    """
    blocks: list[list[float]] = []
    for k, height in enumerate(wanted):
        blocks.append([height - k * APART])
        while len(blocks) > 1 and fmean(blocks[-2]) > fmean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    most = max(HEIGHT - (len(wanted) - 1) * APART, 0)
    flat = [min(max(fmean(block), 0), most) for block in blocks for _ in block]
    return [height + k * APART for k, height in enumerate(flat)]
