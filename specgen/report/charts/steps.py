"""One metric from step to step, of milestones or of runs: value and interval against what was promised."""

from __future__ import annotations

import json
from dataclasses import dataclass

from specgen.report.charts.svg import AXIS, BLUE, INK, ORANGE, TITLE, Drawing, framed, kept, svg, told
from specgen.report.charts.vega_lite import Chart, end, known, layered, marks, name, number
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
def step_chart(title: str, steps: tuple[Step, ...], text: str, prefix: str) -> Drawing:
    """The steps from left to right as SVG; a bound is a line across its step."""
    rows = [
        vars(step) | {"k": k, "left": k - 0.32, "right": k + 0.32,
                      "told": told(step.name, step.value, step.low, step.high)}
        for k, step in enumerate(steps)
    ]  # fmt: skip
    seen = [v for step in steps for v in (step.value, step.low, step.high, step.bound) if v is not None]
    air = 0.08 * (max(seen) - min(seen)) or 0.05
    scale = {"domain": [min(seen) - air, max(seen) + air], "nice": False, "zero": False}
    axis = AXIS | {"title": None, "tickCount": 5}

    def y(field: str) -> Chart:
        return number(field, scale=scale, axis=axis)

    line = {"strokeWidth": 1.6}
    dot = {"color": BLUE, "size": 44, "opacity": 1, "aria": True}
    layers = [
        marks(
            known(rows, "bound"),
            "rule",
            line | {"color": ORANGE},
            x=_x(steps, "left"),
            x2=end("right"),
            y=y("bound"),
        ),
        marks(
            known(rows, "low", "high"),
            "rule",
            line | {"color": BLUE},
            x=_x(steps),
            y=y("low"),
            y2=end("high"),
        ),
        marks(known(rows, "value"), "circle", dot, x=_x(steps), y=y("value"), description=name("told")),
    ]
    heading = TITLE | {"text": title, "offset": 8}
    return svg(framed(layered(layers, WIDTH, HEIGHT, title=heading)), prefix, text)


def _x(steps: tuple[Step, ...], field: str = "k") -> Chart:
    shown = max(6, min(LONGEST, int(WIDTH / len(steps) / 5.5)))
    names = json.dumps([clip(step.name, shown) for step in steps])
    axis = AXIS | {
        "title": None, "values": list(range(len(steps))), "labelExpr": f"{names}[datum.value]",
        "labelOverlap": False, "grid": False, "labelColor": INK, "labelFontSize": 10,
    }  # fmt: skip
    scale = {"domain": [-0.5, len(steps) - 0.5], "nice": False, "zero": False}
    return number(field, scale=scale, axis=axis)
