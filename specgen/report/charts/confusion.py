"""A heat map of many labels' confusion: the part of each label's rows that is predicted as each label."""

from __future__ import annotations

import json

from specgen.report import numbers
from specgen.report.charts.svg import AXIS, BLUE, INK, ORANGE, Drawing, framed, kept, svg
from specgen.report.charts.vega_lite import Chart, end, marks, name, number
from specgen.report.text import clean, clip

WIDTH, LONGEST, LETTER, LEAST = 640, 18, 5.2, 0.005


@kept
def confusion_chart(
    labels: tuple[str, ...], parts: tuple[tuple[float, ...], ...], told: str, prefix: str
) -> Drawing:
    """The map as SVG, labels down and predictions across; `parts` are of each row's total. Empty cells are left out."""
    names = [clip(label, LONGEST) for label in labels]
    side = (WIDTH - LETTER * max(map(len, names))) / len(labels)
    rows = [
        {"i": i, "j": j, "i2": i + 1, "j2": j + 1, "part": part, "right": i == j,
         "told": clean(f"{labels[i]} taken for {labels[j]}: {numbers.percent(part)}")}
        for i, row in enumerate(parts) for j, part in enumerate(row) if part >= LEAST
    ]  # fmt: skip
    strength = {"type": "sqrt", "domain": [0, 1], "range": [0.05, 1]}
    colours = {"domain": [True, False], "range": [BLUE, ORANGE]}
    cells = marks(
        rows, "rect", {"aria": True}, x=_across(names), x2=end("j2"), y=_down(names), y2=end("i2"),
        opacity=number("part", scale=strength, legend=None), description=name("told"),
        color=name("right", scale=colours, legend=None),
    )  # fmt: skip
    size = {"width": side * len(labels), "height": min(side, 18) * len(labels)}
    return svg(framed({**cells, **size}), prefix, told)


def _across(names: list[str]) -> Chart:
    axis = _axis(names) | {"orient": "top", "labelAngle": -90, "labelAlign": "left"}
    return number("j", scale={"domain": [0, len(names)], "nice": False, "zero": False}, axis=axis)


def _down(names: list[str]) -> Chart:
    axis = _axis(names) | {"orient": "left", "labelAngle": 0, "labelAlign": "right"}
    return number("i", scale={"domain": [len(names), 0], "nice": False, "zero": False}, axis=axis)


def _axis(names: list[str]) -> Chart:
    return AXIS | {
        "title": None, "values": [k + 0.5 for k in range(len(names))], "grid": False, "labelOverlap": False,
        "labelExpr": f"{json.dumps(names)}[floor(datum.value)]", "labelBaseline": "middle", "labelColor": INK,
        "labelFontSize": 8.5,
    }  # fmt: skip
