"""The page of `specgen compare`: what changed between two runs, the weightiest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specgen.record.comparison import (
    ComparedRun,
    ComparedSplit,
    Comparison,
    FlippedSlice,
    GateChange,
    MetricChange,
)
from specgen.record.result import MetricInfo
from specgen.report import numbers
from specgen.report.page import Block, Cell, Column, Page, Table
from specgen.report.text import name, plural, sentence

WHOLE = "all"
WORDS = {"go": "GO", "no-go": "NO-GO", "inconclusive": "INCONCLUSIVE"}
FINDINGS = {"better": "better", "worse": "worse", "suspect": "worse by itself", "open": "no change shown"}
MOST = 60
FOOT = (
    "Differences are new less old. Paired: of the rows that both candidates answered, by the methods of the gates."
    " Unpaired: from the two values and their intervals, as if their rows had nothing in common; of the same rows"
    " that is too wide, of other rows it says nothing about why. Better and worse are shown after Holm's correction"
    " over the slices of a metric; worse by itself is not, after it."
)


def comparison_page(found: Comparison, most: int = MOST) -> Page:
    """The page; long tables are cut after `most` rows."""
    same = found.old.project == found.new.project
    title = found.new.project if same else f"{found.old.project} → {found.new.project}"
    return Page(
        title=name(title), kind="Comparison of two runs",
        mark={"same": ""}.get(found.verdict, found.verdict), headline=_headline(found),
        facts=(("Old run", _told(found.old)), ("New run", _told(found.new))),
        blocks=tuple(_blocks(found, most)),
    )  # fmt: skip


def _told(run: ComparedRun) -> str:
    return f"{run.run}, {WORDS[run.verdict]}, model {name(run.candidate)}"


def _headline(found: Comparison) -> str:
    old, new = WORDS[found.old.verdict], WORDS[found.new.verdict]
    verdict = f"The verdict stays {new}." if old == new else f"The verdict went from {old} to {new}."
    worse = sum(gate.turn == "worse" for gate in found.gates)
    better = sum(gate.turn == "better" for gate in found.gates)
    turned = f" {plural(worse, 'gate')} turned for the worse, {better:,} for the better."
    return verdict + (turned if worse or better else " No gate has another verdict.")


def _blocks(found: Comparison, most: int) -> Iterator[Block]:
    none = () if found.regressions else ("Nothing that decides is shown to have got worse.",)
    yield Block("What got worse", "worse", sentences=none, points=found.regressions[:most])
    yield _gates(found.gates, most)
    for split in reversed(found.splits):
        yield from _split(found, split, most)
    if found.notes:
        yield Block("Notes", "notes", points=found.notes)


def _gates(gates: Sequence[GateChange], most: int) -> Block:
    order = {"worse": 0, "better": 1, "new": 2, "gone": 3}
    turned = sorted((gate for gate in gates if gate.turn != "same"), key=lambda gate: order[gate.turn])
    same = len(gates) - len(turned)
    kept = (
        "1 gate has the verdict that it had."
        if same == 1
        else f"{same:,} gates have the verdict that they had."
    )
    columns = (Column("Turn"), Column("Milestone"), Column("Gate"), Column("Was"), Column("Is"),
               Column("Measured", number=True))  # fmt: skip
    rows = tuple(
        (
            Cell(gate.turn, gate.turn), Cell(name(gate.milestone)), Cell(sentence(gate.gate, 160)),
            Cell(gate.was or numbers.MISSING, gate.was or ""), Cell(gate.now or numbers.MISSING, gate.now or ""),
            Cell(f"{short(gate.was_measured)} → {short(gate.now_measured)}"),
        )
        for gate in turned[:most]
    )  # fmt: skip
    rest = len(turned) - len(rows)
    table = Table(columns, rows, f"and {rest:,} more" if rest else "") if rows else None
    return Block("Gates", "gates", sentences=(kept,) if same else (), table=table)


def short(value: float | None) -> str:
    return numbers.MISSING if value is None else numbers.plain(float(f"{value:.4g}"))


def _split(found: Comparison, split: ComparedSplit, most: int) -> Iterator[Block]:
    own = [one for one in found.changes if one.split == split.split]
    k = [one.split for one in found.splits].index(split.split)
    whole = [one for one in own if one.slice == WHOLE and (one.difference is not None)]
    yield Block(
        f"All rows of {split.split}", f"metrics-{k + 1}", sentences=(how_compared(split),),
        table=metric_table(whole, most, sliced=False) if whole else None,
        foot=FOOT if k + 1 == len(found.splits) else "",
    )  # fmt: skip
    parts = [one for one in own if one.slice != WHOLE and one.finding != "open"]
    parts.sort(
        key=lambda one: (
            ("worse", "suspect", "better").index(one.finding),
            one.metric != found.primary_metric,
        )
    )
    seen = len({one.slice for one in own if one.slice != WHOLE})
    if seen:
        none = f"No slice of {seen:,} is shown to have changed." if not parts else ""
        yield Block(
            f"Slices of {split.split}", f"slices-{k + 1}", sentences=(none,) if none else (),
            table=metric_table(parts, most, sliced=True) if parts else None,
        )  # fmt: skip
    if split.flips:
        yield _rows(split, f"rows-{k + 1}", most)


def how_compared(split: ComparedSplit) -> str:
    """Whether a split is paired, on how many of its rows; or why not."""
    if not split.paired:
        return f"Not paired: {split.reason}. Differences are of the two values, unpaired."
    told = f"Paired on {plural(split.rows, 'row')} that both runs have"
    of = max(split.was_rows or 0, split.now_rows or 0)
    told += f", of {of:,}." if of > split.rows else "."
    if split.relabelled:
        told += f" {plural(split.relabelled, 'row')} with another label by now left out."
    return told


def metric_table(changes: Sequence[MetricChange], most: int, *, sliced: bool) -> Table:
    """Metrics in both runs, a row each; with the slice where they are of several."""
    columns = (
        Column("Finding"), *((Column("Slice"),) if sliced else ()), Column("Metric"), Column("Was", number=True),
        Column("Is", number=True), Column("Difference", number=True), Column("Rows", number=True), Column("Compared"),
    )  # fmt: skip
    rest = len(changes) - most
    rows = tuple(metric_cells(one, sliced=sliced) for one in changes[:most])
    return Table(columns, rows, f"and {rest:,} more" if rest > 0 else "")


def metric_cells(one: MetricChange, *, sliced: bool) -> tuple[Cell, ...]:
    """A row of `metric_table`."""
    of = f" of {one.label}" if one.label else ""
    info = _info(one)
    digits = numbers.decimals(info, one.was, one.now)
    return (
        Cell(FINDINGS[one.finding], "" if one.finding == "open" else one.finding),
        *((Cell(name(one.slice)),) if sliced else ()),
        Cell(f"{one.title}{of}"), Cell(numbers.number(one.was, digits)), Cell(numbers.number(one.now, digits)),
        Cell(numbers.difference(one.difference, info), aside=_ends(one)), Cell(numbers.count(one.rows)),
        Cell("paired" if one.paired else "unpaired"),
    )  # fmt: skip


def _ends(one: MetricChange) -> str:
    if one.low is None or one.high is None:
        return ""
    scale = 100 if one.share else 1
    places = 1 if one.share else numbers.significant(one.low, one.high)
    return f"[{numbers.number(scale * one.low, places)}, {numbers.number(scale * one.high, places)}]"


def _info(one: MetricChange) -> MetricInfo:
    return MetricInfo(
        key=one.metric, title=one.title, kind="metric", better=one.better, low=None, high=1.0 if one.share else None,
        unit=one.unit, definition="",
    )  # fmt: skip


def _rows(split: ComparedSplit, anchor: str, most: int) -> Block:
    whole = next(one for one in split.flips if one.slice == WHOLE)
    parts = sorted(
        (one for one in split.flips if one.slice != WHOLE and (one.broken or one.mended)),
        key=lambda one: (one.mended - one.broken) / max(one.rows, 1),
    )
    columns = (Column("Slice"), Column("Rows", number=True), Column("Newly broken", number=True),
               Column("Negative flip rate", number=True), Column("Mended", number=True),
               Column("Positive flip rate", number=True))  # fmt: skip
    rows = tuple(_flipped(one) for one in (whole, *parts[:most]))
    rest = len(parts) - most
    points = [f"{what}: {', '.join(map(name, ids[:20]))}{', …' if len(ids) > 20 else ''}"
              for what, ids in (("Newly broken", split.broken), ("Mended", split.mended)) if ids]  # fmt: skip
    return Block(
        f"Rows of {split.split} broken and mended", anchor, points=tuple(points),
        table=Table(columns, rows, f"and {rest:,} more" if rest > 0 else ""),
        foot="Negative flip rate: share of the rows that the old candidate got right and the new one gets wrong.",
    )  # fmt: skip


def _flipped(one: FlippedSlice) -> tuple[Cell, ...]:
    rates = [
        Cell(numbers.percent(rate.value), aside="" if rate.low is None or rate.high is None
             else f"[{numbers.number(100 * rate.low, 1)}, {numbers.number(100 * rate.high, 1)}]")
        for rate in (one.negative, one.positive)
    ]  # fmt: skip
    return (
        Cell("all rows" if one.slice == WHOLE else name(one.slice)), Cell(numbers.count(one.rows)),
        Cell(numbers.count(one.broken)), rates[0], Cell(numbers.count(one.mended)), rates[1],
    )  # fmt: skip
