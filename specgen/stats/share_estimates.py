"""Shares of rows by a row value: a proportion whose successes are sums, not outcome cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from specgen.engine.cells import MomentSums
from specgen.stats.effective import effective_n
from specgen.stats.estimate import Estimate, outer
from specgen.stats.linearised import Sizes
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.moment_estimates import Statistic, moment_estimate, powers
from specgen.stats.paired import cautious_tango, tango
from specgen.stats.proportion import clopper_pearson, modified_wilson

ROUNDING = 1e-12


def share_estimate(sums: MomentSums, *, plain: bool) -> Measured:
    """The share first[0] ÷ first[1]: Wilson's interval to show, Clopper and Pearson's to decide.

    With weights or sampling units (not `plain`) both are taken at the effective sample size.
    """
    successes, rows = float(sums.first[0]), float(sums.first[1])
    if sums.rows == 0 or rows == 0:
        return undefined("no row to measure it on", sums.units)
    if plain:
        return certain(clopper_pearson(successes, rows), modified_wilson(successes, rows))
    value = _snapped(successes / rows)
    gradient = np.array([1.0, -value]) / rows
    squares, _, fourths = powers(sums, gradient, 0.0)
    known = None if sums.fourth is None else float(sums.fourth[1, 1, 1, 1]) / rows**4
    spread = Sizes(float(sums.second[1, 1]) / rows**2, float(sums.third[1, 1, 1]) / rows**3, known)
    clustered = sums.units < sums.rows
    size = effective_n(value, squares, fourths, spread, sums.units, sums.rows, clustered=clustered)
    exact, shown = (
        _named(method(value * size, size), value, sums) for method in (clopper_pearson, modified_wilson)
    )
    linear = moment_estimate(lambda s: s[..., 0] / s[..., 1], sums, 0.0, 1.0, size=1).decision
    # The effective n is itself uncertain where few units have the failures; t over the units knows that.
    return certain(outer(exact, linear) if clustered and linear and squares > 0 else exact, shown)


def _snapped(value: float) -> float:
    """A share that misses 0 or 1 by the rounding of sums only, put on it."""
    return 0.0 if value < ROUNDING else 1.0 if value > 1 - ROUNDING else value


def _named(estimate: Estimate, value: float, sums: MomentSums) -> Estimate:
    return replace(estimate, value=value, n=sums.units, method=f"{estimate.method}, effective n")


def share_difference(
    statistic: Statistic, first: int, second: int, rows: int, sums: MomentSums, *, plain: bool
) -> Measured:
    """Difference of two shares of the same rows: Tango's score interval, or linearised (not `plain`).

    `first`, `second` and `rows` are the positions of both successes and of the rows in the sums.
    """
    if not plain or sums.rows == 0:
        return moment_estimate(statistic, sums, -1.0, 1.0)
    both = float(sums.second[first, second])
    only = [round(float(sums.first[position]) - both) for position in (first, second)]
    counts = only[0], only[1], round(float(sums.first[rows]))
    return certain(cautious_tango(*counts), tango(*counts))
