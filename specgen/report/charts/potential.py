"""Gap × share = potential: what closing each slice's gap to a baseline would bring, as bars beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from specgen.report.charts.svg import AXIS, GREY, INK, ORANGE, framed, kept, plotted, svg, told
from specgen.report.text import clip

ROW, SPACING, WIDTH, LETTER, LONGEST = 17, 26, 680, 5.7, 34


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
def potential_chart(rows: tuple[PotentialRow, ...], unit: str, text: str, prefix: str) -> Markup:
    """The bars as SVG, a row a slice; `unit` is that of gap and potential."""
    import altair as alt

    left = LETTER * max(min(max(len(row.name) for row in rows), LONGEST), 8) + 8
    width = (WIDTH - left - 3 * SPACING) / 3
    written = f", {unit}" if unit else ""
    panels = [
        _panel(alt, rows, "gap", f"Gap{written}", GREY, ("gap_low", "gap_high"), width),
        _panel(alt, rows, "share", "× share of rows", GREY, None, width),
        _panel(alt, rows, "potential", f"= potential{written}", ORANGE, ("low", "high"), width),
    ]
    drawn = alt.hconcat(_names(alt, rows, left), *panels, spacing=SPACING)
    return svg(framed(drawn), prefix, text)


def _y(alt: Any, rows: tuple[PotentialRow, ...]) -> Any:
    scale = alt.Scale(domain=[ROW * len(rows), 0], nice=False, zero=False)
    return alt.Y("y:Q", axis=None, scale=scale)


def _names(alt: Any, rows: tuple[PotentialRow, ...], width: float) -> Any:
    data = [{"y": ROW * (k + 0.5), "text": clip(row.name, LONGEST)} for k, row in enumerate(rows)]
    mark = (
        plotted(alt, data)
        .properties(width=width, height=ROW * len(rows))
        .mark_text(align="right", baseline="middle", fontSize=10.5, color=INK, limit=width)
    )
    return mark.encode(x=alt.value(width), y=_y(alt, rows), text="text:N")


def _panel(
    alt: Any, rows: tuple[PotentialRow, ...], key: str, title: str, colour: str,
    ends: tuple[str, str] | None, width: float,
) -> Any:  # fmt: skip
    """Bars of one number from 0 on; the interval across the bar's end, where there is one."""
    data = [vars(row) | {"y": ROW * (k + 0.5), "zero": 0, "told": _told(row, key, ends)}
            for k, row in enumerate(rows)]  # fmt: skip
    style = AXIS | {"titleColor": INK, "titleFontWeight": 600, "titleFontSize": 10.5}
    axis = alt.Axis(
        orient="top", title=title, tickCount=4, format="%" if key == "share" else ",~f", titleAnchor="start",
        titlePadding=6, **style,
    )  # fmt: skip
    seen = [0.0, *(value for row in rows for field in (key, *(ends or ())) if (value := getattr(row, field)))]
    scale = alt.Scale(domain=[min(seen), max(seen)], nice=False)
    base = plotted(alt, data).properties(width=width, height=ROW * len(rows)).encode(y=_y(alt, rows))
    bars = base.mark_rule(color=colour, strokeWidth=9, opacity=0.55, aria=True).encode(
        x=alt.X("zero:Q", scale=scale, axis=axis), x2=f"{key}:Q", description="told:N"
    )
    if ends is None:
        return bars
    low, high = ends
    whisker = base.transform_filter(f"isValid(datum.{low}) && isValid(datum.{high})").mark_rule(
        color=INK, strokeWidth=1
    )
    return alt.layer(bars, whisker.encode(x=alt.X(f"{low}:Q", scale=scale, axis=axis), x2=f"{high}:Q"))


def _told(row: PotentialRow, key: str, ends: tuple[str, str] | None) -> str:
    if ends is None:
        return told(f"{row.name}, share of rows", row.share)
    return told(f"{row.name}, {key}", *(getattr(row, field) for field in (key, *ends)))
