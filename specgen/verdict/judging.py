"""One estimate against one bound: pass, fail or inconclusive, and what would settle it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from specgen.engine.cells import Size
from specgen.stats.estimate import Estimate
from specgen.stats.power import further, rows_for_difference, rows_for_proportion
from specgen.verdict.judged import GateVerdict


@dataclass(frozen=True)
class Trial:
    """One promise about one slice (or pair of slices), turned so that `surplus` ≥ 0 keeps it.

    `measured`, `low`, `high` and `bound` are the promise's own numbers, for the reader; `rows` are the
    slice's, of which the estimate may rest on a part. `proportion` has the bound when the surplus is
    a plain proportion's. Without a surplus, `reason` says why it could not be measured. For a pair of
    groups `rows` are both groups'. `size` is what `min_rows` is held against, of two groups the smaller one's;
    it is told where that is not `rows`. `unavailable` says that
    there is nothing to compare with, which no number of rows would change; `fixed_se` is a published
    baseline's own standard error, which no number of rows shrinks; `upwards` says that a larger
    number has a larger surplus, and is None where the two do not move together (a ratio). `ends` are the
    metric's smallest and largest values, which the bounds of a difference may pass.
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
    size: Size | None = None
    unavailable: bool = False
    fixed_se: float = 0.0
    upwards: bool | None = True
    ends: tuple[float, float] = (-math.inf, math.inf)

    def inside(self, value: float) -> float:
        """The nearest number to `value` that the metric can have."""
        return min(max(value, self.ends[0]), self.ends[1])

    @property
    def evidence(self) -> Size:
        """Rows, or sampling units, of the slice or the smaller of two."""
        return self.size or Size(self.rows)

    @property
    def lacking(self) -> int:
        """Rows that would make the slice, or the smaller of two, as large as asked for."""
        return max(self.evidence.rows_for(self.min_rows) - self.evidence.rows, 0)

    @property
    def too_few(self) -> bool:
        """Whether the slice, or the smaller of two, has fewer rows (or sampling units) than asked for."""
        return self.lacking > 0


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


@dataclass(frozen=True)
class Outlook:
    """Further rows of a slice that would likely (80% power) make it pass, or fail; None if no number would.

    Each with the truth that this takes for granted: the measured value where it lies on that side of the
    bound, else the end of its interval. `rows` is the one that the measured value speaks for: None for a
    value at its bound, which no number of rows settles.
    """

    to_pass: int | None
    to_fail: int | None
    pass_truth: float | None
    fail_truth: float | None
    rows: int | None


def outlook(trial: Trial, alpha: float, alpha_fail: float | None = None) -> Outlook:
    """What it would take to pass at error rate alpha, and to fail at `alpha_fail` (alpha unless given)."""
    surplus = trial.surplus
    if surplus is None or surplus.n == 0:
        return Outlook(None, None, None, None, None)
    best, worst = max(surplus.value, surplus.upper(alpha)), min(surplus.value, surplus.lower(alpha))
    good = surplus.value if surplus.value > 0 else best
    bad = surplus.value if surplus.value < 0 else worst
    to_pass = _rows(trial, surplus, good, alpha) if good > 0 else None
    to_fail = _rows(trial, surplus, bad, alpha_fail or alpha) if bad < 0 else None
    rows = to_pass if surplus.value > 0 else to_fail if surplus.value < 0 else (trial.lacking or None)
    return Outlook(to_pass, to_fail, _value(trial, surplus, good), _value(trial, surplus, bad), rows)


def more_rows(trial: Trial, alpha: float) -> int | None:
    """Further rows of the slice that would likely (80% power) settle it; None if no number would."""
    return outlook(trial, alpha).rows


def _value(trial: Trial, surplus: Estimate, at: float) -> float | None:
    """The promise's own number at a surplus."""
    if trial.measured is None or trial.upwards is None or not math.isfinite(at):
        return None
    return trial.inside(trial.measured + (at - surplus.value) * (1 if trial.upwards else -1))


def _rows(trial: Trial, surplus: Estimate, at: float, alpha: float) -> int | None:
    """Further rows of the slice if its surplus truly is `at`."""
    extra = _needed(trial, surplus, at, alpha)
    if extra is None:
        return trial.lacking or None
    return max(trial.lacking, math.ceil(extra * trial.rows / surplus.n))


def _needed(trial: Trial, surplus: Estimate, at: float, alpha: float) -> int | None:
    if trial.proportion is not None and trial.measured is not None:
        truth = _value(trial, surplus, at)
        if truth is None:
            return None
        successes = round(trial.measured * surplus.n)
        return rows_for_proportion(truth, trial.proportion, alpha, successes=successes, n=surplus.n)
    se = spread(surplus)
    if se is None or not math.isfinite(at):
        return None
    shrinking = math.sqrt(max(se**2 - trial.fixed_se**2, 0.0))
    total = rows_for_difference(shrinking, surplus.n, at, alpha, fixed_se=trial.fixed_se)
    return further(total, surplus.n)


def spread(surplus: Estimate) -> float | None:
    """The standard error, or the one read off the bounds that a normal estimate would have at 16%."""
    if surplus.se:
        return surplus.se
    width = surplus.upper(0.158655) - surplus.lower(0.158655)
    return width / 2 if math.isfinite(width) and width > 0 else None
