"""The confusion matrix: a shaded table of counts, a heat map where labels are many, and what is confused most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specgen.record.result import Confusion
from specgen.report import numbers
from specgen.report.charts.confusion import confusion_chart
from specgen.report.charts.svg import Drawing
from specgen.report.text import clean, clip, listed, name

FEW, MOST_LABELS, MOST_DRAWN, NARROW = 6, 16, 60, 16
MOST_PAIRS, LEAST = 3, 0.01


@dataclass(frozen=True)
class Square:
    """One cell of the matrix; `shade` is 0 to 10, the part of the row's total."""

    count: str
    part: str
    shade: int
    right: bool


@dataclass(frozen=True)
class ConfusionView:
    """Labels down, predictions across."""

    labels: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Square, ...], str], ...]
    wide: bool
    hidden: str
    most: str
    chart: Drawing | None


@dataclass(frozen=True)
class FoundRow:
    """A label that rows may have among others: how many of those with it and without it are called so."""

    label: str
    with_it: tuple[Square, Square]
    without_it: tuple[Square, Square]


def confusion_view(found: Confusion) -> ConfusionView:
    """A table of counts, or of more than sixteen labels a heat map of the sixty most frequent."""
    totals = [sum(row) for row in found.counts]
    most, count = _most(found, totals), len(found.labels)
    if count > MOST_LABELS:
        ranked = sorted(range(count), key=lambda i: -totals[i])[:MOST_DRAWN]
        hidden = f"the {MOST_DRAWN} most frequent of {count:,} labels" if count > MOST_DRAWN else ""
        return ConfusionView((), (), True, hidden, most, _map(found, totals, sorted(ranked), most))
    wide = count > FEW
    names = [clip(label, NARROW) if wide else name(label) for label in found.labels]
    rows = tuple(
        (
            names[i],
            tuple(_square(found.counts[i][j], totals[i], i == j) for j in range(count)),
            numbers.count(totals[i]),
        )
        for i in range(count)
    )
    return ConfusionView(tuple(names), rows, wide, "", most, None)


def _map(found: Confusion, totals: Sequence[float], drawn: Sequence[int], most: str) -> Drawing:
    parts = tuple(tuple(found.counts[i][j] / totals[i] if totals[i] else 0.0 for j in drawn) for i in drawn)
    told = f"Heat map of {len(drawn)} labels by what they are taken for. {most}"
    return confusion_chart(tuple(clean(found.labels[i]) for i in drawn), parts, told, "confusion")


def _most(found: Confusion, totals: Sequence[float]) -> str:
    """`Confused most: shirt taken for coat (12.0% of shirt, 120 rows).` by rows; empty where hardly any is."""
    pairs = sorted(
        ((amount, i, j) for i, row in enumerate(found.counts) for j, amount in enumerate(row)
         if i != j and amount >= LEAST * totals[i] and amount),
        reverse=True,
    )  # fmt: skip
    if len(found.labels) < 3 or not pairs:
        return ""
    told = [
        f"{name(found.labels[i])} taken for {name(found.labels[j])} ({numbers.percent(amount / totals[i])} of its "
        f"rows, {numbers.count(amount)})"
        for amount, i, j in pairs[:MOST_PAIRS]
    ]
    return f"Confused most: {listed(told)}."


def found_rows(found: Sequence[Confusion], order: Sequence[str]) -> tuple[FoundRow, ...]:
    """The 2 × 2 counts of each label, in the order in which labels are listed."""
    of_label = {one.label: one for one in found}
    rows = []
    for one in (of_label[label] for label in order if label in of_label):
        (right_no, wrong_yes), (missed, right_yes) = one.counts
        with_it, without = missed + right_yes, right_no + wrong_yes
        rows.append(FoundRow(
            name(one.label or ""),
            (_square(right_yes, with_it, True), _square(missed, with_it, False)),
            (_square(wrong_yes, without, False), _square(right_no, without, True)),
        ))  # fmt: skip
    return tuple(rows)


def _square(amount: float, total: float, right: bool) -> Square:
    part = amount / total if total else 0.0
    shade = 0 if amount == 0 else max(1, round(10 * part**0.7))
    return Square(numbers.count(amount), f"{100 * part:.0f}%" if total else numbers.MISSING, shade, right)
