"""Latency over batch sizes: median with its interval, 95th percentile, limits at the stated batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from specgen.report.charts.svg import BLUE, FONT, GREY, HAIRLINE, INK, ORANGE, inline, svg, told

WIDTH, HEIGHT, MARGIN = 520, 190, 96
APART = 12


@dataclass(frozen=True)
class BatchPoint:
    """One batch size: the median and its interval, and the 95th percentile, in milliseconds."""

    batch: int
    p50: float
    low: float | None
    high: float | None
    p95: float


@dataclass(frozen=True)
class Limit:
    """A limit at the stated batch, and what to call it: `p95`."""

    label: str
    batch: int
    milliseconds: float


def batch_latency_chart(points: list[BatchPoint], limits: list[Limit], prefix: str) -> Markup:
    """The chart as SVG, both axes logarithmic."""
    import altair as alt

    known = [v for p in points for v in (p.p50, p.p95, p.low, p.high) if v]
    known += [limit.milliseconds for limit in limits]
    x = alt.X(
        "batch:Q", scale=alt.Scale(type="log", base=2, nice=False, padding=6),
        axis=_axis(alt, "rows in one call", [point.batch for point in points]),
    )  # fmt: skip
    domain = [min(known) / 1.15, max(known) * 1.15]
    y_scale = alt.Scale(type="log", domain=domain, nice=False)
    layers = [*_curves(alt, points, x, y_scale), *_limits(alt, limits, x, y_scale)]
    title = alt.TitleParams(
        "Milliseconds a call", fontSize=10.5, fontWeight=600, color=INK, anchor="start", frame="group", offset=10
    )  # fmt: skip
    drawn = (
        alt.layer(*layers)
        .properties(width=WIDTH, height=HEIGHT, title=title)
        .configure(font=FONT, aria=False, padding={"left": 4, "right": MARGIN, "top": 2, "bottom": 2})
        .configure_view(stroke=None)
    )
    told = ", ".join(f"{p.p50:.3g} ms for {p.batch:,}" for p in points)
    return svg(drawn, prefix, f"Median latency over rows in one call: {told}")


def _axis(alt: Any, title: str | None, values: list[int] | None = None) -> Any:
    plain = {"labelFontSize": 9.5, "labelColor": GREY, "domain": False, "ticks": False, "labelPadding": 5}
    if values is not None:
        return alt.Axis(
            title=title, values=values, format=",d", grid=False, titleFontSize=10, titleFontWeight=400,
            titleColor=GREY, labelOverlap="greedy", **plain,
        )  # fmt: skip
    ticks = [k * 10.0**power for power in range(-4, 8) for k in (1, 2, 5)]
    return alt.Axis(title=None, values=ticks, format="~g", gridColor=HAIRLINE, labelOverlap="greedy", **plain)


def _curves(alt: Any, points: list[BatchPoint], x: Any, scale: Any) -> list[Any]:
    rows = [vars(p) | {"told": told(f"{p.batch:,} rows, median ms", p.p50, p.low, p.high)} for p in points]
    base = alt.Chart(inline(alt, rows)).encode(x=x)
    ends = base.transform_filter("isValid(datum.low) && isValid(datum.high) && datum.low > 0")

    def y(name: str) -> Any:
        return alt.Y(f"{name}:Q", scale=scale, axis=_axis(alt, None))

    return [
        ends.mark_area(color=BLUE, opacity=0.13).encode(y=y("low"), y2="high:Q"),
        ends.mark_rule(color=BLUE, opacity=0.45).encode(y=y("low"), y2="high:Q"),
        base.mark_line(color=GREY, strokeWidth=1.2, strokeDash=[4, 3]).encode(y=y("p95")),
        base.mark_point(color=GREY, filled=True, size=12, opacity=1).encode(y=y("p95")),
        base.mark_line(color=BLUE, strokeWidth=1.8).encode(y=y("p50")),
        base.mark_point(color=BLUE, filled=True, size=26, opacity=1, aria=True).encode(
            y=y("p50"), description="told:N"
        ),
        *_names(alt, points[-1], scale),
    ]


def _names(alt: Any, last: BatchPoint, scale: Any) -> list[Any]:
    """The curves' names at their right ends; the upper one above where they are near."""
    apart = last.p95 / last.p50
    found = []
    for value, text, colour, side in (
        (last.p95, "95th percentile", GREY, "bottom" if apart < 1.3 else "middle"),
        (last.p50, "median", BLUE, "top" if apart < 1.3 else "middle"),
    ):
        mark = alt.Chart(inline(alt, [{"y": value, "text": text}])).mark_text(
            align="left", baseline=side, dx=8, fontSize=10, color=colour
        )
        found.append(
            mark.encode(
                x=alt.value(WIDTH - 4), y=alt.Y("y:Q", scale=scale, axis=_axis(alt, None)), text="text:N"
            )
        )
    return found


def _limits(alt: Any, limits: list[Limit], x: Any, scale: Any) -> list[Any]:
    if not limits:
        return []
    axis = alt.Y("y:Q", scale=scale, axis=_axis(alt, None))
    rows = [{"batch": one.batch, "y": one.milliseconds} for one in limits]
    names = [
        {"batch": limits[0].batch, "y": at, "text": f"limit of {text}"}
        for at, text in _together(limits, scale.domain)
    ]
    ticks = alt.Chart(inline(alt, rows)).mark_tick(color=ORANGE, thickness=2, size=22, orient="horizontal")
    text = alt.Chart(inline(alt, names)).mark_text(
        align="left", baseline="middle", dx=15, fontSize=10, color=ORANGE
    )
    return [ticks.encode(x=x, y=axis), text.encode(x=x, y=axis, text="text:N")]


def _together(limits: list[Limit], domain: list[float]) -> list[tuple[float, str]]:
    """Where names of limits stand; those whose names would lie over each other share one."""
    near = (domain[1] / domain[0]) ** (APART / HEIGHT)
    found: list[tuple[float, str]] = []
    for one in sorted(limits, key=lambda limit: limit.milliseconds):
        if found and one.milliseconds < found[-1][0] * near:
            found[-1] = (one.milliseconds, f"{found[-1][1]}, {one.label}")
        else:
            found.append((one.milliseconds, one.label))
    return found
