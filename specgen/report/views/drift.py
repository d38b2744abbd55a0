"""Data drift: how far each split is from the reference, column by column."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import DriftColumn, DriftEffect, SplitDrift
from specgen.report import numbers
from specgen.report.charts.drift import Bars, paired_bars
from specgen.report.charts.svg import Drawing
from specgen.report.source import Source
from specgen.report.text import clip, name, plural, sentence

STATES = {
    "stable": ("pass", "within limits"),
    "drifted": ("fail", "drifted"),
    "open": ("inconclusive", "open"),
}
MEASURES = {"psi": "PSI", "total_variation": "TV", "ks": "KS", "auc": "AUC"}
ROLES = {"label": "label", "prediction": "prediction", "score": "score", "joint": "classifier"}
CHARTED, NOTICEABLE, BARS = 3, 0.01, 12


@dataclass(frozen=True)
class DriftRow:
    """One column: the distance that is furthest beyond its limit, and what changed."""

    name: str
    aside: str
    mark: str
    word: str
    measure: str
    value: str
    interval: str
    limit: str
    p_value: str
    changed: str


@dataclass(frozen=True)
class DriftPart:
    """A split against the reference."""

    split: str
    summary: str
    rows: tuple[DriftRow, ...]
    hidden: str
    chart: Drawing | None
    caption: str


@dataclass(frozen=True)
class DriftView:
    """The section: the judged split whole, of the others what has drifted or is open."""

    reference: str
    parts: tuple[DriftPart, ...]
    terms: tuple[tuple[str, str], ...]


def drift(source: Source) -> DriftView | None:
    """None where nothing was compared."""
    compared = source.result.drift
    if not compared:
        return None
    whole = source.split if source.split in {one.split for one in compared} else compared[-1].split
    ordered = sorted(compared, key=lambda one: one.split != whole)
    parts = tuple(_part(source, one, one.split == whole, k) for k, one in enumerate(ordered))
    return DriftView(name(compared[0].reference), parts, _terms(compared))


def _part(source: Source, one: SplitDrift, whole: bool, number: int) -> DriftPart:
    told = [column for column in one.columns if whole or column.state != "stable"]
    shown = told[: source.cap]
    rest = len(told) - len(shown)
    charted = [c for c in one.columns if c.cells and _psi(c) >= NOTICEABLE][:CHARTED] if whole else []
    chart = None
    if charted:
        chart = paired_bars(tuple(_bars(c) for c in charted), one.reference, one.split, f"drift-{number}")
    return DriftPart(
        split=name(one.split), summary=_summary(one), rows=tuple(map(_row, shown)),
        hidden=f"and {plural(rest, 'column')} more in results.json, each nearer to its limit" if rest > 0 else "",
        chart=chart,
        caption=f"Share of rows in {name(one.reference)} (grey) and {name(one.split)} (blue), of the columns furthest"
        " apart. Ranges hold a tenth of the grey rows each; the last may lie outside of all of them.",
    )  # fmt: skip


def _summary(one: SplitDrift) -> str:
    drifted, held = ([c for c in one.columns if c.state == state] for state in ("drifted", "open"))
    total = plural(len(one.columns), "comparison")
    if drifted:
        names = ", ".join(name(c.name) for c in drifted[:5]) + (", …" if len(drifted) > 5 else "")
        text = f"{len(drifted)} of {total} with {one.reference} show drift: {names}."
    elif held:
        text = f"None of {total} with {one.reference} shows drift."
    else:
        text = f"All {total} with {one.reference} are within their limits."
    if held:
        verb = "is" if len(held) == 1 else "are"
        text += f" {len(held)} {verb} open: too few rows to tell."
    if one.not_compared:
        text += f" Not compared: {sentence(', '.join(one.not_compared), 120)}."
    return text


def _row(column: DriftColumn) -> DriftRow:
    effect = _furthest(column)
    mark, word = STATES[column.state]
    kinds = {"numeric": "numbers", "categorical": "categories", "text": "texts"}
    return DriftRow(
        name=name(column.name), aside=ROLES.get(column.role, kinds.get(column.kind, "")), mark=mark, word=word,
        measure=MEASURES[effect.measure], value=numbers.number(effect.value, 3),
        interval=numbers.interval(effect.low, effect.high, None, 3), limit=f"≤ {effect.limit:g}",
        p_value=_p(column.p_value), changed=sentence(column.changed, 160),
    )  # fmt: skip


def _furthest(column: DriftColumn) -> DriftEffect:
    least = {"auc": 0.5}
    return max(
        column.effects,
        key=lambda e: (e.value - least.get(e.measure, 0.0)) / (e.limit - least.get(e.measure, 0.0)),
    )


def _psi(column: DriftColumn) -> float:
    return next((effect.value for effect in column.effects if effect.measure == "psi"), 0.0)


def _p(p_value: float | None) -> str:
    if p_value is None:
        return numbers.MISSING
    return "< 0.001" if p_value < 0.001 else numbers.number(p_value, 3)


def _bars(column: DriftColumn) -> Bars:
    cells = [cell for cell in column.cells if cell.reference or cell.current]
    if column.kind != "numeric" and len(cells) > BARS:
        cells = sorted(cells, key=lambda cell: -abs(cell.current - cell.reference))[:BARS]
    return Bars(
        clip(column.name, 28), tuple(clip(cell.name, 18) for cell in cells),
        tuple(cell.reference for cell in cells), tuple(cell.current for cell in cells),
    )  # fmt: skip


def _terms(compared: tuple[SplitDrift, ...]) -> tuple[tuple[str, str], ...]:
    used = {effect.measure for one in compared for column in one.columns for effect in column.effects}
    terms = {
        "psi": ("PSI", "population stability index: how far shares of rows have moved between categories, or "
                "between tenths of the reference. Below 0.1 little has changed, above 0.25 it is another population."),
        "total_variation": ("TV", "total variation: the share of rows that would have to be in another category."),
        "ks": ("KS", "Kolmogorov-Smirnov distance: the largest difference of two distribution functions."),
        "auc": ("AUC", "how well a classifier tells rows of the two splits apart by all columns at once: 0.5 is "
                "guessing, 1 is always right. It sees changes that no single column shows."),
    }  # fmt: skip
    p_value = (
        "p",
        "the chance of a difference as large where there is none. With many rows the least difference has a small p,"
        " so it never decides: drift is a distance that is beyond its limit even at the near end of its interval.",
    )
    return (*(terms[measure] for measure in terms if measure in used), p_value)
