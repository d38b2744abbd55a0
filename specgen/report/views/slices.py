"""Every slice by every metric, and the forest plot above it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from specgen.record.result import Measurement
from specgen.report import numbers
from specgen.report.charts.forest import Panel, Point, forest
from specgen.report.source import WHOLE, Source
from specgen.report.text import name
from specgen.report.views.cells import Cell, Footnotes, cell, common_digits

MOST_METRICS = 6
MOST_PANELS = 3
MOST_ROWS = 200
ROWS_A_CHART = 44


@dataclass(frozen=True)
class SliceRow:
    """A slice; `family` is its family's name where a new one begins."""

    name: str
    family: str
    n: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class SlicesView:
    """The section on slices."""

    charts: tuple[Markup, ...]
    caption: str
    metrics: tuple[str, ...]
    confidence: str
    rows: tuple[SliceRow, ...]
    hidden: str
    notes: tuple[tuple[str, str], ...]
    more_metrics: str


def slices(source: Source) -> SlicesView | None:
    """The candidate on every slice of the judged split; None where there are no slices."""
    parts = _parts(source)
    uses = [use for use in source.uses if any(source.get(source.candidate, *use, part=p) for p in parts)]
    if not parts or not uses:
        return None
    shown, kept = uses[:MOST_METRICS], parts[:MOST_ROWS]
    notes = Footnotes()
    digits = {
        use: common_digits((source.get(source.candidate, *use, part=p) for p in [WHOLE, *kept]), source.metrics.get(use[0]))
        for use in shown
    }
    listed = [WHOLE, *kept]
    rows = tuple(
        _row(source, part, before, shown, digits, notes)
        for before, part in zip([WHOLE, *listed[:-1]], listed, strict=True)
    )
    rest, extra = len(parts) - len(kept), len(uses) - len(shown)
    return SlicesView(
        charts=_charts(source, kept, uses), caption=_caption(source), metrics=tuple(source.title(*use) for use in shown),
        confidence=f"{100 * source.result.about.confidence:g}%", rows=rows,
        hidden=f"and {rest:,} more slices in results.json" if rest > 0 else "", notes=notes.listed(),
        more_metrics=f"{extra:,} more metrics in results.json" if extra > 0 else "",
    )  # fmt: skip


def _parts(source: Source) -> list[str]:
    """Slices measured on the judged split, families together in the spec's order."""
    measured = {
        m.slice for m in source.result.measurements if m.split == source.split and m.model == source.candidate
    }
    named = [part for part in source.result.slices if part.name in measured and part.name != WHOLE]
    families = list(dict.fromkeys(part.family for part in named))
    return [part.name for part in sorted(named, key=lambda part: families.index(part.family))]


def _row(
    source: Source, part: str, before: str, uses: list[tuple[str, str | None]],
    digits: dict[tuple[str, str | None], int], notes: Footnotes,
) -> SliceRow:  # fmt: skip
    found = [source.get(source.candidate, *use, part=part) for use in uses]
    rows = max((m.rows or m.n for m in found if m is not None), default=0)
    family, previous = source.slices[part].family if part in source.slices else part, source.slices.get(before)
    fresh = part != WHOLE and (previous is None or previous.family != family)
    cells = tuple(cell(m, source.metrics.get(use[0]), notes, digits[use]) for m, use in zip(found, uses, strict=True))
    return SliceRow("all rows" if part == WHOLE else name(part), name(family) if fresh else "", numbers.count(rows), cells)


def _charts(source: Source, parts: list[str], uses: list[tuple[str, str | None]]) -> tuple[Markup, ...]:
    """The forest plot, cut into pieces that fit a page, never leaving a few rows to a last piece."""
    chosen = _panels(source, uses)
    pieces = -(-(len(parts) + 1) // ROWS_A_CHART)
    size = -(-len(parts) // pieces)
    charts = []
    for k in range(pieces):
        rows = ([WHOLE] if k == 0 else []) + parts[k * size : (k + 1) * size]
        families = [source.slices[part].family for part in rows]
        names = ["all rows" if part == WHOLE else part for part in rows]
        panels = [_panel(source, use, rows, parts) for use in chosen]
        charts.append(forest(names, families, panels, f"forest{k}"))
    return tuple(charts)


def _panels(source: Source, uses: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """The primary metric, then those that have gates on slices."""
    gated = [(gate.metric or "", gate.label) for gate in source.result.gates if gate.members]
    wanted = [source.primary, *gated]
    return [use for use in dict.fromkeys(wanted) if use in uses][:MOST_PANELS] or uses[:1]


def _panel(source: Source, use: tuple[str, str | None], rows: list[str], parts: list[str]) -> Panel:
    metric = source.metrics.get(use[0])
    everything = [source.get(source.candidate, *use, part=part) for part in [WHOLE, *parts]]
    ticks = _baseline(source, use)
    bounds = sorted({
        gate.bound for gate in source.result.gates
        if (gate.metric, gate.label) == use and gate.split == source.split and gate.baseline is None
        and gate.bound is not None and gate.members and gate.better in ("at_least", "at_most")
    })  # fmt: skip
    return Panel(
        title=source.title(*use),
        points=tuple(_point(source.get(source.candidate, *use, part=part), ticks.get(part)) for part in rows),
        bounds=tuple(bounds[:2]), whole=next((m.value for m in everything[:1] if m is not None), None),
        domain=_domain([v for m in everything if m for v in (m.value, m.low, m.high)] + [*ticks.values(), *bounds], metric is not None and metric.low == 0, metric.high if metric else None),
    )  # fmt: skip


def _point(found: Measurement | None, baseline: float | None) -> Point:
    if found is None:
        return Point(None, None, None, baseline)
    return Point(found.value, found.low, found.high, baseline)


def _domain(values: list[float | None], from_zero: bool, high: float | None) -> tuple[float, float]:
    """From the smallest to the largest number shown, with a little air."""
    known = [value for value in values if value is not None]
    low, top = min(known, default=0.0), max(known, default=1.0)
    air = 0.04 * (top - low) or 0.05
    low, top = low - air, top + air
    return max(low, 0.0) if from_zero else low, top if high is None else min(top, high)


def _baseline(source: Source, use: tuple[str, str | None]) -> dict[str, float]:
    """The first baseline's values by slice: what the small ticks show."""
    chosen = _ticked(source)
    return {
        gap.slice: gap.value for gap in source.result.baselines
        if gap.baseline == chosen and gap.split == source.split and (gap.metric, gap.label) == use
    }  # fmt: skip


def _ticked(source: Source) -> str:
    """The baseline that the ticks show: the first that was measured row by row, else the first."""
    known = {gap.baseline for gap in source.result.baselines if gap.split == source.split}
    names = [info.name for info in source.result.baseline_sources if info.name in known and info.kind != "naive"]
    return names[0] if names else ""


def _caption(source: Source) -> str:
    text = f"Dot: {source.candidate}'s value; line: its {100 * source.result.about.confidence:g}% interval"
    ticked = _ticked(source)
    text += f"; orange tick: {name(ticked)}" if ticked else ""
    return f"{text}; dashed line: the value on all rows; solid orange line: a gate's bound, where it is a fixed number."
