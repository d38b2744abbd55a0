"""Groups beside a reference group: every metric of `fairness`, and what of their differences is shown."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import FairnessCheck, Furthest, GroupValue, MetricGaps, MetricInfo
from specgen.report import numbers
from specgen.report.charts.forest import Panel, Point, forest
from specgen.report.charts.svg import Drawing
from specgen.report.source import Source
from specgen.report.text import name, plural, sentence
from specgen.report.views.cells import Cell, Footnotes
from specgen.report.views.fairness_words import gaps_sentence, hundred, rules
from specgen.report.views.forests import domain

MOST_PANELS, MOST_POINTS = 4, 34
VERDICTS = {
    "reference": "reference", "shown": "differs", "not shown": "not shown", "too few": "too few to tell",
    "not measured": "not measurable",
}  # fmt: skip


@dataclass(frozen=True)
class GroupRow:
    """A group's value, and how far it is from the reference."""

    group: str
    rows: str
    value: Cell
    difference: Cell
    ratio: Cell
    verdict: str
    shown: bool


@dataclass(frozen=True)
class MetricTable:
    """One metric on all groups; `extreme` has the largest difference and smallest ratio of any two."""

    title: str
    sentence: str
    rows: tuple[GroupRow, ...]
    hidden: str
    extreme: GroupRow | None


@dataclass(frozen=True)
class FairnessView:
    """One entry of `fairness` on the judged split."""

    title: str
    reference: str
    reason: str
    chart: Drawing | None
    tables: tuple[MetricTable, ...]
    rules: tuple[str, ...]
    foot: str
    notes: tuple[tuple[str, str], ...]


def fairness(source: Source) -> tuple[FairnessView, ...]:
    """A view of each entry of `fairness` that was evaluated on the judged split."""
    found = [check for check in source.result.fairness if check.split == source.split]
    return tuple(_view(source, check, k) for k, check in enumerate(found))


def _view(source: Source, check: FairnessCheck, k: int) -> FairnessView:
    notes = Footnotes()
    tables = tuple(_table(source, check, gaps, notes) for gaps in check.metrics)
    how = "the group with the most rows" if check.chosen == "largest" else "named in the spec"
    return FairnessView(
        title=name(" & ".join(check.by)),
        reference=f"beside {name(check.reference)}, {how}" if check.reference else "",
        reason=sentence(f"Not compared: {check.reason}.") if check.reason else "",
        chart=_chart(source, check, k), tables=tables, rules=tuple(rules(check)),
        foot=_foot(source, check), notes=notes.listed(),
    )  # fmt: skip


def _foot(source: Source, check: FairnessCheck) -> str:
    percent, what = f"{100 * check.confidence:g}%", "units" if source.result.about.unit else "rows"
    least = f" Groups under {check.min_rows:,} {what} are too few to tell." if check.min_rows > 1 else ""
    many = any(len(gaps.groups) > 2 for gaps in check.metrics)
    pairs = "; those of any two groups allow for the choice among all pairs" if many else ""
    tested = f"after Holm's correction for all {plural(check.comparisons, 'comparison')} of this table"
    return (
        f"A group differs if that is shown at {percent} confidence {tested}. "
        f"Intervals are {percent} each by itself{pairs}.{least}"
    )


def _table(source: Source, check: FairnessCheck, gaps: MetricGaps, notes: Footnotes) -> MetricTable:
    metric = source.metrics.get(gaps.metric)
    kept = _kept(gaps.groups, source.cap)
    rest = len(gaps.groups) - len(kept)
    title = source.title(gaps.metric, gaps.label)
    return MetricTable(
        title=title, sentence=gaps_sentence(check, gaps, metric),
        rows=tuple(_row(group, metric, notes) for group in kept),
        hidden=f"and {plural(rest, 'more group')} in results.json" if rest > 0 else "",
        extreme=_extreme(gaps, metric) if len(gaps.groups) > 2 else None,
    )  # fmt: skip


