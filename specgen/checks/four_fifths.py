"""The four-fifths rule: no group is selected less than 0.8 times as often as the one selected most.

EEOC, Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4(D). Which group is truly selected
most is not known, and the highest measured rate may be a small group's by chance. So a group is below four
fifths if it is shown to be so beside some group, after Holm's correction over all ordered pairs, and keeps
the rule only if it is shown to beside every other one. It is the verdict of a gate {metric: selection_rate,
by: ..., ratio_at_least: 0.8}, told group by group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specgen.checks.gaps import FourFifths, RuleVerdict
from specgen.stats.apart import has_ratio, ratio_interval
from specgen.stats.extremes import Pair
from specgen.stats.multiplicity import holm

LEAST = 0.8


def four_fifths(
    pairs: Sequence[Pair], names: Sequence[str], label: str | None, confidence: float
) -> Iterator[FourFifths]:
    """The rule on every group of `names`; of those that are in no pair nothing can be told.

    `pairs` are all ordered pairs of the groups that can be compared.
    """
    alpha = 1 - confidence
    p_values = [_p_below(two, alpha) for two in pairs]
    below = holm(p_values, alpha)
    by_group: dict[str, list[int]] = {name: [] for name in names}
    for k, two in enumerate(pairs):
        by_group[two.first.name].append(k)
    for name, mine in by_group.items():
        shown = [k for k in mine if below[k]]
        kept = all(pairs[k].decided(LEAST).lower(alpha) >= 0 for k in mine)
        verdict: RuleVerdict = "below" if shown else "kept" if kept else "cannot tell"
        if not mine:
            yield FourFifths(
                group=name, label=label, beside=None, ratio=None, low=None, high=None, verdict="too few"
            )
            continue
        most = max(mine, key=lambda k: pairs[k].second.value)
        yield _told(pairs[min(shown, key=p_values.__getitem__) if shown else most], verdict, label, alpha)


def _p_below(two: Pair, alpha: float) -> float:
    """P-value of at least four fifths; 1 where it is above alpha and so of no use to Holm."""
    found = two.decided(LEAST)
    return 1.0 if found.upper(alpha) >= 0 else found.p_below(0.0)


def _told(two: Pair, verdict: RuleVerdict, label: str | None, alpha: float) -> FourFifths:
    mine, theirs = two.first.value, two.second.value
    known = has_ratio(mine, theirs)
    low, high = ratio_interval(two.shown, alpha / 2) if known else (None, None)
    return FourFifths(
        group=two.first.name, label=label, beside=two.second.name,
        ratio=mine / theirs if known and theirs else None, low=low, high=high, verdict=verdict,
    )  # fmt: skip
