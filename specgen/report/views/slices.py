"""Every slice by every metric."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from specgen.record.result import Measurement
from specgen.report import numbers
from specgen.report.source import WHOLE, Source
from specgen.report.text import name, plural
from specgen.report.views.cells import Cell, Footnotes, cell, common_digits, stacked
from specgen.report.views.forests import caption, forests

MOST_METRICS = 6
MOST_ROWS = 200


@dataclass(frozen=True)
class SliceRow:
    """A slice; `family` is its family's name where a new one begins."""

    name: str
    family: str
    n: str
    cells: tuple[Cell, ...]
    shrunken: str = ""


@dataclass(frozen=True)
class SlicesView:
    """The section on slices."""

    charts: tuple[Markup, ...]
    caption: str
    metrics: tuple[str, ...]
    shrunken: str
    confidence: str
    stacked: bool
    rows: tuple[SliceRow, ...]
    hidden: str
    worst: tuple[str, ...]
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
        use: common_digits(
            (source.get(source.candidate, *use, part=p) for p in [WHOLE, *kept]), source.metrics.get(use[0])
        )
        for use in shown
    }
    listed = [WHOLE, *kept]
    rows = tuple(
        _row(source, part, before, shown, digits, notes)
        for before, part in zip([WHOLE, *listed[:-1]], listed, strict=True)
    )
    rest, extra = len(parts) - len(kept), len(uses) - len(shown)
    return SlicesView(
        charts=forests(source, kept, uses),
        caption=caption(source),
        metrics=tuple(source.title(*use) for use in shown),
        shrunken=source.title(*shown[0]) if any(row.shrunken for row in rows) else "",
        confidence=f"{100 * source.result.about.confidence:g}%",
        stacked=stacked(row.cells for row in rows),
        rows=rows,
        hidden=f"and {plural(rest, 'more slice')} in results.json" if rest > 0 else "",
        worst=tuple(_worst(source)) or tuple(_worst_of_families(source, parts, shown[0])),
        notes=notes.listed(),
        more_metrics=f"{plural(extra, 'more metric')} in results.json" if extra > 0 else "",
    )


def _worst(source: Source) -> Iterator[str]:
    """For each gate over many slices of the split: the one that looks worst, and what of that is left by chance."""
    for gate in source.result.gates:
        known = [m for m in gate.members if m.shrunken is not None and m.measured is not None]
        if gate.split != source.split or not known:
            continue
        down = gate.better == "at_most"
        worst = min(known, key=lambda m: ((m.measured or 0.0) - (m.bound or 0.0)) * (-1 if down else 1))
        info = source.metric_of(gate)
        raw, left = (numbers.value(value, info) for value in (worst.measured, worst.shrunken))
        if raw != left:
            title = source.title(gate.metric or "", gate.label)
            yield (
                f"{title}: the worst of {plural(len(known), 'slice')} by its raw value is {name(worst.name)},"
                f" with {raw} on {plural(worst.n, 'row')}; shrunken towards the others, {left}."
            )


def _worst_of_families(source: Source, parts: list[str], use: tuple[str, str | None]) -> Iterator[str]:
    """The same of each family that no gate judges."""
    families: dict[str, list[Measurement]] = {}
    for part in parts:
        found = source.get(source.candidate, *use, part=part)
        if found is not None and found.value is not None and found.shrunken is not None:
            families.setdefault(source.slices[part].family, []).append(found)
    info = source.metrics.get(use[0])
    down = info is not None and info.better == "lower"
    for some in families.values():
        worst = min(some, key=lambda m: (m.value or 0.0) * (-1 if down else 1))
        raw, left = (numbers.value(value, info) for value in (worst.value, worst.shrunken))
        if raw != left:
            yield (
                f"{source.title(*use)}: the worst of {plural(len(some), 'slice')} by its raw value is"
                f" {name(worst.slice)}, with {raw} on {plural(worst.n, 'row')}; shrunken towards the others, {left}."
            )


def _parts(source: Source) -> list[str]:
    """Slices measured on the judged split, families together in the spec's order."""
    measured = {
        m.slice for m in source.result.measurements if m.split == source.split and m.model == source.candidate
    }
    named = [part for part in source.result.slices if part.name in measured and part.name != WHOLE]
    families = list(dict.fromkeys(part.family for part in named))
    return [part.name for part in sorted(named, key=lambda part: families.index(part.family))]


def _row(
    source: Source,
    part: str,
    before: str,
    uses: list[tuple[str, str | None]],
    digits: dict[tuple[str, str | None], int],
    notes: Footnotes,
) -> SliceRow:
    found = [source.get(source.candidate, *use, part=part) for use in uses]
    rows = max((m.rows or m.n for m in found if m is not None), default=0)
    family, previous = (
        source.slices[part].family if part in source.slices else part,
        source.slices.get(before),
    )
    fresh = part != WHOLE and (previous is None or previous.family != family)
    cells = tuple(
        cell(m, source.metrics.get(use[0]), notes, digits[use]) for m, use in zip(found, uses, strict=True)
    )
    first = found[0]
    left = "" if first is None or first.shrunken is None else numbers.number(first.shrunken, digits[uses[0]])
    return SliceRow(
        "all rows" if part == WHOLE else name(part),
        name(family) if fresh else "",
        numbers.count(rows),
        cells,
        left,
    )
