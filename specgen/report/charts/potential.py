"""Gap × share = potential: what closing each slice's gap to a baseline would bring, as bars beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report.charts.svg import AXIS, GREY, INK, ORANGE, Drawing, framed, kept, svg, told
from specgen.report.charts.vega_lite import Chart, beside, end, fixed, known, layered, marks, name, number
from specgen.report.text import clip

ROW, SPACING, WIDTH, LETTER, LONGEST = 17, 26, 680, 6.1, 34


@dataclass(frozen=True)
class PotentialRow:
    """One slice; gap and potential in the numbers that are shown (percentage points for shares)."""

    name: str
    gap: float
    gap_low: float | None
    gap_high: float | None
    share: float
    potential: float
    low: float | None
    high: float | None


@kept
def potential_chart(rows: tuple[PotentialRow, ...], unit: str, text: str, prefix: str) -> Drawing:
    """The bars as SVG, a row a slice; `unit` is that of gap and potential."""
    left = LETTER * max(min(max(len(row.name) for row in rows), LONGEST), 8) + 8
    width = (WIDTH - left - 3 * SPACING) / 3
    written = f", {unit}" if unit else ""
    panels = [
        _panel(rows, "gap", f"Gap{written}", GREY, ("gap_low", "gap_high"), width),
        _panel(rows, "share", "× share of rows", GREY, None, width),
        _panel(rows, "potential", f"= potential{written}", ORANGE, ("low", "high"), width),
    ]
    return svg(framed(beside([_names(rows, left), *panels], SPACING)), prefix, text)


def _y(rows: tuple[PotentialRow, ...]) -> Chart:
    return number("y", axis=None, scale={"domain": [ROW * len(rows), 0], "nice": False, "zero": False})


def _names(rows: tuple[PotentialRow, ...], width: float) -> Chart:
    data = [{"y": ROW * (k + 0.5), "text": clip(row.name, LONGEST)} for k, row in enumerate(rows)]
    style = {"align": "right", "baseline": "middle", "fontSize": 10.5, "color": INK, "limit": width}
    text = marks(data, "text", style, x=fixed(width), y=_y(rows), text=name("text"))
    return {**text, "width": width, "height": ROW * len(rows)}


def _panel(
    rows: tuple[PotentialRow, ...], key: str, title: str, colour: str,
    ends: tuple[str, str] | None, width: float,
) -> Chart:  # fmt: skip
    """Bars of one number from 0 on; the interval across the bar's end, where there is one."""
    data = [vars(row) | {"y": ROW * (k + 0.5), "zero": 0, "told": _told(row, key, ends)}
            for k, row in enumerate(rows)]  # fmt: skip
    axis = AXIS | {
        "orient": "top", "title": title, "tickCount": 4, "format": "%" if key == "share" else ",~f",
        "titleAnchor": "start", "titlePadding": 6, "titleColor": INK, "titleFontWeight": 600, "titleFontSize": 10.5,
        "labelFlush": False,
    }  # fmt: skip
    seen = [0.0, *(value for row in rows for field in (key, *(ends or ())) if (value := getattr(row, field)))]
    scale = {"domain": [min(seen), max(seen)], "nice": False}

    def across(start: str, to: str) -> dict[str, Chart]:
        return {"x": number(start, scale=scale, axis=axis), "x2": end(to), "y": _y(rows)}

    bar = {"color": colour, "strokeWidth": 9, "opacity": 0.55, "aria": True}
    layers = [marks(data, "rule", bar, **across("zero", key), description=name("told"))]
    if ends is not None:
        whisker = {"color": INK, "strokeWidth": 1}
        layers.append(marks(known(data, *ends), "rule", whisker, **across(*ends)))
    return layered(layers, width, ROW * len(rows))


def _told(row: PotentialRow, key: str, ends: tuple[str, str] | None) -> str:
    if ends is None:
        return told(f"{row.name}, share of rows", row.share)
    return told(f"{row.name}, {key}", *(getattr(row, field) for field in (key, *ends)))
