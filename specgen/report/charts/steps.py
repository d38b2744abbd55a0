"""One metric from step to step, of milestones or of runs: value and interval against what was promised."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from specgen.report.charts.svg import AXIS, BLUE, INK, ORANGE, TITLE, framed, kept, plotted, svg, told
from specgen.report.text import clip

WIDTH, HEIGHT, LONGEST = 500, 150, 30


@dataclass(frozen=True)
class Step:
    """A milestone or a run; `bound` is what was promised there, None where it is no fixed number."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    bound: float | None


@kept
def step_chart(title: str, steps: tuple[Step, ...], text: str, prefix: str) -> Markup:
    """The steps from left to right as SVG; a bound is a line across its step."""
    import altair as alt

    rows = [
        vars(step) | {"k": k, "left": k - 0.32, "right": k + 0.32,
                      "told": told(step.name, step.value, step.low, step.high)}
        for k, step in enumerate(steps)
    ]  # fmt: skip
    known = [v for step in steps for v in (step.value, step.low, step.high, step.bound) if v is not None]
    air = 0.08 * (max(known) - min(known)) or 0.05
    scale = alt.Scale(domain=[min(known) - air, max(known) + air], nice=False, zero=False)
    axis = alt.Axis(title=None, tickCount=5, **AXIS)
    base = plotted(alt, rows).encode(x=_x(alt, steps))

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=scale, axis=axis)

    interval = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
    bound = base.transform_filter("isValid(datum.bound)").mark_rule(color=ORANGE, strokeWidth=1.6)
    dots = base.transform_filter("isValid(datum.value)").mark_circle(
        color=BLUE, size=44, opacity=1, aria=True
    )
    layers = [
        bound.encode(x=_x(alt, steps, "left"), x2="right:Q", y=y("bound")),
        interval.mark_rule(color=BLUE, strokeWidth=1.6).encode(y=y("low"), y2="high:Q"),
        dots.encode(y=y("value"), description="told:N"),
    ]
    heading = alt.TitleParams(title, offset=8, **TITLE)
    drawn = alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, title=heading)
    return svg(framed(drawn), prefix, text)


def _x(alt: Any, steps: tuple[Step, ...], field: str = "k") -> Any:
    shown = max(6, min(LONGEST, int(WIDTH / len(steps) / 5.5)))
    names = json.dumps([clip(step.name, shown) for step in steps])
    axis = alt.Axis(
        title=None, values=list(range(len(steps))), labelExpr=f"{names}[datum.value]", labelOverlap=False, grid=False,
        **{**AXIS, "labelColor": INK, "labelFontSize": 10},
    )  # fmt: skip
    scale = alt.Scale(domain=[-0.5, len(steps) - 0.5], nice=False, zero=False)
    return alt.X(f"{field}:Q", scale=scale, axis=axis)
