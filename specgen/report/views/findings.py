"""Slices that nobody declared, found by error analysis."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Finding, SearchedSplit
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import clip, listed, name, plural

LONGEST_CONDITION, SHOWN_COLUMNS = 300, 12


@dataclass(frozen=True)
class FindingRow:
    """One slice found."""

    where: str
    split: str
    metric: str
    value: str
    interval: str
    other: str
    rows: str
    share: str
    potential: str
    more: str


@dataclass(frozen=True)
class FindingTable:
    """What was found by one metric."""

    title: str
    of: str
    rows: tuple[FindingRow, ...]
    hidden: str


@dataclass(frozen=True)
class FindingsView:
    """The section: what held, what did not, and where was looked."""

    split: str
    summary: str
    used_up: str
    tables: tuple[FindingTable, ...]
    foot: tuple[str, ...]


def findings(source: Source) -> FindingsView | None:
    """None where no split was searched."""
    searched = source.result.searched
    if searched is None or not searched.metrics:
        return None
    held = [one for one in source.result.findings if one.confirmed]
    by_metric: dict[tuple[str, str | None], list[Finding]] = {}
    for one in held:
        by_metric.setdefault((one.metric, one.label), []).append(one)
    return FindingsView(
        split=name(searched.split), summary=_summary(source, searched, len(held)), used_up=_used_up(searched),
        tables=tuple(_table(source, *use, some) for use, some in by_metric.items()),
        foot=tuple(_foot(searched)),
    )  # fmt: skip


def confirmed(source: Source) -> tuple[FindingRow, ...]:
    """The confirmed findings, metric by metric, the largest potential first."""
    return tuple(_row(source, one) for one in source.result.findings if one.confirmed)[: source.cap]


def _summary(source: Source, searched: SearchedSplit, held: int) -> str:
    by = listed([source.title(key) for key in searched.metrics])
    looked = f"Searched by {by}: "
    tested = plural(searched.tested, "slice")
    if not searched.tested:
        return f"{looked}no slice of {searched.min_rows:,} rows or more loses much more than the rest."
    if not held:
        verb = "was" if searched.tested == 1 else "were"
        return f"{looked}{tested} looked worse on one half of the rows, and {verb} not shown to be worse on the other."
    rest = searched.tested - held
    more = f" {rest:,} more looked worse on one half only: no finding." if rest else ""
    found = f"{plural(held, 'slice')} worse than the other rows, found on one half of them and shown on the other."
    return looked + found + more


def _used_up(searched: SearchedSplit) -> str:
    if not searched.judged:
        return ""
    return (
        f"Searching uses rows up: whoever mends what was found here can no longer judge the next model on"
        f" {name(searched.split)} as if its rows were new."
    )


def _table(source: Source, metric: str, label: str | None, found: list[Finding]) -> FindingTable:
    rest = len(found) - source.cap
    return FindingTable(
        source.title(metric, label), numbers.unit(source.metrics.get(metric)).strip(),
        tuple(_row(source, one) for one in found[: source.cap]),
        f"and {plural(rest, 'more finding')} in results.json" if rest > 0 else "",
    )  # fmt: skip


def _row(source: Source, one: Finding) -> FindingRow:
    info = source.metrics.get(one.metric)
    digits = numbers.decimals(info, one.value, one.other)
    return FindingRow(
        where=clip(one.where, LONGEST_CONDITION), split=one.split, metric=source.title(one.metric, one.label),
        value=numbers.number(one.value, digits), interval=numbers.interval(one.low, one.high, info, digits),
        other=numbers.number(one.other, digits), rows=numbers.count(one.rows),
        share=numbers.percent(one.share), potential=numbers.potential(one.potential, info),
        more=_more(one),
    )  # fmt: skip


def _more(one: Finding) -> str:
    """What else there is to say of a slice."""
    rows = [f"rows such as {', '.join(name(row) for row in one.examples)}"] if one.examples else []
    others = [f"stands for {plural(one.merged, 'other')} or more"] if one.merged else []
    return "; ".join(rows + others)


def _foot(searched: SearchedSplit) -> list[str]:
    shown = [name(column) for column in searched.columns[:SHOWN_COLUMNS]]
    more = len(searched.columns) - len(shown)
    columns = listed([*shown, f"{more:,} more"] if more else shown) if shown else "no column"
    alpha = numbers.plain(round(100 * (1 - searched.confidence), 6))
    return [
        'Each condition can be pasted into the spec: slices: - {name: …, where: "…"}. Value, other rows and'
        " potential are those of the half that was not searched: where the worst is looked for, it is always"
        " worse than it is. Potential: what the whole would gain if the slice were as good as the other rows."
        " Share: of the rows that the metric counts. Slices overlap, so potentials do not add up.",
        f"Looked at: all slices of {searched.split} with up to {plural(searched.max_conditions, 'condition')} on"
        f" {columns} and at least {searched.min_rows:,} rows. With no such slice, one finding or more turns up"
        f" in at most {alpha}% of searches.",
    ]
