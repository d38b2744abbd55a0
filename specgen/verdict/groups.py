"""Gates on differences between groups: the largest gap, the smallest ratio.

A gap of at most g between all groups means that every ordered pair differs by at most g, so the gate
is a family of pairwise trials: pass when each passes by itself (intersection-union, Berger 1982),
fail when one fails after Holm. Groups are disjoint rows, so their estimates are independent and the
pairs' bounds come from the groups' own (MOVER, Zou and Donner 2008).
"""

from __future__ import annotations

from itertools import permutations

from specgen.engine.cells import SplitCells
from specgen.metrics.uses import Use
from specgen.spec.milestones import Gate
from specgen.stats.estimate import Estimate, negate, shift
from specgen.stats.measure import measure
from specgen.stats.measured import Measured
from specgen.stats.unpaired import mover
from specgen.verdict.evidence import Evidence
from specgen.verdict.judging import Trial


def group_trials(
    evidence: Evidence, gate: Gate, use: Use, cells: SplitCells, slices: tuple[str, ...], alpha: float
) -> list[Trial]:
    """A trial for each ordered pair of groups, and one for each group that could not be measured."""
    measured = {s: measure(use, cells, s, evidence.spec.candidate_name, evidence.seed) for s in slices}
    trials = [
        Trial(name, None, None, None, None, None, cells.rows.get(name, 0), reason=one.reason)
        for name, one in measured.items()
        if one.shown is None
    ]
    usable = {name: one for name, one in measured.items() if one.shown is not None}
    for first, second in permutations(usable, 2):
        trials.append(_pair(gate, cells, first, usable[first], second, usable[second], alpha))
    return trials


def _pair(
    gate: Gate, cells: SplitCells, first: str, one: Measured, second: str, other: Measured, alpha: float
) -> Trial:
    rows = min(cells.rows[first], cells.rows[second])
    min_rows = max(cells.min_rows.get(first, 1), cells.min_rows.get(second, 1))
    if one.shown is None or other.shown is None:
        raise ValueError("both groups must be measured")
    if gate.gap_at_most is not None:
        gap = mover(one.shown, other.shown)
        surplus = negate(shift(gap, -gate.gap_at_most))
        low, high = gap.lower(alpha), gap.upper(alpha)
        return Trial(f"{first} − {second}", surplus, gap.value, low, high, gate.gap_at_most, rows, min_rows)
    bound = gate.ratio_at_least or 0.0
    value = one.shown.value / other.shown.value if other.shown.value else float("inf")
    surplus = _ratio_surplus(one.shown, other.shown, bound)
    return Trial(f"{first} ÷ {second}", surplus, value, None, None, bound, rows, min_rows)


def _ratio_surplus(one: Estimate, other: Estimate, bound: float) -> Estimate:
    return mover(one, other, scale_b=bound) if bound > 0 else one
