"""Latency over batch sizes: median with its interval, 95th percentile, limits at the stated batch."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report.charts.svg import AXIS, BLUE, GREY, ORANGE, TITLE, Drawing, framed, svg, told
from specgen.report.charts.vega_lite import Chart, end, fixed, known, layered, marks, name, number

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


def batch_latency_chart(points: list[BatchPoint], limits: list[Limit], prefix: str) -> Drawing:
    """The chart as SVG, both axes logarithmic."""
    seen = [v for p in points for v in (p.p50, p.p95, p.low, p.high) if v]
    seen += [limit.milliseconds for limit in limits]
    domain = (min(seen) / 1.15, max(seen) * 1.15)
    x = number(
        "batch", scale={"type": "log", "base": 2, "nice": False, "padding": 6},
        axis=_batches([point.batch for point in points]),
    )  # fmt: skip
    layers = [*_curves(points, x, domain), *_limits(limits, x, domain)]
    title = TITLE | {"text": "Milliseconds a call", "offset": 10}
    drawn = framed(layered(layers, WIDTH, HEIGHT, title=title), left=4, right=MARGIN, top=2)
    told = ", ".join(f"{p.p50:.3g} ms for {p.batch:,}" for p in points)
    return svg(drawn, prefix, f"Median latency over rows in one call: {told}")


def _batches(values: list[int]) -> Chart:
    return AXIS | {
        "title": "rows in one call", "values": values, "format": ",d", "grid": False, "labelPadding": 5,
        "labelOverlap": "greedy",
    }  # fmt: skip


def _y(field: str, domain: tuple[float, float]) -> Chart:
    ticks = [k * 10.0**power for power in range(-4, 8) for k in (1, 2, 5)]
    axis = AXIS | {
        "title": None,
        "values": ticks,
        "format": "~g",
        "labelPadding": 5,
        "labelOverlap": "greedy",
    }
    return number(field, scale={"type": "log", "domain": domain, "nice": False}, axis=axis)


def _curves(points: list[BatchPoint], x: Chart, domain: tuple[float, float]) -> list[Chart]:
    rows = [vars(p) | {"told": told(f"{p.batch:,} rows, median ms", p.p50, p.low, p.high)} for p in points]
    whole = [row for row in known(rows, "low", "high") if row["low"] > 0]
    interval = {"x": x, "y": _y("low", domain), "y2": end("high")}
    p50, p95 = ({"x": x, "y": _y(field, domain)} for field in ("p50", "p95"))
    dot = {"filled": True, "opacity": 1}
    return [
        marks(whole, "area", {"color": BLUE, "opacity": 0.13}, **interval),
        marks(whole, "rule", {"color": BLUE, "opacity": 0.45}, **interval),
        marks(rows, "line", {"color": GREY, "strokeWidth": 1.2, "strokeDash": [4, 3]}, **p95),
        marks(rows, "point", dot | {"color": GREY, "size": 12}, **p95),
        marks(rows, "line", {"color": BLUE, "strokeWidth": 1.8}, **p50),
        marks(
            rows, "point", dot | {"color": BLUE, "size": 26, "aria": True}, **p50, description=name("told")
        ),
        *_names(points[-1], domain),
    ]


def _names(last: BatchPoint, domain: tuple[float, float]) -> list[Chart]:
    """The curves' names at their right ends; the upper one above where they are near."""
    apart = last.p95 / last.p50
    found = []
    for value, text, colour, side in (
        (last.p95, "95th percentile", GREY, "bottom" if apart < 1.3 else "middle"),
        (last.p50, "median", BLUE, "top" if apart < 1.3 else "middle"),
    ):
        style = {"align": "left", "baseline": side, "dx": 8, "fontSize": 10, "color": colour}
        rows = [{"y": value, "text": text}]
        found.append(marks(rows, "text", style, x=fixed(WIDTH - 4), y=_y("y", domain), text=name("text")))
    return found


def _limits(limits: list[Limit], x: Chart, domain: tuple[float, float]) -> list[Chart]:
    if not limits:
        return []
    y = _y("y", domain)
    rows = [{"batch": one.batch, "y": one.milliseconds} for one in limits]
    names = [
        {"batch": limits[0].batch, "y": at, "text": f"limit of {text}"}
        for at, text in _together(limits, domain)
    ]
    tick = {"color": ORANGE, "thickness": 2, "size": 22, "orient": "horizontal"}
    style = {"align": "left", "baseline": "middle", "dx": 15, "fontSize": 10, "color": ORANGE}
    return [marks(rows, "tick", tick, x=x, y=y), marks(names, "text", style, x=x, y=y, text=name("text"))]


def _together(limits: list[Limit], domain: tuple[float, float]) -> list[tuple[float, str]]:
    """Where names of limits stand; those whose names would lie over each other share one."""
    near = (domain[1] / domain[0]) ** (APART / HEIGHT)
    found: list[tuple[float, str]] = []
    for one in sorted(limits, key=lambda limit: limit.milliseconds):
        if found and one.milliseconds < found[-1][0] * near:
            found[-1] = (one.milliseconds, f"{found[-1][1]}, {one.label}")
        else:
            found.append((one.milliseconds, one.label))
    return found
