"""A reliability diagram: what was predicted beside what came true, and how many rows lie where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from specgen.report import numbers
from specgen.report.charts.svg import AXIS, BAR, BLUE, GREY, TITLE, framed, kept, plotted, svg
from specgen.report.charts.svg import told as tip

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
def calibration_chart(bins: tuple[Bin, ...], told: str, prefix: str) -> Markup:
    """The diagram as SVG, over bars as wide as a group's scores, whose areas are its share of rows."""
    import altair as alt

    most = max(end for one in bins for end in (one.predicted, one.observed, one.high or 0.0))
    most = min(1.0, 1.04 * most) if most > 0 else 1.0
    scale = alt.Scale(domain=[0, most], nice=False)
    rows = [_row(one, most / THINNEST) for one in bins]
    base = plotted(alt, rows)
    drawn = alt.vconcat(_diagram(alt, base, scale, most), _bars(alt, base, scale, most), spacing=SPACING)
    return svg(framed(drawn, left=2), prefix, told)


def _row(one: Bin, thinnest: float) -> dict[str, Any]:
    """A bin as its marks show it; one score alone has a thin bar."""
    end = max(one.end, one.start + thinnest)
    return vars(one) | {"zero": 0, "to": end, "density": one.share / (end - one.start), "told": _told(one)}


def _told(one: Bin) -> str:
    shown = tip(f"predicted {one.predicted:.3g}, came true", one.observed, one.low, one.high)
    return f"{shown}; {numbers.count(one.rows)} rows ({numbers.percent(one.share)})"


def _diagram(alt: Any, base: Any, scale: Any, most: float) -> Any:
    axis = {"tickCount": 5, **AXIS}
    line = plotted(alt, [{"predicted": at, "observed": at} for at in (0, most)])
    layers = [
        line.mark_line(color=GREY, strokeDash=[1, 3], strokeWidth=1),
        base.mark_line(color=BLUE, strokeWidth=1, opacity=0.45),
        base.transform_filter("isValid(datum.low) && isValid(datum.high)")
        .mark_rule(color=BLUE, strokeWidth=1.6).encode(y="low:Q", y2="high:Q"),
        base.mark_circle(color=BLUE, size=34, opacity=1, aria=True).encode(description="told:N"),
    ]  # fmt: skip
    x = alt.X("predicted:Q", scale=scale, axis=alt.Axis(title=None, labels=False, **axis))
    y = alt.Y("observed:Q", scale=scale, axis=alt.Axis(title="share that came true", **axis))
    title = alt.TitleParams("Calibration", offset=8, **TITLE)
    return alt.layer(*layers).encode(x=x, y=y).properties(width=SIDE, height=SIDE, title=title)


def _bars(alt: Any, base: Any, scale: Any, most: float) -> Any:
    """Bars as high as rows are dense; scores that most rows share would flatten all others, so high bars are cut."""
    bars = base.properties(width=SIDE, height=BARS).mark_rect(
        clip=True, color=BAR, stroke="#ffffff", strokeWidth=0.5, aria=True
    )
    x = alt.X("start:Q", scale=scale, axis=alt.Axis(title="predicted probability", tickCount=5, **AXIS))
    quiet = AXIS | {"labels": False, "grid": False}
    y = alt.Y("zero:Q", scale=alt.Scale(domain=[0, CROWDED / most]), axis=alt.Axis(title="rows", **quiet))
    return bars.encode(x=x, x2="to:Q", y=y, y2="density:Q", description="told:N")
