"""One estimate against one bound: pass, fail or inconclusive, and what would settle it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from specgen.stats.estimate import Estimate
from specgen.stats.power import further, rows_for_difference, rows_for_proportion
from specgen.verdict.judged import GateVerdict


@dataclass(frozen=True)
class Trial:
    """One promise about one slice (or pair of slices), turned so that `surplus` ≥ 0 keeps it.

    `measured`, `low`, `high` and `bound` are the promise's own numbers, for the reader; `rows` are the
    slice's, of which the estimate may rest on a part. `proportion` has the bound when the surplus is
    a plain proportion's. Without a surplus, `reason` says why it could not be measured. For a pair of
    groups `rows` are both groups', and `smallest` those of the smaller one. `unavailable` says that
    there is nothing to compare with, which no number of rows would change; `fixed_se` is a published
    baseline's own standard error, which no number of rows shrinks.
    """

    name: str
    surplus: Estimate | None
    measured: float | None
    low: float | None
    high: float | None
    bound: float | None
    rows: int
    min_rows: int = 1
    proportion: float | None = None
    reason: str | None = None
    smallest: int | None = None
    unavailable: bool = False
    fixed_se: float = 0.0

    @property
    def too_few(self) -> bool:
        """Whether the slice, or the smaller of two, has fewer rows than asked for."""
        return (self.rows if self.smallest is None else self.smallest) < self.min_rows


def judge(trial: Trial, alpha: float, evidence: str) -> GateVerdict:
    """Pass when the lower bound of the surplus is not below 0, fail when the upper one is below 0."""
    if trial.surplus is None:
        return "error"
    if trial.too_few:
        return "inconclusive"
    if evidence == "point":
        return "pass" if trial.surplus.value >= 0 else "fail"
    if trial.surplus.lower(alpha) >= 0:
        return "pass"
    return "fail" if trial.surplus.upper(alpha) < 0 else "inconclusive"


def p_fail(trial: Trial) -> float:
    """Evidence that the promise is broken: the smallest error rate at which it would be judged so."""
    if trial.surplus is None or trial.too_few:
        return 1.0
    return trial.surplus.p_below(0.0)


def more_rows(trial: Trial, alpha: float) -> int | None:
    """Further rows of the slice that would likely (80% power) settle it; None if no number would."""
    if trial.surplus is None or trial.surplus.n == 0:
        return None
    lacking = (
        trial.min_rows - (trial.rows if trial.smallest is None else trial.smallest) if trial.too_few else 0
    )
    extra = further(_needed(trial, trial.surplus, alpha), trial.surplus.n)
    if extra is None:
        return lacking or None
    return max(lacking, math.ceil(extra * trial.rows / trial.surplus.n))


def _needed(trial: Trial, surplus: Estimate, alpha: float) -> int | None:
    if trial.proportion is not None and trial.measured is not None:
        return rows_for_proportion(trial.measured, trial.proportion, alpha)
    se = surplus.se if surplus.se else _spread(surplus)
    if se is None or surplus.value == 0:
        return None
    shrinking = math.sqrt(max(se**2 - trial.fixed_se**2, 0.0))
    return rows_for_difference(shrinking, surplus.n, surplus.value, alpha, fixed_se=trial.fixed_se)


def _spread(surplus: Estimate) -> float | None:
    """Standard error read off the bounds that a normal estimate would have at 16%."""
    width = surplus.upper(0.158655) - surplus.lower(0.158655)
    return width / 2 if math.isfinite(width) and width > 0 else None
