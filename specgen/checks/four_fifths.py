"""The four-fifths rule: no group is selected less than 0.8 times as often as the one selected most.

EEOC, Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4(D). The rule is about the ratio of
true rates; the highest measured one was picked for being high, so a group counts as below only after
Holm's correction over all ordered pairs of groups, and as kept only if it is so beside every other group.
It is the verdict of a gate {metric: selection_rate, ratio_at_least: 0.8}, told group by group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specgen.checks.gaps import FourFifths, RuleVerdict
from specgen.stats.apart import GroupEstimate, apart, ratio_interval
from specgen.stats.multiplicity import holm

LEAST = 0.8


def four_fifths(
    usable: Mapping[str, GroupEstimate], names: Sequence[str], label: str | None, confidence: float
) -> Iterator[FourFifths]:
    """The rule on every group of `names`; of those not `usable` nothing can be told."""
    if len(names) < 2 or not usable:
        return
    highest = max(usable.values(), key=lambda one: one.estimate.value)
    alpha = 1 - confidence
    others = [one for one in usable.values() if one is not highest]
    p_values = [apart(one, highest)(LEAST).p_below(0.0) for one in others]
    # Pairs with other groups than the highest count, though they cannot be below.
    unasked = [1.0] * (len(usable) * (len(usable) - 1) - len(others))
    below = dict(zip((one.name for one in others), holm([*p_values, *unasked], alpha), strict=False))
    for name in names:
        one, ratio, ends = usable.get(name), None, (None, None)
        verdict: RuleVerdict = "highest" if name == highest.name else "too few"
        if one is not None and one is not highest and highest.estimate.value > 0:
            ratio = one.estimate.value / highest.estimate.value
            ends = ratio_interval(apart(one, highest), alpha / 2)
            verdict = "below" if below[name] else "kept" if _kept(one, usable, alpha) else "cannot tell"
        elif one is not None and one is not highest:
            verdict = "cannot tell"
        yield FourFifths(
            group=name, label=label, highest=highest.name, ratio=ratio, low=ends[0], high=ends[1], verdict=verdict
        )


def _kept(one: GroupEstimate, usable: Mapping[str, GroupEstimate], alpha: float) -> bool:
    """Whether the group is shown to have four fifths of every other group's rate."""
    others = (other for other in usable.values() if other is not one)
    return all(apart(one, other)(LEAST).lower(alpha) >= 0 for other in others)
