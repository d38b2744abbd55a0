"""A forest plot: value and interval of every slice, one panel a metric, families apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from specgen.report.charts.svg import BLUE, FONT, GREY, HAIRLINE, INK, ORANGE, inline, kept, svg, told
from specgen.report.text import clip

ROW, GAP, SPACING, WIDTH = 17, 7, 24, 680
LETTER, LONGEST = 5.7, 36


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
) -> Markup:
    """The plot as SVG; `names` and `families` have one entry a row.

    `longest` is the length of the longest name, over all pieces of a plot that is cut into several.
    """
    import altair as alt

    places = _places(families)
    height = places[-1] + ROW / 2
    shown = [clip(text, LONGEST) for text in names]
    left = LETTER * max(min(longest, LONGEST), 8) + 8
    width = (WIDTH - left - SPACING * len(panels)) / len(panels)
    drawn = [_names(alt, shown, places, height, left)]
    drawn += [_panel(alt, panel, names, places, height, width) for panel in panels]
    chart = (
        alt.hconcat(*drawn, spacing=SPACING)
        .configure(font=FONT, aria=False, padding={"left": 0, "right": 8, "top": 4, "bottom": 2})
        .configure_view(stroke=None)
    )
    return svg(chart, prefix, " ".join(_told(panel, names) for panel in panels))


def _told(panel: Panel, names: tuple[str, ...]) -> str:
    """What a panel shows, for those who do not see it."""
    known = [(p.value, name) for p, name in zip(panel.points, names, strict=True) if p.value is not None]
    head = f"Forest plot of {panel.title} in {len(names)} rows"
    if not known:
        return f"{head}, without a value."
    low, high = min(known), max(known)
    ends = f": lowest {told(clip(low[1], LONGEST), low[0])}, highest {told(clip(high[1], LONGEST), high[0])}"
    missing = len(names) - len(known)
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


def _y(alt: Any, height: float) -> Any:
    return alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False, zero=False))


def _names(alt: Any, names: list[str], places: list[float], height: float, width: float) -> Any:
    rows = [{"y": y, "text": text} for y, text in zip(places, names, strict=True)]
    return (
        alt.Chart(inline(alt, rows), width=width, height=height)
        .mark_text(align="right", baseline="middle", fontSize=10.5, color=INK, limit=width)
        .encode(x=alt.value(width), y=_y(alt, height), text="text:N")
    )


def _panel(
    alt: Any, panel: Panel, names: tuple[str, ...], places: list[float], height: float, width: float
) -> Any:
    x = alt.Scale(domain=list(panel.domain), nice=False, zero=False)
    axis = alt.Axis(
        orient="top",
        title=panel.title,
        titleFontSize=10.5,
        titleFontWeight=600,
        titleColor=INK,
        titleAnchor="start",
        titlePadding=6,
        labelFontSize=9.5,
        labelColor=GREY,
        tickCount=5,
        grid=True,
        gridColor=HAIRLINE,
        domain=False,
        ticks=False,
        labelPadding=4,
    )
    rows = [
        {
            "y": y,
            "value": p.value,
            "low": p.low,
            "high": p.high,
            "baseline": p.baseline,
            "told": told(name, p.value, p.low, p.high),
        }
        for y, name, p in zip(places, names, panel.points, strict=True)
    ]
    base = alt.Chart(inline(alt, rows), width=width, height=height).encode(y=_y(alt, height))

    def across(field: str) -> Any:
        return alt.X(f"{field}:Q", scale=x, axis=axis)

    rules = _rules(alt, panel, x, axis)
    lines = base.transform_filter("isValid(datum.low) && isValid(datum.high)").mark_rule(
        color=BLUE, strokeWidth=1.6, clip=True
    )
    ticks = base.transform_filter("isValid(datum.baseline)").mark_tick(
        color=ORANGE, thickness=1.8, size=10, orient="vertical"
    )
    dots = base.transform_filter("isValid(datum.value)").mark_circle(
        color=BLUE, size=34, opacity=1, aria=True
    )
    layers = [*rules, lines.encode(x=across("low"), x2="high:Q"), ticks.encode(x=across("baseline"))]
    return alt.layer(*layers, dots.encode(x=across("value"), description="told:N")).properties(
        width=width, height=height
    )


def _rules(alt: Any, panel: Panel, x: Any, axis: Any) -> list[Any]:
    rules = []
    if panel.whole is not None:
        data = inline(alt, [{"at": panel.whole}])
        rules.append(
            alt.Chart(data)
            .mark_rule(color=GREY, strokeDash=[2, 3])
            .encode(x=alt.X("at:Q", scale=x, axis=axis))
        )
    if panel.bounds:
        data = inline(alt, [{"at": bound} for bound in panel.bounds])
        rules.append(
            alt.Chart(data).mark_rule(color=ORANGE, strokeWidth=1).encode(x=alt.X("at:Q", scale=x, axis=axis))
        )
    return rules
