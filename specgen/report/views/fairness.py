"""Groups beside a reference group: every metric of `fairness`, and what of their differences is shown."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from specgen.checks.gaps import FairnessCheck, FourFifths, Furthest, GroupValue, MetricGaps
from specgen.record.result import MetricInfo
from specgen.report import numbers
from specgen.report.charts.forest import Panel, Point, forest
from specgen.report.source import Source
from specgen.report.text import listed, name, plural, sentence
from specgen.report.views.cells import Cell, Footnotes

MOST_PANELS, MOST_POINTS, MOST_NAMED = 4, 34, 4
VERDICTS = {
    "reference": "reference", "shown": "difference shown", "not shown": "not shown", "too few": "too few to tell",
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
    chart: Markup | None
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
        chart=_chart(source, check, k), tables=tables, rules=tuple(_rules(check)),
        foot=_foot(check), notes=notes.listed(),
    )  # fmt: skip


def _foot(check: FairnessCheck) -> str:
    percent = f"{100 * check.confidence:g}%"
    least = f" Groups under {check.min_rows:,} rows are too few to tell." if check.min_rows > 1 else ""
    return (
        f"A difference is called shown if it stands at {percent} confidence after Holm's correction for all "
        f"{plural(check.comparisons, 'comparison')} of this table; intervals are {percent} each by itself, those of "
        f"any two groups allow for the choice among all pairs.{least}"
    )


def _table(source: Source, check: FairnessCheck, gaps: MetricGaps, notes: Footnotes) -> MetricTable:
    metric = source.metrics.get(gaps.metric)
    kept = _kept(gaps.groups, source.cap)
    rest = len(gaps.groups) - len(kept)
    title = source.title(gaps.metric, gaps.label)
    return MetricTable(
        title=title, sentence=_sentence(check, gaps, metric),
        rows=tuple(_row(group, metric, notes) for group in kept),
        hidden=f"and {plural(rest, 'more group')} in results.json" if rest > 0 else "",
        extreme=_extreme(gaps, metric) if len(gaps.groups) > 2 else None,
    )  # fmt: skip


def _kept(groups: tuple[GroupValue, ...], cap: int) -> list[GroupValue]:
    """The groups in their order; where there are too many the reference and those furthest from it."""
    weight = {"reference": 0, "shown": 1, "not shown": 2, "too few": 3}
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
        group=f"any two: {name(apart.first)} − {name(apart.second)}", rows="", value=Cell(""),
        difference=_difference(apart.value, apart.low, apart.high, metric),
        ratio=_ratio(ratio.value, ratio.low, ratio.high) if ratio else Cell(numbers.MISSING),
        verdict="", shown=False,
    )  # fmt: skip


def _difference(
    amount: float | None, low: float | None, high: float | None, metric: MetricInfo | None
) -> Cell:
    if amount is None:
        return Cell("")
    if numbers.is_share(metric):
        ends = numbers.interval(_hundred(low), _hundred(high), metric, 1)
    else:
        ends = numbers.interval(low, high, metric, numbers.decimals(metric, amount))
    return Cell(numbers.difference(amount, metric), ends)


def _hundred(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _ratio(amount: float | None, low: float | None, high: float | None) -> Cell:
    return Cell("" if amount is None else numbers.number(amount, 2), numbers.interval(low, high, None, 2))


def _sentence(check: FairnessCheck, gaps: MetricGaps, metric: MetricInfo | None) -> str:
    """What is shown of a metric, what is not, and of which groups nothing can be told."""
    shown = [group for group in gaps.groups if group.verdict == "shown"]
    open_ = [group for group in gaps.groups if group.verdict == "not shown"]
    few = [group for group in gaps.groups if group.verdict == "too few"]
    beside = name(check.reference or "the reference")
    parts = [
        f"{word} than for {beside}: {_named(found, metric)}"
        for word, found in (
            ("Lower", [group for group in shown if (group.difference or 0.0) < 0]),
            ("Higher", [group for group in shown if (group.difference or 0.0) > 0]),
        )
        if found
    ]
    if open_:
        others = "the other" if shown else "any"
        parts.append(
            f"No difference is shown for {plural(len(open_), f'{others} group') if shown else _names(open_)}"
            if len(open_) > MOST_NAMED or not shown
            else f"No difference is shown for {_names(open_)}"
        )
    if few:
        parts.append(f"Too few rows to tell: {_names(few)}")
    return ". ".join(parts) + ("." if parts else "")


def _named(groups: list[GroupValue], metric: MetricInfo | None) -> str:
    """The groups furthest away, each with its difference."""
    ranked = sorted(groups, key=lambda group: -abs(group.difference or 0.0))
    said = [f"{name(g.group)} ({numbers.difference(g.difference, metric)})" for g in ranked[:MOST_NAMED]]
    return listed([*said, *_more(len(ranked))])


def _names(groups: list[GroupValue]) -> str:
    return listed([*(name(group.group) for group in groups[:MOST_NAMED]), *_more(len(groups))])


def _more(count: int) -> list[str]:
    return [plural(count - MOST_NAMED, "other")] if count > MOST_NAMED else []


def _rules(check: FairnessCheck) -> list[str]:
    """The four-fifths rule and equalized odds, where the metrics for them are there."""
    rules = [
        _rule([one for one in check.four_fifths if one.label == label])
        for label in dict.fromkeys(one.label for one in check.four_fifths)
    ]
    odds = check.equalized_odds_difference
    if odds is not None:
        rules.append(
            "Equalized odds difference, the larger of the largest differences in recall and false positive rate: "
            f"{_apart(odds)}, between {name(odds.first)} and {name(odds.second)}."
        )
    return rules


def _apart(odds: Furthest) -> str:
    ends = numbers.interval(_hundred(odds.low), _hundred(odds.high), None, 1)
    return f"{numbers.difference(odds.value, None).lstrip('+')} {ends}".strip()


def _rule(found: list[FourFifths]) -> str:
    of = f" of {name(found[0].label)}" if found[0].label else ""
    parts = [f"Four-fifths rule{of}: no group should be selected less than 0.8 times as often as another (US EEOC)"]
    below = [one for one in found if one.verdict == "below"]
    if below:
        said = [
            f"{name(one.group)} ({numbers.number(one.ratio, 2)} of {name(one.beside or '')}, "
            f"{numbers.interval(one.low, one.high, None, 2)})"
            for one in sorted(below, key=lambda one: one.ratio or 0.0)[:MOST_NAMED]
        ]
        parts.append(f"Shown to be broken for {listed([*said, *_more(len(below))])}")
    for verdict, text in (("kept", "Shown to be kept for"), ("cannot tell", "These rows cannot tell for"),
                          ("too few", "Too few rows:")):  # fmt: skip
        groups = [name(one.group) for one in found if one.verdict == verdict]
        if groups:
            parts.append(f"{text} {listed([*groups[:MOST_NAMED], *_more(len(groups))])}")
    return ". ".join(parts) + "."


def _chart(source: Source, check: FairnessCheck, k: int) -> Markup | None:
    """A forest plot of the groups, one panel a metric; none where there is nothing to compare."""
    names = [group.group for group in check.metrics[0].groups][:MOST_POINTS]
    if check.reason or len(names) < 2:
        return None
    panels = [_panel(source, gaps) for gaps in check.metrics[:MOST_PANELS]]
    return forest(names, ["groups"] * len(names), panels, max(map(len, names)), f"fairness{k}")


def _panel(source: Source, gaps: MetricGaps) -> Panel:
    groups = gaps.groups[:MOST_POINTS]
    known = [v for group in groups for v in (group.value, group.low, group.high) if v is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    air = 0.04 * (high - low) or 0.05
    return Panel(
        title=source.title(gaps.metric, gaps.label),
        points=tuple(Point(group.value, group.low, group.high, None) for group in groups),
        bounds=(), domain=(low - air, high + air),
        whole=next((group.value for group in gaps.groups if group.verdict == "reference"), None),
    )  # fmt: skip
