"""Every slice by every metric."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specgen.record.result import GateVerdict, Measurement
from specgen.report import numbers
from specgen.report.anchors import anchor
from specgen.report.source import MOST_SLICES, WHOLE, Source
from specgen.report.text import name, plural
from specgen.report.views.cells import Cell, Footnotes, cell, common_digits
from specgen.report.views.columns import Columns, fitted, rows_width
from specgen.report.views.forests import SliceChart, caption, forests
from specgen.report.views.gates import VERDICTS

ORDER: tuple[GateVerdict, ...] = ("fail", "error", "inconclusive", "pass")
ROWS, SHRUNKEN = 8.5, 9.5


@dataclass(frozen=True)
class SliceRow:
    """A slice; `fresh` where a new family begins, `verdict` the worst that a gate gave it, on what split."""

    name: str
    anchor: str
    family: str
    fresh: bool
    verdict: str
    judged_on: str
    n: str
    cells: tuple[Cell, ...]
    shrunken: str = ""


@dataclass(frozen=True)
class SlicesView:
    """The section on slices."""

    charts: tuple[SliceChart, ...]
    caption: str
    metrics: tuple[str, ...]
    shrunken: str
    confidence: str
    columns: Columns
    rows: tuple[SliceRow, ...]
    hidden: str
    worst: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]


def slices(source: Source) -> SlicesView | None:
    """The candidate on every slice of the judged split; None where there are no slices."""
    parts = list(source.parts)
    uses = [use for use in source.uses if any(source.get(source.candidate, *use, part=p) for p in parts)]
    if not parts or not uses:
        return None
    kept = list(source.listed)
    listed = [WHOLE, *kept]
    digits = {
        use: common_digits(
            (source.get(source.candidate, *use, part=p) for p in listed), source.metrics.get(use[0])
        )
        for use in uses
    }
    beside = any(_shrunken(source.get(source.candidate, *uses[0], part=p), digits[uses[0]]) for p in kept)
    titles = tuple(source.title(*use) for use in uses)
    layout, cells, notes = fitted(
        [_name(part) for part in listed],
        titles,
        lambda shown, notes: [_cells(source, part, uses[:shown], digits, notes) for part in listed],
        (rows_width(source, ROWS), SHRUNKEN)[: 1 + beside],
    )
    verdicts = _verdicts(source)
    rows = tuple(
        _row(source, part, before, uses, own, digits[uses[0]], verdicts.get(part))
        for before, part, own in zip([WHOLE, *listed[:-1]], listed, cells, strict=True)
    )
    rest = len(parts) - len(kept)
    return SlicesView(
        charts=forests(source, kept[:MOST_SLICES], uses),
        caption=caption(source, min(len(parts), MOST_SLICES), len(parts)),
        metrics=titles[: len(layout.metrics)],
        shrunken=titles[0] if beside else "",
        confidence=f"{100 * source.result.about.confidence:g}%",
        columns=layout,
        rows=rows,
        hidden=f"and {plural(rest, 'more slice')} in results.json" if rest > 0 else "",
        worst=tuple(_worst(source)) or tuple(_worst_of_families(source, parts, uses[0])),
        notes=notes,
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
            found = source.get(source.candidate, gate.metric or "", gate.label, part=worst.name)
            rows = found.rows if found and source.result.about.unit else worst.n
            yield (
                f"{title}: the worst of {plural(len(known), 'slice')} by its raw value is {name(worst.name)},"
                f" with {raw} on {plural(rows, 'row')}; shrunken towards the others, {left}."
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
            rows = worst.rows if source.result.about.unit else worst.n
            yield (
                f"{source.title(*use)}: the worst of {plural(len(some), 'slice')} by its raw value is"
                f" {name(worst.slice)}, with {raw} on {plural(rows, 'row')}; shrunken towards the others, {left}."
            )


def _verdicts(source: Source) -> dict[str, tuple[GateVerdict, str]]:
    """The worst verdict that a gate gave to each slice, and where: `fail on test`."""
    found: dict[str, tuple[GateVerdict, str]] = {}
    for gate in source.result.gates:
        if gate.kind in ("metric", "business"):
            judged = [(gate.place, gate.verdict), *((member.name, member.verdict) for member in gate.members)]
            for part, verdict in judged:
                if part not in found or ORDER.index(verdict) < ORDER.index(found[part][0]):
                    found[part] = verdict, gate.split
    return found


def _name(part: str) -> str:
    return "all rows" if part == WHOLE else name(part)


def _cells(
    source: Source,
    part: str,
    uses: list[tuple[str, str | None]],
    digits: dict[tuple[str, str | None], int],
    notes: Footnotes,
) -> tuple[Cell, ...]:
    return tuple(
        cell(source.get(source.candidate, *use, part=part), source.metrics.get(use[0]), notes, digits[use])
        for use in uses
    )


def _row(
    source: Source,
    part: str,
    before: str,
    uses: list[tuple[str, str | None]],
    cells: tuple[Cell, ...],
    digits: int,
    judged: tuple[GateVerdict, str] | None,
) -> SliceRow:
    found = [source.get(source.candidate, *use, part=part) for use in uses]
    rows = max((m.rows or m.n for m in found if m is not None), default=0)
    family = "" if part == WHOLE else source.slices[part].family
    previous = "" if before == WHOLE else source.slices[before].family
    return SliceRow(
        name=_name(part),
        anchor=anchor("slice", part),
        family=name(family),
        fresh=family != previous,
        verdict=VERDICTS[judged[0]] if judged else "",
        judged_on=name(judged[1]) if judged and judged[1] != source.split else "",
        n=numbers.count(rows),
        cells=cells,
        shrunken=_shrunken(found[0], digits),
    )


def _shrunken(found: Measurement | None, digits: int) -> str:
    """The shrunken value, where it reads otherwise than the measured one."""
    if found is None or found.shrunken is None:
        return ""
    text = numbers.number(found.shrunken, digits)
    return "" if text == numbers.number(found.value, digits) else text