def _kept(groups: tuple[GroupValue, ...], cap: int) -> list[GroupValue]:
    """The groups in their order; where there are too many the reference and those furthest from it."""
    weight = {"reference": 0, "shown": 1, "not shown": 2, "too few": 3, "not measured": 4}
    ranked = sorted(groups, key=lambda group: (weight[group.verdict], -abs(group.difference or 0.0)))[:cap]
    return [group for group in groups if group in ranked]


def _row(group: GroupValue, metric: MetricInfo | None, notes: Footnotes) -> GroupRow:
    digits = numbers.decimals(metric, group.value)
    letter = notes.letter(sentence(group.reason, 160)) if group.reason else ""
    return GroupRow(
        group=name(group.group), rows=numbers.count(group.rows),
        value=Cell(
            numbers.number(group.value, digits), numbers.interval(group.low, group.high, metric, digits),
            numbers.unit(metric), letter,
        ),
        difference=_difference(group.difference, group.difference_low, group.difference_high, metric),
        ratio=_ratio(group.ratio, group.ratio_low, group.ratio_high),
        verdict=VERDICTS[group.verdict], shown=group.verdict == "shown",
    )  # fmt: skip


def _extreme(gaps: MetricGaps, metric: MetricInfo | None) -> GroupRow | None:
    apart, ratio = gaps.largest_difference, gaps.smallest_ratio
    if apart is None:
        return None
    return GroupRow(
        group=_furthest(apart, ratio), rows="", value=Cell(""),
        difference=_difference(apart.value, apart.low, apart.high, metric),
        ratio=_ratio(ratio.value, ratio.low, ratio.high) if ratio else Cell(numbers.MISSING),
        verdict="", shown=False,
    )  # fmt: skip


def _furthest(apart: Furthest, ratio: Furthest | None) -> str:
    """The pairs of groups that lie furthest apart by difference and by ratio."""
    text = f"furthest apart: {name(apart.first)} and {name(apart.second)}"
    if ratio is None or {ratio.first, ratio.second} == {apart.first, apart.second}:
        return text
    return f"{text}; by ratio {name(ratio.first)} and {name(ratio.second)}"


def _difference(
    amount: float | None, low: float | None, high: float | None, metric: MetricInfo | None
) -> Cell:
    if amount is None:
        return Cell("")
    if numbers.is_share(metric):
        ends = numbers.interval(hundred(low), hundred(high), metric, 1)
    else:
        ends = numbers.interval(low, high, metric, numbers.decimals(metric, amount))
    return Cell(numbers.difference(amount, metric), ends)


def _ratio(amount: float | None, low: float | None, high: float | None) -> Cell:
    """A ratio of which no end is known, or which is 0 on a scale that is cut there, says nothing: a dash."""
    if amount is not None and (low is None or high is None):
        return Cell(numbers.MISSING)
    return Cell("" if amount is None else numbers.number(amount, 2), numbers.interval(low, high, None, 2))


def _chart(source: Source, check: FairnessCheck, k: int) -> Drawing | None:
    """A forest plot of the groups, one panel a metric; none where there is nothing to compare."""
    names = tuple(group.group for group in check.metrics[0].groups)[:MOST_POINTS]
    if check.reason or len(names) < 2:
        return None
    panels = tuple(_panel(source, gaps) for gaps in check.metrics[:MOST_PANELS])
    return forest(names, ("groups",) * len(names), panels, max(map(len, names)), f"fairness{k}")


def _panel(source: Source, gaps: MetricGaps) -> Panel:
    groups = gaps.groups[:MOST_POINTS]
    known = [number for group in groups for number in (group.value, group.low, group.high)]
    return Panel(
        title=source.title(gaps.metric, gaps.label),
        points=tuple(Point(group.value, group.low, group.high, None) for group in groups),
        bounds=(), domain=domain(known, source.metrics.get(gaps.metric)),
        whole=next((group.value for group in gaps.groups if group.verdict == "reference"), None),
    )  # fmt: skip
