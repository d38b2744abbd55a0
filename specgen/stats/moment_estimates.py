"""Estimates from sums of row values: means, ratios and smooth functions of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from specgen.engine.cells import FloatArray, MomentSums
from specgen.stats.estimate import Estimate, outer
from specgen.stats.linearised import linearised_t
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.proportion import clopper_pearson
from specgen.stats.scale import Scale, scaled_t

STEP = 1e-6
ROUNDING = 1e-13

Statistic = Callable[[FloatArray], FloatArray]


def moment_estimate(
    statistic: Statistic, sums: MomentSums, low: float | None, high: float | None,
    why: str = "its denominator is 0", *, on_scale: bool = False,
) -> Measured:  # fmt: skip
    """A statistic of summed row values, its variance linearised.

    `statistic` takes sums (..., k) to values (...). The influence of a sampling unit with row values
    x is ∇statistic·x, so the sums of squares and cubes of the influences follow from the sums of
    products (Särndal, Swensson and Wretman 1992, Model Assisted Survey Sampling, §5.5). `low` and
    `high` are the statistic's range, which the bounds respect; `why` says when it has no value. With
    `on_scale` those shown come from t on the logit scale: for means of values of which many lie at the
    end of their range, as those of queries do, it misses on both sides alike, where Hall's correction is
    too wide on one. Gates use the wider of both, for with fifty skewed values the scale alone may
    promise too much.
    """
    if sums.rows == 0:
        return undefined("no row to measure it on")
    value = _settled(float(statistic(sums.first)), low, high)
    if not np.isfinite(value):
        return undefined(f"undefined on these rows: {why}", sums.units)
    gradient = _gradient(statistic, sums)
    if not np.isfinite(gradient).all():
        return undefined("undefined on these rows: it has no smooth derivative there", sums.units)
    centre = float(gradient @ sums.first) / sums.units
    squares = float(gradient @ sums.second @ gradient - sums.units * centre**2)
    cubes = float(np.einsum("abc,a,b,c->", sums.third, gradient, gradient, gradient))
    cubes += -3 * centre * float(gradient @ sums.second @ gradient) + 2 * sums.units * centre**3
    noise = 1e-12 * float(np.abs(np.outer(gradient, gradient) * sums.second).sum())
    if squares <= noise:
        return certain(without_spread(value, sums.units, low, high))
    plain = within(linearised_t(value, squares, cubes, sums.units), low, high)
    if on_scale and low is not None and high is not None and low < value < high:
        scale, method = Scale(low, high), "linearised_t on the logit scale"
        shown = scaled_t(value, squares, sums.units, scale, method, cubes)
        return certain(replace(outer(shown, plain), method=plain.method), shown)
    return certain(plain)


def _settled(value: float, low: float | None, high: float | None) -> float:
    """The end of the range where rounding alone keeps a sum from it: a perfect NDCG is 1."""
    return next((end for end in (low, high) if end is not None and abs(value - end) <= ROUNDING), value)


def _gradient(statistic: Statistic, sums: MomentSums) -> FloatArray:
    """Derivatives by central differences, (k,)."""
    steps = STEP * np.maximum(np.abs(sums.first), np.sqrt(np.diag(sums.second)))
    steps = np.where(steps == 0, STEP, steps)
    shifts = np.diag(steps)
    return np.asarray((statistic(sums.first + shifts) - statistic(sums.first - shifts)) / (2 * steps))


def without_spread(value: float, units: int, low: float | None, high: float | None) -> Estimate:
    """Bounds when every unit says the same: never the value alone.

    With confidence 1 − α at most a share u of the population differs, Clopper and Pearson's bound for
    none of `units`; each of those by no more than the range allows. A rate that ends at 1 counts as
    beginning at 0; without a range the bounds are unknown, so infinite.
    """
    floor = 0.0 if low is None and high == 1.0 else low
    others = clopper_pearson(0, units)

    def lower(alpha: float) -> float:
        return -math.inf if floor is None else value - others.upper(alpha) * (value - floor)

    def upper(alpha: float) -> float:
        return math.inf if high is None else value + others.upper(alpha) * (high - value)

    return Estimate(value, units, "no spread: clopper_pearson", lower, upper)


def within(estimate: Estimate, low: float | None, high: float | None) -> Estimate:
    """The same estimate with bounds that stay in the metric's range."""
    floor, ceiling = -np.inf if low is None else low, np.inf if high is None else high
    return Estimate(
        estimate.value, estimate.n, estimate.method,
        lambda a: max(estimate.lower(a), floor), lambda a: min(estimate.upper(a), ceiling), estimate.se,
    )  # fmt: skip
