"""A heat map of many labels' confusion: the part of each label's rows that is predicted as each label."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from specgen.report import numbers
from specgen.report.charts.svg import AXIS, BLUE, INK, ORANGE, framed, kept, plotted, svg
from specgen.report.text import clean, clip

WIDTH, LONGEST, LETTER, LEAST = 640, 18, 5.2, 0.005


@kept
def confusion_chart(
    labels: tuple[str, ...], parts: tuple[tuple[float, ...], ...], told: str, prefix: str
) -> Markup:
    """The map as SVG, labels down and predictions across; `parts` are of each row's total. Empty cells are left out."""
    import altair as alt

    names = [clip(label, LONGEST) for label in labels]
    side = (WIDTH - LETTER * max(map(len, names))) / len(labels)
    rows = [
        {"i": i, "j": j, "i2": i + 1, "j2": j + 1, "part": part, "right": i == j,
         "told": clean(f"{labels[i]} taken for {labels[j]}: {numbers.percent(part)}")}
        for i, row in enumerate(parts) for j, part in enumerate(row) if part >= LEAST
    ]  # fmt: skip
    opacity = alt.Opacity("part:Q", scale=alt.Scale(type="sqrt", domain=[0, 1], range=[0.05, 1]), legend=None)
    base = plotted(alt, rows).properties(width=side * len(labels), height=min(side, 18) * len(labels))
    cells = base.mark_rect(aria=True).encode(
        x=_position(alt, alt.X, "j", names, angle=-90), x2="j2:Q",
        y=_position(alt, alt.Y, "i", names, angle=0), y2="i2:Q", opacity=opacity, description="told:N",
        color=alt.Color("right:N", scale=alt.Scale(domain=[True, False], range=[BLUE, ORANGE]), legend=None),
    )  # fmt: skip
    return svg(framed(cells), prefix, told)


def _position(alt: Any, channel: Any, field: str, names: list[str], angle: int) -> Any:
    count = len(names)
    ends = [0, count] if channel is alt.X else [count, 0]
    axis = alt.Axis(
        orient="top" if channel is alt.X else "left", title=None, values=[k + 0.5 for k in range(count)], grid=False,
        labelExpr=f"{json.dumps(names)}[floor(datum.value)]", labelAngle=angle, labelOverlap=False,
        labelBaseline="middle", labelAlign="left" if angle else "right",
        **{**AXIS, "labelColor": INK, "labelFontSize": 8.5},
    )  # fmt: skip
    scale = alt.Scale(domain=ends, nice=False, zero=False)
    return channel(f"{field}:Q", scale=scale, axis=axis)
