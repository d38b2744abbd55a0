"""Gates on differences between groups: the largest gap, the smallest ratio.

A gap of at most g between all groups means that every ordered pair differs by at most g, so the gate
is a family of pairwise trials: pass when each passes by itself (intersection-union, Berger 1982),
fail when one fails after Holm. How two groups are compared stands in `specgen.stats.apart`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from specgen.engine.cells import SplitCells
from specgen.metrics.uses import Use
from specgen.spec.milestones import Gate
from specgen.stats.apart import (
    Apart,
    GroupEstimate,
    decided_apart,
    group_estimates,
    has_ratio,
    ratio_interval,
)
from specgen.stats.estimate import negate, shift
from specgen.verdict.evidence import Evidence, cuts_queries, least_rows
from specgen.verdict.judging import Trial


def group_trials(
    evidence: Evidence, gate: Gate, use: Use, cells: SplitCells, slices: tuple[str, ...], alpha: float
) -> list[Trial]:
    """A trial for each ordered pair of groups, and one for each group that could not be measured.

    Ratios need a metric that is never negative, and two groups at 0 have none.
    """
    measured, usable = group_estimates(use, cells, slices, evidence.spec.candidate_name, evidence.seed)
    bound = gate.gap_at_most if gate.gap_at_most is not None else gate.ratio_at_least
    trials = [
        Trial(
            name, None, None, None, None, bound, cells.rows.get(name, 0),
            reason=one.reason, unavailable=cuts_queries(use, cells, name),
        )
        for name, one in measured.items()
        if one.shown is None or one.decision is None
    ]  # fmt: skip
    pair = _gap if gate.gap_at_most is not None else _ratio
    for first, second in permutations(usable.values(), 2):
        trial = pair(float(bound or 0.0), first, second, decided_apart(first, second), alpha)
        sizes = cells.size(first.name), cells.size(second.name)
        least = max(least_rows(gate, cells, first.name), least_rows(gate, cells, second.name))
        smaller = min(sizes, key=lambda size: size.count)
        trials.append(replace(trial, rows=sum(one.rows for one in sizes), size=smaller, min_rows=least))
    return trials


def _gap(bound: float, first: GroupEstimate, second: GroupEstimate, between: Apart, alpha: float) -> Trial:
    gap = between(1.0)
    surplus = negate(shift(gap, -bound))
    name = f"{first.name} − {second.name}"
    return Trial(name, surplus, gap.value, gap.lower(alpha), gap.upper(alpha), bound, 0, upwards=False)


def _ratio(bound: float, first: GroupEstimate, second: GroupEstimate, between: Apart, alpha: float) -> Trial:
    name, one, other = f"{first.name} ÷ {second.name}", first.decision, second.decision
    if not has_ratio(one.value, other.value):
        reason = "a ratio needs values above 0"
        return Trial(name, None, None, None, None, bound, 0, reason=reason)
    # A group above a group at 0 has no finite ratio; the mirrored pair, at 0, says what is to be said.
    value = one.value / other.value if other.value else None
    low, high = ratio_interval(between, alpha)
    surplus = between(bound) if bound > 0 else one
    return Trial(name, surplus, value, low, high, bound, 0, upwards=None)
