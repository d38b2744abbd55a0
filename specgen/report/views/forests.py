"""The forest plots: a candidate's value on every slice, against baseline and bound."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Measurement, MetricInfo
from specgen.report import numbers
from specgen.report.anchors import anchor
from specgen.report.charts.forest import Panel, Point, forest
from specgen.report.charts.svg import Drawing
from specgen.report.source import WHOLE, Source
from specgen.report.text import clean, name

MOST_PANELS = 3
ROWS_A_CHART = 34
MOST_SHIFT = 6


@dataclass(frozen=True)
class SliceChart:
    """A chart, and for each of its rows the anchor of the slice and what to tell of it."""

    svg: Drawing
    rows: tuple[tuple[str, ...], ...]


def forests(source: Source, parts: list[str], uses: list[tuple[str, str | None]]) -> tuple[SliceChart, ...]:
    """The forest plot, cut between families into pieces that fit a page."""
    chosen = _panels(source, uses)
    longest = max(map(len, parts))
    ticks = [_baseline(source, use) for use in chosen]
    charts = []
    for k, rows in enumerate(_pieces(source, [WHOLE, *parts])):
        families = tuple(_family(source, part) for part in rows)
        names = tuple("all rows" if part == WHOLE else part for part in rows)
        panels = tuple(_panel(source, use, rows, parts) for use in chosen)
        told = tuple(_told(source, part, names[i], chosen, ticks) for i, part in enumerate(rows))
        charts.append(SliceChart(forest(names, families, panels, longest, f"forest{k}"), told))
    return tuple(charts)


def _told(
    source: Source, part: str, title: str, uses: list[tuple[str, str | None]], ticks: list[dict[str, float]]
) -> tuple[str, ...]:
    """The anchor, the slice's name, and a line a panel: `Recall 0.840 [0.820, 0.860], annotators 0.910`."""
    lines = []
    for use, tick in zip(uses, ticks, strict=True):
        found, info = source.get(source.candidate, *use, part=part), source.metrics.get(use[0])
        if found is not None and found.value is not None:
            ends = numbers.interval(found.low, found.high, info, numbers.decimals(info, found.value))
            text = (
                f"{source.title(*use)} {numbers.value(found.value, info)}{numbers.unit(info)} {ends}".strip()
            )
            beside = f", {name(_ticked(source))} {numbers.value(tick[part], info)}" if part in tick else ""
            lines.append(clean(text + beside))
    return (anchor("slice", part), name(title), *lines)


def _family(source: Source, part: str) -> str:
    return source.slices[part].family if part in source.slices else part


def _pieces(source: Source, parts: list[str]) -> list[list[str]]:
    """Pieces of nearly equal size, each cut moved to the nearest start of a family."""
    count = -(-len(parts) // ROWS_A_CHART)
    starts = [k for k in range(1, len(parts)) if _family(source, parts[k]) != _family(source, parts[k - 1])]
    cuts = [0]
    for k in range(1, count):
        even = k * len(parts) // count
        near = min(starts, key=lambda start: abs(start - even), default=even)
        cuts.append(near if abs(near - even) <= MOST_SHIFT and near > cuts[-1] else even)
    return [parts[a:b] for a, b in zip(cuts, [*cuts[1:], len(parts)], strict=True)]


def _panels(source: Source, uses: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """The primary metric, then those that have gates on slices."""
    gated = [(gate.metric or "", gate.label) for gate in source.result.gates if gate.members]
    wanted = [source.primary, *gated]
    return [use for use in dict.fromkeys(wanted) if use in uses][:MOST_PANELS] or uses[:1]


def _panel(source: Source, use: tuple[str, str | None], rows: list[str], parts: list[str]) -> Panel:
    metric = source.metrics.get(use[0])
    everything = [source.get(source.candidate, *use, part=part) for part in [WHOLE, *parts]]
    ticks = _baseline(source, use)
    bounds = _bounds(source, use)
    shown = [v for m in everything if m for v in (m.value, m.low, m.high)]
    return Panel(
        title=source.title(*use),
        points=tuple(_point(source.get(source.candidate, *use, part=part), ticks.get(part)) for part in rows),
        bounds=tuple(bounds[:2]),
        whole=next((m.value for m in everything[:1] if m is not None), None),
        domain=domain([*shown, *ticks.values(), *bounds], metric),
    )


def _bounds(source: Source, use: tuple[str, str | None]) -> list[float]:
    """Fixed numbers that gates ask of slices."""
    gates = [
        gate
        for gate in source.result.gates
        if (gate.metric, gate.label, gate.split) == (*use, source.split) and gate.members
    ]
    plain = [g for g in gates if g.baseline is None and g.better in ("at_least", "at_most")]
    return sorted({gate.bound for gate in plain if gate.bound is not None})


def _point(found: Measurement | None, baseline: float | None) -> Point:
    if found is None:
        return Point(None, None, None, baseline)
    return Point(found.value, found.low, found.high, baseline)


def domain(values: list[float | None], metric: MetricInfo | None) -> tuple[float, float]:
    """From the smallest to the largest number shown, with a little air, inside the metric's range."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    air = 0.04 * (high - low) or 0.05
    low, high = low - air, high + air
    if metric is None:
        return low, high
    least = low if metric.low is None else max(low, metric.low)
    return least, high if metric.high is None else min(high, metric.high)


def _baseline(source: Source, use: tuple[str, str | None]) -> dict[str, float]:
    """The first baseline's values by slice: what the small ticks show."""
    chosen = _ticked(source)
    return {
        gap.slice: gap.value
        for gap in source.result.baselines
        if gap.baseline == chosen and gap.split == source.split and (gap.metric, gap.label) == use
    }


def _ticked(source: Source) -> str:
    """The baseline that the ticks show: the first that was measured row by row, else the first."""
    known = {gap.baseline for gap in source.result.baselines if gap.split == source.split}
    names = [
        info.name for info in source.result.baseline_sources if info.name in known and info.kind != "naive"
    ]
    return names[0] if names else ""


def caption(source: Source, shown: int, slices: int) -> str:
    """What the marks of the plot are, and that it shows the first slices only where it does."""
    text = f"Dot: {source.candidate}'s value; line: its {100 * source.result.about.confidence:g}% interval"
    ticked = _ticked(source)
    text += f"; orange tick: {name(ticked)}" if ticked else ""
    return (
        f"{text}; dashed line: the value on all rows; orange line: a gate's bound, if it is a fixed number."
        + (f" Drawn are the first {shown:,} of {slices:,} slices." if shown < slices else "")
    )
