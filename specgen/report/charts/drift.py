"""Paired bars: shares of rows by category or range, of the reference and of another split."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report import numbers
from specgen.report.charts.svg import BAR, BLUE, GREY, HAIRLINE, INK, Drawing, framed, kept, svg
from specgen.report.charts.vega_lite import Chart, beside, marks, name, number
from specgen.report.text import clean

WIDTH, HEIGHT, SPACING, LETTER = 660, 96, 26, 5


@dataclass(frozen=True)
class Bars:
    """One column: names of its cells and the shares on either side."""

    title: str
    cells: tuple[str, ...]
    reference: tuple[float, ...]
    current: tuple[float, ...]


@kept
def paired_bars(panels: tuple[Bars, ...], reference: str, split: str, prefix: str) -> Drawing:
    """One panel a column, beside each other, as SVG."""
    width = (WIDTH - SPACING * (len(panels) - 1)) / len(panels) - 36
    drawn = beside([_panel(panel, (reference, split), width) for panel in panels], SPACING)
    apart = "; ".join(f"{panel.title}: {_furthest(panel)}" for panel in panels)
    text = clean(f"Shares of rows in {reference} and in {split}. Furthest apart by {apart}.")
    return svg(framed(drawn, right=4, top=2), prefix, text)


def _furthest(panel: Bars) -> str:
    """`18 to 24, 12.0% and 9.1%`."""
    pairs = zip(panel.reference, panel.current, panel.cells, strict=True)
    before, after, cell = max(pairs, key=lambda pair: abs(pair[0] - pair[1]))
    return f"{cell}, {numbers.percent(before)} and {numbers.percent(after)}"


def _panel(panel: Bars, splits: tuple[str, str], width: float) -> Chart:
    rows = [
        {
            "cell": f"{i:03d} {cell}",
            "side": side,
            "share": share,
            "told": _told(cell, share, splits[int(side)]),
        }
        for i, cell in enumerate(panel.cells)
        for side, share in (("0", panel.reference[i]), ("1", panel.current[i]))
    ]
    label = {"labelFontSize": 8.5, "labelColor": GREY, "ticks": False, "domain": False, "title": None}
    names = label | {
        "labelAngle": _angle(panel, width),
        "labelLimit": 78,
        "labelExpr": "slice(datum.label, 4)",
    }
    shares = label | {"format": ".0%", "tickCount": 3, "gridColor": HAIRLINE}
    colours = {"domain": ["0", "1"], "range": [BAR, BLUE]}
    bars = marks(
        rows, "bar", {"aria": True}, description=name("told"), y=number("share", axis=shares),
        x=name("cell", sort=None, scale={"paddingInner": 0.22, "paddingOuter": 0.1}, axis=names),
        xOffset=name("side", scale={"paddingInner": 0}), color=name("side", scale=colours, legend=None),
    )  # fmt: skip
    title = {
        "text": panel.title,
        "fontSize": 10.5,
        "fontWeight": 600,
        "color": INK,
        "anchor": "start",
        "offset": 6,
    }
    return {**bars, "width": width, "height": HEIGHT, "title": title}


def _told(cell: str, share: float, split: str) -> str:
    return clean(f"{cell}: {numbers.percent(share)} of {split}")


def _angle(panel: Bars, width: float) -> int:
    """Names stand upright where all of them fit beside each other."""
    longest = max(map(len, panel.cells), default=0)
    return 0 if longest * LETTER * len(panel.cells) < width else -90
