"""Labels that are rare or have few rows, beside a model that never says them; and where labels pay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specgen.record.result import ClassSupport, Known
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import name, plural
from specgen.report.views.cells import Cell
from specgen.report.views.gap_rows import GapRow, chance, gap_row, of_classes

MOST_SENTENCES = 5


@dataclass(frozen=True)
class RareRow:
    """A label; `remark` says that its rows are too few to tell."""

    label: str
    rows: str
    prevalence: str
    precision: Cell
    recall: Cell
    right: str
    right_never: str
    ahead: Cell
    remark: str


@dataclass(frozen=True)
class RareView:
    """Rare labels, or those of few rows."""

    sentences: tuple[str, ...]
    rows: tuple[RareRow, ...]
    hidden: str


@dataclass(frozen=True)
class LabelGaps:
    """Labels against one baseline, ranked by potential."""

    baseline: str
    sentence: str
    rows: tuple[GapRow, ...]
    hidden: str


def rare(source: Source) -> RareView | None:
    """The view; None where no label is rare and none has few rows."""
    found = [
        one for one in source.result.class_supports if one.split == source.split and (one.rare or one.few)
    ]
    if not found:
        return None
    ranked = sorted(found, key=lambda one: one.prevalence)
    shown = ranked[: source.cap]
    rest = len(ranked) - len(shown)
    sentences = tuple(_sentence(source, one) for one in ranked if one.rare)
    return RareView(
        sentences[:MOST_SENTENCES], tuple(_row(one) for one in shown),
        f"and {plural(rest, 'more label')} in results.json" if rest else "",
    )  # fmt: skip


def _sentence(source: Source, one: ClassSupport) -> str:
    label, model = name(one.label), name(source.candidate)
    never, mine = numbers.percent(one.right_never), numbers.percent(one.right)
    than = "no more than that" if mine == never else mine
    found = "" if one.recall.value is None else f", and it finds {numbers.percent(one.recall.value)} of them"
    few = f" With {plural(one.rows, 'row')} that have it, this is too few to tell." if one.few else ""
    return f"A model that never says {label} is right about it on {never} of rows; {model} on {than}{found}.{few}"


def _row(one: ClassSupport) -> RareRow:
    return RareRow(
        label=name(one.label), rows=numbers.count(one.rows), prevalence=numbers.percent(one.prevalence),
        precision=_cell(one.precision), recall=_cell(one.recall),
        right=numbers.percent(one.right), right_never=numbers.percent(one.right_never),
        ahead=Cell("") if one.ahead is None else _apart(one.ahead), remark="too few to tell" if one.few else "",
    )  # fmt: skip


def _cell(found: Known) -> Cell:
    return Cell(numbers.number(found.value, 3), numbers.interval(found.low, found.high, None, 3))


def _apart(found: Known) -> Cell:
    ends = [numbers.number(100 * end, 2) for end in (found.low, found.high) if end is not None]
    return Cell(numbers.difference(found.value, None), f"[{', '.join(ends)}]" if len(ends) == 2 else "")


def label_gaps(source: Source) -> tuple[LabelGaps, ...]:
    """A table for each baseline that has a recall of two labels or more."""
    return tuple(_label_gaps(source))


def _label_gaps(source: Source) -> Iterator[LabelGaps]:
    for info in source.result.baseline_sources:
        gaps = [
            of_classes(one)
            for one in source.result.class_gaps
            if (one.baseline, one.split) == (info.name, source.split)
        ]
        if len(gaps) < 2:
            continue
        ranked = sorted(gaps, key=lambda gap: (-(gap.potential or 0.0), -(gap.gap or 0.0)))
        best = ranked[0]
        largest = best.potential or 0.0
        rest = len(ranked) - source.cap
        text = "The candidate finds every label at least as often."
        if largest > 0:
            sure = f", with probability {chance(best.p_first)}" if best.p_first is not None else ""
            text = (
                f"{name(best.slice)} pays most{sure}: with the recall of {name(info.name)} on it, "
                f"{numbers.percent(best.potential)} of all rows more would be right."
            )
        yield LabelGaps(
            name(info.name), text,
            tuple(gap_row(gap, None, largest) for gap in ranked[: source.cap] if largest > 0),
            f"and {plural(rest, 'more label')} in results.json" if rest > 0 else "",
        )  # fmt: skip
