"""ROC and precision-recall curves of several models, with the points at which they are used."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report import numbers
from specgen.report.charts.svg import AXIS, BLUE, GREY, INK, TITLE, Drawing, framed, kept, svg
from specgen.report.charts.vega_lite import Chart, Row, below, beside, fixed, layered, marks, name, number
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
def score_curve_chart(lines: tuple[ScoreLine, ...], base_rate: float, told: str, prefix: str) -> Drawing:
    """The two curves beside each other under their legend, as SVG; the first of at most four lines stands out."""
    roc = _panel(lines, [(0.0, 0.0), (1.0, 1.0)], roc=True)
    curve = _panel(lines, [(0.0, base_rate), (1.0, base_rate)], roc=False)
    drawn = below([_legend(lines), beside([roc, curve], SPACING)], 12)
    return svg(framed(drawn, left=2), prefix, told)


def _panel(lines: tuple[ScoreLine, ...], chance: list[tuple[float, float]], *, roc: bool) -> Chart:
    """One curve of every model; the candidate's lies above the others."""
    rows = [{"x": x, "y": y} for x, y in chance]
    layers = [marks(rows, "line", {"color": GREY, "strokeWidth": 1, "strokeDash": [1, 3]})]
    styled = list(zip(lines, COLOURS, strict=False))[::-1]
    for line, (colour, dash, width) in styled:
        first = line.points[0]
        start = At(first.name, 0.0, 0.0, first.precision)
        style = {"color": colour, "strokeDash": dash, "strokeWidth": width}
        layers.append(marks(_rows((start, *line.points), roc), "line", style, order=number("k")))
    step = -(-len(lines[0].points) // MOST_TIPS)
    layers.append(_dots(_rows(lines[0].points[::step], roc), BLUE, 30, 0))
    used = [(line.in_use, colour) for line, (colour, _, _) in styled if line.in_use is not None]
    layers += [_dots(_rows((at,), roc), colour, 64, 1) for at, colour in used]
    titles = ("false positive rate", "recall") if roc else ("recall", "precision")
    axes = [AXIS | {"title": title, "tickCount": 5, "format": ".1f"} for title in titles]
    scale = {"domain": [0, 1], "nice": False}
    channels = {field: number(field, scale=scale, axis=axis) for field, axis in zip("xy", axes, strict=True)}
    title = TITLE | {"text": "ROC curve" if roc else "Precision and recall", "offset": 8}
    return layered(layers, SIDE, HEIGHT, encoding=channels, title=title)


def _rows(points: tuple[At, ...], roc: bool) -> list[Row]:
    """Points where they stand in a curve; a model without a positive prediction has no precision."""
    return [
        {"k": k, "x": at.false if roc else at.recall, "y": at.recall if roc else at.precision, "told": _told(at)}
        for k, at in enumerate(points) if roc or at.precision is not None
    ]  # fmt: skip


def _told(at: At) -> str:
    rates = (("recall", at.recall), ("false positive rate", at.false), ("precision", at.precision))
    return clean(f"{at.name}: " + ", ".join(f"{name} {numbers.number(rate, 3)}" for name, rate in rates))


def _dots(rows: list[Row], colour: str, size: int, opacity: float) -> Chart:
    style = {"color": colour, "size": size, "opacity": opacity, "aria": True}
    return marks(rows, "circle", style, description=name("told"))


def _legend(lines: tuple[ScoreLine, ...]) -> Chart:
    """A line a model, each after a piece of its curve."""
    layers = []
    for k, (line, (colour, dash, thick)) in enumerate(zip(lines, COLOURS, strict=False)):
        y = fixed(ROW * k + ROW / 2)
        piece = {"color": colour, "strokeDash": dash, "strokeWidth": thick}
        layers.append(marks([{}], "rule", piece, x=fixed(0), x2=fixed(22), y=y))
        style = {"align": "left", "baseline": "middle", "fontSize": 10, "color": colour if k == 0 else INK}
        rows = [{"text": clip(line.legend, LONGEST)}]
        layers.append(marks(rows, "text", style, x=fixed(28), y=y, text=name("text")))
    return layered(layers, 2 * SIDE + SPACING + 36, ROW * len(lines))
