"""The largest difference and the smallest ratio among groups, with bounds that allow for their choice.

The pair that lies furthest apart was chosen for it, so its own interval would be too hopeful on one side.
The largest true difference is at least that of every pair: its lower bound is the largest of all pairs'
lower bounds, each at the error rate divided by the pairs (Bonferroni). It is that of some pair, whichever:
its upper bound is the largest of all pairs' upper bounds, without correction (intersection-union, Berger
1982, Technometrics 24:295). For ratios alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specgen.stats.apart import Apart, GroupEstimate, apart, decided_apart, has_ratio, ratio_end
from specgen.stats.estimate import Estimate


@dataclass(frozen=True)
class Pair:
    """Two groups, `first` minus (or divided by) `second`: how they are apart, to be shown and to decide by."""

    first: GroupEstimate
    second: GroupEstimate
    shown: Apart
    decided: Apart


def pair(first: GroupEstimate, second: GroupEstimate) -> Pair:
    """Two groups beside each other."""
    return Pair(first, second, apart(first, second), decided_apart(first, second))


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
    furthest = max(pairs, key=lambda one: one.first.value - one.second.value)
    low = max(one.decided(1.0).lower(alpha / len(pairs)) for one in pairs)
    high = max(one.shown(1.0).upper(alpha) for one in pairs)
    value = furthest.first.value - furthest.second.value
    return Extreme(value, max(low, 0.0), high, furthest.first.name, furthest.second.name)


def smallest_ratio(pairs: Sequence[Pair], confidence: float) -> Extreme | None:
    """The smallest ratio over pairs of groups, both orders of each being there.

    None where a value is negative, or all are 0.
    """
    having = [one for one in pairs if has_ratio(one.first.value, one.second.value)]
    finite = [one for one in having if one.second.value > 0]
    if not finite or any(one.first.value < 0 for one in pairs):
        return None
    alpha = (1 - confidence) / 2
    smallest = min(finite, key=lambda one: one.first.value / one.second.value)
    # The most extreme pair first: most others are then settled by one look.
    ranked = [smallest, *(one for one in having if one is not smallest)]
    low = _smallest_end([one.shown for one in ranked], lambda found: found.lower(alpha))
    high = _smallest_end([one.decided for one in ranked], lambda found: found.upper(alpha / len(pairs)))
    value = smallest.first.value / smallest.second.value
    return Extreme(value, low, high, smallest.first.name, smallest.second.name)


def without_bounds(groups: Sequence[GroupEstimate]) -> tuple[Extreme | None, Extreme | None]:
    """The largest difference and smallest ratio of groups too many to compare pair by pair; bounds are nan."""
    if len(groups) < 2:
        return None, None
    ranked = sorted(groups, key=lambda group: group.value)
    low, high = ranked[0], ranked[-1]
    apart = Extreme(high.value - low.value, math.nan, math.nan, high.name, low.name)
    if low.value < 0 or high.value <= 0:
        return apart, None
    return apart, Extreme(low.value / high.value, math.nan, math.nan, low.name, high.name)


def _smallest_end(pairs: Sequence[Apart], bound: Callable[[Estimate], float]) -> float:
    """The smallest of the pairs' bounds for their ratios, at most 1."""
    smallest = 1.0
    for between in pairs:

        def kept(r: float, between: Apart = between) -> bool:
            return bound(between(r)) >= 0

        found = ratio_end(kept, smallest)
        smallest = smallest if found is None else found
        if smallest == 0:
            break
    return smallest
