"""A forest plot: value and interval of every slice, one panel a metric, families apart."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report.charts.svg import AXIS, BLUE, GREY, INK, ORANGE, Drawing, framed, kept, svg, told
from specgen.report.charts.vega_lite import Chart, beside, end, fixed, known, layered, marks, name, number
from specgen.report.text import clip

ROW, GAP, SPACING, WIDTH = 17, 7, 24, 680
# The room for a number above a panel.
TICK = 34
LETTER, LONGEST = 6.1, 36
HEADING = {
    "orient": "top", "titleFontSize": 10.5, "titleFontWeight": 600, "titleColor": INK, "titleAnchor": "start",
    "titlePadding": 6, "grid": True, "labelFlush": False,
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One slice's numbers in one panel; None where there are none."""

    value: float | None
    low: float | None
    high: float | None
    baseline: float | None


@dataclass(frozen=True)
class Panel:
    """One metric: a point for each row, and rules across all of them."""

    title: str
    points: tuple[Point, ...]
    bounds: tuple[float, ...]
    whole: float | None
    domain: tuple[float, float]


@kept
def forest(
    names: tuple[str, ...], families: tuple[str, ...], panels: tuple[Panel, ...], longest: int, prefix: str
) -> Drawing:
    """The plot as SVG; `names` and `families` have one entry a row.

    `longest` is the length of the longest name, over all pieces of a plot that is cut into several.
    """
    places = _places(families)
    height = places[-1] + ROW / 2
    shown = [clip(text, LONGEST) for text in names]
    left = LETTER * max(min(longest, LONGEST), 8) + 8
    width = (WIDTH - left - SPACING * len(panels)) / len(panels)
    drawn = [_names(shown, places, height, left)]
    drawn += [_panel(panel, names, places, height, width) for panel in panels]
    return svg(framed(beside(drawn, SPACING)), prefix, " ".join(_told(panel, names) for panel in panels))


def _told(panel: Panel, names: tuple[str, ...]) -> str:
    """What a panel shows, for those who do not see it."""
    valued = [(p.value, name) for p, name in zip(panel.points, names, strict=True) if p.value is not None]
    head = f"Forest plot of {panel.title} in {len(names)} rows"
    if not valued:
        return f"{head}, without a value."
    low, high = min(valued), max(valued)
    ends = f": lowest {told(clip(low[1], LONGEST), low[0])}, highest {told(clip(high[1], LONGEST), high[0])}"
    missing = len(names) - len(valued)
    return head + ends + (f"; {missing} without a value." if missing else ".")


def _places(families: tuple[str, ...]) -> list[float]:
    """The height of each row, in pixels from the top, with a gap before each family of several."""
    places, y = [], ROW / 2
    for k, family in enumerate(families):
        alone = k > 0 and families.count(family) == 1 and families.count(families[k - 1]) == 1 and k > 1
        if k and family != families[k - 1] and not alone:
            y += GAP
        places.append(y)
        y += ROW
    return places


def _y(height: float) -> Chart:
    return number("y", axis=None, scale={"domain": [height, 0], "nice": False, "zero": False})


def _names(names: list[str], places: list[float], height: float, width: float) -> Chart:
    rows = [{"y": y, "text": text} for y, text in zip(places, names, strict=True)]
    style = {"align": "right", "baseline": "middle", "fontSize": 10.5, "color": INK, "limit": width}
    text = marks(rows, "text", style, x=fixed(width), y=_y(height), text=name("text"))
    return {**text, "width": width, "height": height}


def _panel(panel: Panel, names: tuple[str, ...], places: list[float], height: float, width: float) -> Chart:
    rows = [
        {
            "y": y,
            "value": p.value,
            "low": p.low,
            "high": p.high,
            "baseline": p.baseline,
            "told": told(text, p.value, p.low, p.high),
        }
        for y, text, p in zip(places, names, panel.points, strict=True)
    ]
    y = _y(height)
    ticks = min(5, max(3, int(width // TICK)))

    def x(field: str) -> Chart:
        scale = {"domain": panel.domain, "nice": False, "zero": False}
        return number(field, scale=scale, axis=AXIS | HEADING | {"title": panel.title, "tickCount": ticks})

    line = {"color": BLUE, "strokeWidth": 1.6, "clip": True}
    tick = {"color": ORANGE, "thickness": 1.8, "size": 10, "orient": "vertical"}
    dot = {"color": BLUE, "size": 34, "opacity": 1, "aria": True}
    layers = [
        *_rules(panel, x("at")),
        marks(known(rows, "low", "high"), "rule", line, x=x("low"), x2=end("high"), y=y),
        marks(known(rows, "baseline"), "tick", tick, x=x("baseline"), y=y),
        marks(known(rows, "value"), "circle", dot, x=x("value"), y=y, description=name("told")),
    ]
    return layered(layers, width, height)


def _rules(panel: Panel, x: Chart) -> list[Chart]:
    """The value on all rows, and the bounds of gates."""
    rules = []
    if panel.whole is not None:
        rules.append(marks([{"at": panel.whole}], "rule", {"color": GREY, "strokeDash": [2, 3]}, x=x))
    if panel.bounds:
        rows = [{"at": bound} for bound in panel.bounds]
        rules.append(marks(rows, "rule", {"color": ORANGE, "strokeWidth": 1}, x=x))
    return rules
