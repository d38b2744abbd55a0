"""A reliability diagram: what was predicted beside what came true, and how many rows lie where."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report import numbers
from specgen.report.charts.svg import AXIS, BAR, BLUE, GREY, TITLE, Drawing, framed, kept, svg
from specgen.report.charts.svg import told as tip
from specgen.report.charts.vega_lite import Chart, Row, below, end, known, layered, marks, name, number

SIDE, BARS, SPACING, THINNEST = 250, 34, 10, 100
CROWDED = 4


@dataclass(frozen=True)
class Bin:
    """Rows of neighbouring scores, from `start` to `end`: mean score, share of positives with its interval."""

    start: float
    end: float
    predicted: float
    observed: float
    low: float | None
    high: float | None
    rows: int
    share: float


@kept
def calibration_chart(bins: tuple[Bin, ...], told: str, prefix: str) -> Drawing:
    """The diagram as SVG, over bars as wide as a group's scores, whose areas are its share of rows."""
    most = max(at for one in bins for at in (one.predicted, one.observed, one.high or 0.0))
    most = min(1.0, 1.04 * most) if most > 0 else 1.0
    rows = [_row(one, most / THINNEST) for one in bins]
    drawn = below([_diagram(rows, most), _bars(rows, most)], SPACING)
    return svg(framed(drawn, left=2), prefix, told)


def _row(one: Bin, thinnest: float) -> Row:
    """A bin as its marks show it; one score alone has a thin bar."""
    to = max(one.end, one.start + thinnest)
    return vars(one) | {"zero": 0, "to": to, "density": one.share / (to - one.start), "told": _told(one)}


def _told(one: Bin) -> str:
    shown = tip(f"predicted {one.predicted:.3g}, came true", one.observed, one.low, one.high)
    return f"{shown}; {numbers.count(one.rows)} rows ({numbers.percent(one.share)})"


def _axis(title: str | None) -> Chart:
    return AXIS | {"title": title, "tickCount": 5}


def _diagram(rows: list[Row], most: float) -> Chart:
    scale = {"domain": [0, most], "nice": False}
    line = [{"predicted": at, "observed": at} for at in (0, most)]
    dot = {"color": BLUE, "size": 34, "opacity": 1, "aria": True}
    whisker = {"color": BLUE, "strokeWidth": 1.6}
    layers = [
        marks(line, "line", {"color": GREY, "strokeDash": [1, 3], "strokeWidth": 1}),
        marks(rows, "line", {"color": BLUE, "strokeWidth": 1, "opacity": 0.45}),
        marks(known(rows, "low", "high"), "rule", whisker, y=number("low"), y2=end("high")),
        marks(rows, "circle", dot, description=name("told")),
    ]
    channels = {
        "x": number("predicted", scale=scale, axis=_axis(None) | {"labels": False}),
        "y": number("observed", scale=scale, axis=_axis("share that came true")),
    }
    title = TITLE | {"text": "Calibration", "offset": 8}
    return layered(layers, SIDE, SIDE, encoding=channels, title=title)


def _bars(rows: list[Row], most: float) -> Chart:
    """Bars as high as rows are dense; scores that most rows share would flatten all others, so high bars are cut."""
    style = {"clip": True, "color": BAR, "stroke": "#ffffff", "strokeWidth": 0.5, "aria": True}
    x = number("start", scale={"domain": [0, most], "nice": False}, axis=_axis("predicted probability"))
    quiet = AXIS | {"title": "rows", "labels": False, "grid": False}
    y = number("zero", scale={"domain": [0, CROWDED / most]}, axis=quiet)
    bars = marks(rows, "rect", style, x=x, x2=end("to"), y=y, y2=end("density"), description=name("told"))
    return {**bars, "width": SIDE, "height": BARS}
