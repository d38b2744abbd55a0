"""Gates on differences between groups: the largest gap, the smallest ratio.

A gap of at most g between all groups means that every ordered pair differs by at most g, so the gate
is a family of pairwise trials: pass when each passes by itself (intersection-union, Berger 1982),
fail when one fails after Holm. Groups are disjoint rows, so their estimates are independent and the
pairs' bounds come from the groups' own (MOVER, Zou and Donner 2008). Where sampling units have rows in
several groups, the groups are not: in a ranking the place that one gets the other loses. A metric that
says how each row moves it is then compared unit by unit; the others are not, and as their groups
usually go together, their bounds are wider than they need to be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

from specgen.engine.cells import SplitCells
from specgen.metrics.uses import Use
from specgen.spec.milestones import Gate
from specgen.stats.estimate import Estimate, negate, shift
from specgen.stats.measure import group_influence, measure
from specgen.stats.shared_units import UnitInfluence, shared_units
from specgen.stats.unpaired import mover
from specgen.verdict.evidence import Evidence, cuts_queries, least_rows
from specgen.verdict.judging import Trial

Group = tuple[str, Estimate]
Apart = Callable[[float], Estimate]
LARGEST_RATIO = 1000.0
BISECTIONS = 40


def group_trials(
    evidence: Evidence, gate: Gate, use: Use, cells: SplitCells, slices: tuple[str, ...], alpha: float
) -> list[Trial]:
    """A trial for each ordered pair of groups, and one for each group that could not be measured.

    Ratios need a metric that is never negative, and two groups at 0 have none.
    """
    measured = {s: measure(use, cells, s, evidence.spec.candidate_name, evidence.seed) for s in slices}
    bound = gate.gap_at_most if gate.gap_at_most is not None else gate.ratio_at_least
    trials = [
        Trial(
            name,
            None,
            None,
            None,
            None,
            bound,
            cells.rows.get(name, 0),
            reason=one.reason,
            unavailable=cuts_queries(use, cells, name),
        )
        for name, one in measured.items()
        if one.shown is None
    ]
    usable = {name: one.shown for name, one in measured.items() if one.shown is not None}
    moved = {name: group_influence(use, cells, name, evidence.spec.candidate_name) for name in usable}
    for first, second in permutations(usable, 2):
        pair = _gap if gate.gap_at_most is not None else _ratio
        apart = _apart(usable[first], usable[second], moved[first], moved[second])
        trial = pair(float(bound or 0.0), (first, usable[first]), (second, usable[second]), apart, alpha)
        sizes = cells.rows[first], cells.rows[second]
        least = max(least_rows(gate, cells, first), least_rows(gate, cells, second))
        trials.append(replace(trial, rows=sum(sizes), smallest=min(sizes), min_rows=least))
    return trials


def _apart(
    one: Estimate, other: Estimate, moves_one: UnitInfluence | None, moves_other: UnitInfluence | None
) -> Apart:
    """One group's value minus r times the other's, as a function of r."""
    if moves_one is None or moves_other is None:
        return lambda scale: mover(one, other, scale_b=scale)
    shared = shared_units(moves_one, moves_other)
    return lambda scale: shared.difference(mover(one, other, scale_b=scale), scale)


def _gap(bound: float, first: Group, second: Group, apart: Apart, alpha: float) -> Trial:
    gap = apart(1.0)
    surplus = negate(shift(gap, -bound))
    name = f"{first[0]} − {second[0]}"
    return Trial(name, surplus, gap.value, gap.lower(alpha), gap.upper(alpha), bound, 0, upwards=False)


def _ratio(bound: float, first: Group, second: Group, apart: Apart, alpha: float) -> Trial:
    name, one, other = f"{first[0]} ÷ {second[0]}", first[1], second[1]
    if one.value < 0 or other.value < 0 or (one.value == 0 and other.value == 0):
        reason = "a ratio needs values above 0"
        return Trial(name, None, None, None, None, bound, 0, reason=reason)
    # A group above a group at 0 has no finite ratio; the mirrored pair, at 0, says what is to be said.
    value = one.value / other.value if other.value else None
    low = _ratio_end(lambda r: apart(r).lower(alpha) >= 0)
    high = _ratio_end(lambda r: apart(r).upper(alpha) >= 0)
    surplus = apart(bound) if bound > 0 else one
    return Trial(name, surplus, value, low, high, bound, 0, upwards=None)


def _ratio_end(kept: Callable[[float], bool]) -> float | None:
    """The largest ratio that the bounds still allow (Fieller's inversion), None beyond LARGEST_RATIO."""
    low, high = 0.0, LARGEST_RATIO
    if kept(high):
        return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if kept(middle) else (low, middle)
    return low
