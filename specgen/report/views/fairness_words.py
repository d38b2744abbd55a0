"""What is shown of groups beside each other, and what is not, in sentences."""

from __future__ import annotations

from specgen.record.result import FairnessCheck, FourFifths, Furthest, GroupValue, MetricGaps, MetricInfo
from specgen.report import numbers
from specgen.report.text import listed, name, plural

MOST_NAMED = 4


def gaps_sentence(check: FairnessCheck, gaps: MetricGaps, metric: MetricInfo | None) -> str:
    """What is shown of a metric, what is not, and of which groups nothing can be told; its title stands before."""
    shown = [group for group in gaps.groups if group.verdict == "shown"]
    open_ = [group for group in gaps.groups if group.verdict == "not shown"]
    few = [group for group in gaps.groups if group.verdict == "too few"]
    none = [group for group in gaps.groups if group.value is None]
    ways = [
        f"{word} for {_named(found, metric)}"
        for word, found in (
            ("lower", [group for group in shown if (group.difference or 0.0) < 0]),
            ("higher", [group for group in shown if (group.difference or 0.0) > 0]),
        )
        if found
    ]
    parts = [f" is {' and '.join(ways)} than for {name(check.reference or '')}"] if ways else []
    if open_:
        parts.append(f"no difference is shown for {_names(open_)}")
    if few:
        parts.append(f"too few rows to tell for {_names(few)}")
    if none:
        parts.append(f"not measurable for {_names(none)}")
    return ("" if ways or not parts else ": ") + "; ".join(parts) + ("." if parts else "")


def _named(groups: list[GroupValue], metric: MetricInfo | None) -> str:
    """The groups furthest away, each with its difference."""
    ranked = sorted(groups, key=lambda group: -abs(group.difference or 0.0))
    said = [f"{name(g.group)} ({numbers.difference(g.difference, metric)})" for g in ranked[:MOST_NAMED]]
    return listed([*said, *_more(len(ranked))])


def _names(groups: list[GroupValue]) -> str:
    return listed([*(name(group.group) for group in groups[:MOST_NAMED]), *_more(len(groups))])


def _more(count: int) -> list[str]:
    return [plural(count - MOST_NAMED, "other")] if count > MOST_NAMED else []


def rules(check: FairnessCheck) -> list[str]:
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
    ends = numbers.interval(hundred(odds.low), hundred(odds.high), None, 1)
    return f"{numbers.difference(odds.value, None).lstrip('+')} {ends}".strip()


def _rule(found: list[FourFifths]) -> str:
    of = f" of {name(found[0].label)}" if found[0].label else ""
    parts = [
        f"Four-fifths rule{of}: no group should be selected less than 0.8 times as often as another (US EEOC)"
    ]
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


def hundred(value: float | None) -> float | None:
    """A share in percent."""
    return None if value is None else 100 * value
