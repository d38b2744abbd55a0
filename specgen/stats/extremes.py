"""The largest difference and the smallest ratio among groups, with bounds that allow for their choice.

The pair that lies furthest apart was chosen for it, so its own interval would be too hopeful on one side.
The largest true difference is at least that of every pair: its lower bound is the largest of all pairs'
lower bounds, each at the error rate divided by the pairs (Bonferroni). It is that of some pair, whichever:
its upper bound is the largest of all pairs' upper bounds, without correction (intersection-union, Berger
1982, Technometrics 24:295). For ratios alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specgen.stats.apart import Apart, GroupEstimate, has_ratio, ratio_end


@dataclass(frozen=True)
class Pair:
    """Two groups, `first` minus (or divided by) `second`, and how they are apart as a function of r."""

    first: GroupEstimate
    second: GroupEstimate
    between: Apart


@dataclass(frozen=True)
class Extreme:
    """The extreme value over pairs, the groups that have it, and bounds of the true one."""

    value: float
    low: float
    high: float
    first: str
    second: str


def largest_difference(pairs: Sequence[Pair], confidence: float) -> Extreme | None:
    """The largest difference over pairs of groups, both orders of each being there; None without a pair."""
    if not pairs:
        return None
    alpha = (1 - confidence) / 2
    apart = [pair.between(1.0) for pair in pairs]
    k = max(range(len(pairs)), key=lambda i: apart[i].value)
    low = max(one.lower(alpha / len(pairs)) for one in apart)
    high = max(one.upper(alpha) for one in apart)
    return Extreme(apart[k].value, max(low, 0.0), high, pairs[k].first.name, pairs[k].second.name)


def smallest_ratio(pairs: Sequence[Pair], confidence: float) -> Extreme | None:
    """The smallest ratio over pairs of groups, both orders of each being there.

    None where a value is negative, or all are 0.
    """
    having = [p for p in pairs if has_ratio(p.first.estimate.value, p.second.estimate.value)]
    finite = [p for p in having if p.second.estimate.value > 0]
    if not finite or any(p.first.estimate.value < 0 for p in pairs):
        return None
    alpha = (1 - confidence) / 2
    ratios = [p.first.estimate.value / p.second.estimate.value for p in finite]
    k = min(range(len(finite)), key=ratios.__getitem__)
    # The most extreme pair first: most others are then settled by one look.
    ranked = [finite[k], *(p for p in having if p is not finite[k])]
    low = _smallest_end(ranked, alpha, upper=False)
    high = _smallest_end(ranked, alpha / len(pairs), upper=True)
    return Extreme(ratios[k], low, high, finite[k].first.name, finite[k].second.name)


def _smallest_end(pairs: Sequence[Pair], alpha: float, *, upper: bool) -> float:
    """The smallest of the pairs' bounds for their ratios, at most 1."""
    smallest = 1.0
    for pair in pairs:

        def kept(r: float, between: Apart = pair.between) -> bool:
            return (between(r).upper(alpha) if upper else between(r).lower(alpha)) >= 0

        found = ratio_end(kept, smallest)
        smallest = smallest if found is None else found
        if smallest == 0:
            break
    return smallest
