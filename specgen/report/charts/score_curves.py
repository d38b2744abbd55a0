"""ROC and precision-recall curves of several models, with the points at which they are used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from specgen.report import numbers
from specgen.report.charts.svg import AXIS, BLUE, GREY, INK, TITLE, framed, inline, kept, svg
from specgen.report.text import clean, clip

SIDE, HEIGHT, SPACING, ROW, LONGEST = 268, 216, 44, 15, 120
MOST_LINES, MOST_TIPS = 4, 40
COLOURS = ((BLUE, [1, 0], 1.8), (GREY, [1, 0], 1.3), (INK, [1, 3], 1.3), (GREY, [5, 3], 1.3))


@dataclass(frozen=True)
class At:
    """Rates at one threshold, or those of a model's own predictions; `name` says which."""

    name: str
    recall: float
    false: float
    precision: float | None


@dataclass(frozen=True)
class ScoreLine:
    """A model: what its legend says, its rates from the highest threshold on, and those in use."""

    legend: str
    points: tuple[At, ...]
    in_use: At | None


@kept
def score_curve_chart(lines: tuple[ScoreLine, ...], base_rate: float, told: str, prefix: str) -> Markup:
    """The two curves beside each other under their legend, as SVG; the first of at most four lines stands out."""
    import altair as alt

    roc = _panel(alt, lines, [(0.0, 0.0), (1.0, 1.0)], roc=True)
    curve = _panel(alt, lines, [(0.0, base_rate), (1.0, base_rate)], roc=False)
    drawn = alt.vconcat(_legend(alt, lines), alt.hconcat(roc, curve, spacing=SPACING), spacing=12)
    return svg(framed(drawn, left=2), prefix, told)


def _panel(alt: Any, lines: tuple[ScoreLine, ...], chance: list[tuple[float, float]], *, roc: bool) -> Any:
    """One curve of every model; the candidate's lies above the others."""
    data = inline(alt, [{"x": x, "y": y} for x, y in chance])
    layers = [alt.Chart(data).mark_line(color=GREY, strokeWidth=1, strokeDash=[1, 3])]
    styled = list(zip(lines, COLOURS, strict=False))[::-1]
    for line, (colour, dash, width) in styled:
        first = line.points[0]
        start = At(first.name, 0.0, 0.0, first.precision)
        mark = alt.Chart(_data(alt, (start, *line.points), roc))
        layers.append(mark.mark_line(color=colour, strokeDash=dash, strokeWidth=width).encode(order="k:Q"))
    step = -(-len(lines[0].points) // MOST_TIPS)
    layers.append(_dots(alt, _data(alt, lines[0].points[::step], roc), BLUE, 30, 0))
    used = [(line.in_use, colour) for line, (colour, _, _) in styled if line.in_use is not None]
    layers += [_dots(alt, _data(alt, (at,), roc), colour, 64, 1) for at, colour in used]
    scale = alt.Scale(domain=[0, 1], nice=False)
    names = ("false positive rate", "recall") if roc else ("recall", "precision")
    x, y = (alt.Axis(title=name, tickCount=5, format=".1f", **AXIS) for name in names)
    title = alt.TitleParams("ROC curve" if roc else "Precision and recall", offset=8, **TITLE)
    return (
        alt.layer(*layers)
        .encode(x=alt.X("x:Q", scale=scale, axis=x), y=alt.Y("y:Q", scale=scale, axis=y))
        .properties(width=SIDE, height=HEIGHT, title=title)
    )


def _data(alt: Any, points: tuple[At, ...], roc: bool) -> Any:
    """Points where they stand in a curve; a model without a positive prediction has no precision."""
    rows = [
        {"k": k, "x": at.false if roc else at.recall, "y": at.recall if roc else at.precision, "told": _told(at)}
        for k, at in enumerate(points) if roc or at.precision is not None
    ]  # fmt: skip
    return inline(alt, rows)


def _told(at: At) -> str:
    rates = (("recall", at.recall), ("false positive rate", at.false), ("precision", at.precision))
    return clean(f"{at.name}: " + ", ".join(f"{name} {numbers.number(rate, 3)}" for name, rate in rates))


def _dots(alt: Any, data: Any, colour: str, size: int, opacity: float) -> Any:
    mark = alt.Chart(data).mark_circle(color=colour, size=size, opacity=opacity, aria=True)
    return mark.encode(description="told:N")


def _legend(alt: Any, lines: tuple[ScoreLine, ...]) -> Any:
    """A line a model, each after a piece of its curve."""
    width, height = 2 * SIDE + SPACING + 36, ROW * len(lines)
    layers = []
    for k, (line, (colour, dash, thick)) in enumerate(zip(lines, COLOURS, strict=False)):
        y = ROW * k + ROW / 2
        piece = alt.Chart(inline(alt, [{}])).mark_rule(color=colour, strokeDash=dash, strokeWidth=thick)
        layers.append(piece.encode(x=alt.value(0), x2=alt.value(22), y=alt.value(y)))
        text = alt.Chart(inline(alt, [{"text": clip(line.legend, LONGEST)}]))
        mark = text.mark_text(align="left", baseline="middle", fontSize=10, color=colour if k == 0 else INK)
        layers.append(mark.encode(x=alt.value(28), y=alt.value(y), text="text:N"))
    return alt.layer(*layers).properties(width=width, height=height)
