"""Does a gate reach its verdict as often as `specgen plan` says? And does shrinkage lower the error?

Draws data of the planned size with the assumed truth, and lets the gate's own judge decide.
"""

from __future__ import annotations

import math

import numpy as np

from specgen.engine.cells import MomentSums
from specgen.planning.reach import Question, normal_reach, paired_reach, proportion_reach
from specgen.stats.estimate import Estimate, negate, shift
from specgen.stats.moment_estimates import moment_estimate
from specgen.stats.paired import cautious_tango
from specgen.stats.proportion import clopper_pearson
from specgen.stats.shrinkage import shrunken_proportions, shrunken_values
from specgen.verdict.judging import Trial, judge

RUNS = 2000
RNG = np.random.default_rng(20261124)
REACHED: list[bool] = []


def share(estimates: list[Estimate], ask: Question, verdict: str) -> float:
    """Share of the estimates on which the gate's judge gives the verdict."""
    alpha = ask.alpha if verdict == "pass" else ask.alpha_fail
    hits = 0
    for estimate in estimates:
        surplus = shift(estimate, -ask.bound)
        trial = Trial(
            "all",
            surplus if ask.upwards else negate(surplus),
            estimate.value,
            None,
            None,
            ask.bound,
            estimate.n,
        )
        hits += judge(trial, alpha, "confident") == verdict
    return hits / len(estimates)


def mean_of(values: np.ndarray) -> Estimate:
    """The gate's estimate of a mean of row values."""
    rows = np.stack([values, np.ones(len(values))], axis=1)
    sums = MomentSums(
        rows.sum(0), rows.T @ rows, np.einsum("na,nb,nc->abc", rows, rows, rows), len(rows), len(rows)
    )
    found = moment_estimate(lambda s: s[..., 0] / s[..., 1], sums, None, None).decision
    assert found is not None
    return found


def proportions() -> None:
    """Exact: 80% or a little above it, as the saw allows."""
    for truth, bound, upwards in [
        (0.92, 0.90, True), (0.95, 0.90, True), (0.87, 0.90, True), (0.985, 0.97, True),
        (0.60, 0.50, True), (0.04, 0.06, False), (0.09, 0.06, False), (1.00, 0.99, True),
    ]:  # fmt: skip
        ask = Question(1, bound, upwards, truth, 0.05, 0.05)
        plan = proportion_reach(ask)
        n = plan.needed(0.8) or 0
        exact = proportion_reach(Question(n, bound, upwards, truth, 0.05, 0.05)).chance or 0.0
        estimates = [clopper_pearson(int(k), n) for k in RNG.binomial(n, truth, RUNS)]
        told(
            f"{truth} {'≥' if upwards else '≤'} {bound} {plan.likely}",
            n,
            exact,
            share(estimates, ask, plan.likely or ""),
        )


def pairs() -> None:
    """The cautious form of Tango's bound on paired rows."""
    for apart, discordance, margin in [
        (0.0, 0.10, -0.03),
        (0.02, 0.15, 0.0),
        (-0.06, 0.12, -0.03),
        (0.0, 0.5, -0.05),
    ]:
        ask = Question(1, margin, True, apart, 0.05, 0.05)
        plan = paired_reach(ask, discordance)
        n = plan.needed(0.8) or 0
        chances = [(discordance + apart) / 2, (discordance - apart) / 2, 1 - discordance]
        estimates = [cautious_tango(b, c, n) for b, c, _ in RNG.multinomial(n, chances, RUNS)]
        told(f"paired {apart:+} ≥ {margin:+} {plan.likely}", n, 0.8, share(estimates, ask, plan.likely or ""))


def means() -> None:
    """The normal form, on row values that are skewed."""
    for truth, bound, upwards in [(1.0, 0.9, True), (1.0, 1.1, False), (1.0, 0.85, False)]:
        ask = Question(1, bound, upwards, truth, 0.05, 0.05)
        plan = normal_reach(ask, 1.0)
        n = plan.needed(0.8) or 0
        estimates = [mean_of(RNG.exponential(truth, n)) for _ in range(RUNS)]
        told(
            f"mean {truth} {'≥' if upwards else '≤'} {bound} {plan.likely}",
            n,
            0.8,
            share(estimates, ask, plan.likely or ""),
        )


def told(what: str, n: int, planned: float, achieved: float) -> None:
    """One line of the table."""
    REACHED.append(achieved >= planned - 2 * math.sqrt(0.16 / RUNS))
    print(
        f"{what:<28} n {n:>6,}  planned {planned:.3f}  achieved {achieved:.3f} ± {2 * math.sqrt(0.16 / RUNS):.3f}"
    )


def shrinkage() -> None:
    """Root mean squared error of all slices, and the bias of the worst one, raw and shrunken."""
    for slices, concentration in [(6, 20.0), (20, 20.0), (20, 1e6), (200, 100.0)]:
        errors, worst = [], []
        for _ in range(500):
            n = RNG.integers(10, 300, slices)
            truth = RNG.beta(0.85 * concentration, 0.15 * concentration, slices)
            raw = RNG.binomial(n, truth) / n
            beta = shrunken_proportions(raw * n, n)
            normal = shrunken_values(raw, np.sqrt(np.maximum(raw * (1 - raw), 0.01) / n))
            assert beta is not None
            assert normal is not None
            errors.append([((one - truth) ** 2).mean() for one in (raw, beta, normal)])
            low = raw.argmin()
            worst.append([one[low] - truth[low] for one in (raw, beta, normal)])
        rmse, bias = np.sqrt(np.mean(errors, axis=0)), np.mean(worst, axis=0)
        print(f"{slices:>4} slices, spread {math.sqrt(0.1275 / (concentration + 1)):.3f}: RMSE raw {rmse[0]:.4f}"
              f" beta-binomial {rmse[1]:.4f} normal {rmse[2]:.4f}; bias of the worst raw {bias[0]:+.3f}"
              f" beta-binomial {bias[1]:+.3f} normal {bias[2]:+.3f}")  # fmt: skip


if __name__ == "__main__":
    proportions()
    pairs()
    means()
    print(
        f"{sum(REACHED)} of {len(REACHED)} plans reach their power, or miss it by less than two standard errors"
    )
    shrinkage()
