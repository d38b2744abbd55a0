"""A curve of value over thresholds, with what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from specgen.report.charts.svg import BLUE, FONT, GREY, HAIRLINE, INK, ORANGE, inline, kept, svg
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
def curve(chart: CurveChart, prefix: str) -> Markup:
    """The chart as SVG."""
    import altair as alt

    values = [value for line in (*chart.curves, *chart.levels) for value in line.values]
    air = 0.06 * (max(values) - min(values)) or 1.0
    domain = (min(values) - air, max(values) + air)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=_axis(alt, "threshold of the score"))
    y = alt.Y("y:Q", scale=alt.Scale(domain=list(domain), nice=False, zero=False), axis=_axis(alt, None))
    layers = [
        *_band(alt, chart, x, domain), *_rules(alt, chart, x), *_levels(alt, chart, y),
        *(_curve(alt, chart, line, x, y) for line in chart.curves), *_names(alt, chart, y, domain),
    ]  # fmt: skip
    drawn = (
        alt.layer(*layers)
        .properties(width=WIDTH, height=HEIGHT, title=_title(alt, chart.title))
        .configure(font=FONT, aria=False, padding={"left": 8, "right": MARGIN, "top": 2, "bottom": 2})
        .configure_view(stroke=None)
    )
    return svg(drawn, prefix, _told(chart))


def _told(chart: CurveChart) -> str:
    """What the chart shows, for those who do not see it."""
    text = f"{chart.title} over thresholds of the score. In use: {chart.in_use:g}."
    if chart.best is not None:
        text += f" Worth most on {chart.chosen_on}: {chart.best:g}."
    if chart.band is not None:
        text += f" Not shown to be worse: {chart.band[0]:g} to {chart.band[1]:g}."
    return clean(text)


def _title(alt: Any, text: str) -> Any:
    return alt.TitleParams(
        clip(text, 90), fontSize=10.5, fontWeight=600, color=INK, anchor="start", frame="group", offset=18
    )


def _axis(alt: Any, title: str | None) -> Any:
    return alt.Axis(
        title=title, titleFontSize=SMALL, titleFontWeight=400, titleColor=GREY, labelFontSize=9.5,
        labelColor=GREY, tickCount=5, grid=title is None, gridColor=HAIRLINE, domain=False, ticks=False,
        labelPadding=4,
    )  # fmt: skip


def _data(alt: Any, rows: list[dict[str, Any]]) -> Any:
    return alt.Chart(inline(alt, rows))


def _band(alt: Any, chart: CurveChart, x: Any, domain: tuple[float, float]) -> list[Any]:
    if chart.band is None:
        return []
    low, high = chart.band
    rows = [{"x": low, "x2": max(high, low + 0.002), "y": domain[0], "y2": domain[1]}]
    return [_data(alt, rows).mark_rect(color=BAND).encode(x=x, x2="x2:Q")]


def _rules(alt: Any, chart: CurveChart, x: Any) -> list[Any]:
    """The thresholds in use and chosen, named above on sides where the names do not meet."""
    found = [_rule(alt, x, chart.in_use, GREY, [2, 3])]
    same = chart.best == chart.in_use
    named = f"in use{f' and best on {chart.chosen_on}' if same else ''}: {chart.in_use:g}"
    left = chart.in_use > 0.5 if chart.best is None or same else chart.in_use < chart.best
    found.append(_above(alt, x, chart.in_use, named, GREY, "right" if left else "left"))
    if chart.best is not None and not same:
        found.append(_rule(alt, x, chart.best, ORANGE, [1, 0]))
        text = f"best on {chart.chosen_on}: {chart.best:g}"
        found.append(_above(alt, x, chart.best, text, ORANGE, "left" if left else "right"))
    return found


def _rule(alt: Any, x: Any, at: float, colour: str, dash: list[int]) -> Any:
    return _data(alt, [{"x": at}]).mark_rule(color=colour, strokeDash=dash, strokeWidth=1.2).encode(x=x)


def _above(alt: Any, x: Any, at: float, text: str, colour: str, side: str) -> Any:
    mark = _data(alt, [{"x": at, "text": clip(text, 40)}]).mark_text(
        align=side, dx=4 if side == "left" else -4, fontSize=SMALL, color=colour, baseline="bottom"
    )
    return mark.encode(x=x, y=alt.value(-2), text="text:N")


def _levels(alt: Any, chart: CurveChart, y: Any) -> list[Any]:
    rows = [{"y": line.values[0]} for line in chart.levels]
    mark = _data(alt, rows).mark_rule(color=INK, strokeDash=[1, 3], strokeWidth=1)
    return [mark.encode(y=y)] if rows else []


def _curve(alt: Any, chart: CurveChart, line: Line, x: Any, y: Any) -> Any:
    rows = [{"x": at, "y": value} for at, value in zip(chart.thresholds, line.values, strict=True)]
    colour, width = (BLUE, 2) if line.main else (GREY, 1.2)
    return _data(alt, rows).mark_line(color=colour, strokeWidth=width).encode(x=x, y=y)


def _names(alt: Any, chart: CurveChart, y: Any, domain: tuple[float, float]) -> list[Any]:
    """The lines' names at their right ends, pushed apart where they would lie over each other."""
    lines = sorted((*chart.curves, *chart.levels), key=lambda line: line.values[-1])
    scale = HEIGHT / (domain[1] - domain[0])
    places: list[float] = []
    for line in lines:
        wanted = (line.values[-1] - domain[0]) * scale
        places.append(max(wanted, places[-1] + APART) if places else wanted)
    for k in range(len(places) - 1, -1, -1):
        most = HEIGHT if k == len(places) - 1 else places[k + 1] - APART
        places[k] = min(places[k], most)
    rows = [
        {"y": domain[0] + place / scale, "text": clip(line.label, LONGEST),
         "colour": BLUE if line.main else GREY if line in chart.curves else INK}
        for line, place in zip(lines, places, strict=True)
    ]  # fmt: skip
    mark = _data(alt, rows).mark_text(align="left", baseline="middle", dx=6, fontSize=SMALL)
    colour = alt.Color("colour:N", scale=None, legend=None)
    return [mark.encode(x=alt.value(WIDTH), y=y, text="text:N", color=colour)]
