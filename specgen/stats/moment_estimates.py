"""Estimates from sums of row values: means, ratios and smooth functions of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from specgen.engine.cells import FloatArray, MomentSums
from specgen.stats.estimate import Estimate, outer
from specgen.stats.linearised import STRAIGHT, Curve, Sizes, degrees_of_variance
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.proportion import clopper_pearson
from specgen.stats.scale import Scale, curved_t, scaled_t

STEP = 1e-6
# Wide, since second differences lose twice the digits; what it misses changes no bound's third digit.
BEND_STEP = 1e-2
# Part of the second derivatives' terms that must be left after they cancel for a bend: rounding leaves 2e-4.
BENT = 1e-3
TURNING = (
    "no interval: on these rows it lies at a turning point, as with a constant fitted to them, and they do not"
    " tell its doubt"
)
ROUNDING = 1e-13

Statistic = Callable[[FloatArray], FloatArray]


def moment_estimate(
    statistic: Statistic, sums: MomentSums, low: float | None, high: float | None,
    why: str = "its denominator is 0", *, size: int | None = None, on_scale: bool = False,
) -> Measured:  # fmt: skip
    """A statistic of summed row values, its variance linearised.

    `statistic` takes sums (..., k) to values (...). The influence of a sampling unit with row values
    x is ∇statistic·x, so the sums of squares and cubes of the influences follow from the sums of
    products (Särndal, Swensson and Wretman 1992, Model Assisted Survey Sampling, §5.5), and so does
    how the statistic bends. `low` and `high` are the statistic's range, which the bounds respect;
    `size` is the position of the sum that tells how large a unit is (its rows, weights or words).
    `why` says when it has no value. With `on_scale` those shown come from t on the logit scale: for
    means of values of which many lie at the end of their range, as those of queries do, it misses on
    both sides alike. Gates use the wider of both, for with fifty skewed values the scale alone may
    promise too much. What gates use also allows for tails that few units show.
    """
    if sums.rows == 0:
        return undefined("no row to measure it on")
    value = _settled(float(statistic(sums.first)), low, high)
    if not np.isfinite(value):
        return undefined(f"undefined on these rows: {why}", sums.units)
    gradient = gradient_of(statistic, sums)
    if not np.isfinite(gradient).all():
        return undefined("undefined on these rows: it has no smooth derivative there", sums.units)
    centre = float(gradient @ sums.first) / sums.units
    squares, cubes, fourths = powers(sums, gradient, centre)
    noise = 1e-12 * float(np.abs(np.outer(gradient, gradient) * sums.second).sum())
    if squares <= noise:
        if _bends(statistic, sums):
            return Measured(value, sums.units, reason=TURNING)
        return certain(without_spread(value, sums.units, low, high))
    curve = _curve(statistic, sums, gradient, centre)
    plain, decision = (
        within(
            curved_t(value, squares, cubes, sums.units, sizes(sums, size), curve, low, high, known), low, high
        )
        for known in (None, fourths)
    )
    if on_scale and low is not None and high is not None and low < value < high:
        scale, method = Scale(low, high), "linearised_t on the logit scale"
        freedom = degrees_of_variance(fourths / squares**2, sums.units)
        shown = scaled_t(value, squares, sums.units, scale, method, cubes, freedom)
        return certain(replace(outer(shown, decision), method=plain.method), shown)
    return certain(decision, plain)


def powers(sums: MomentSums, gradient: FloatArray, centre: float) -> tuple[float, float, float]:
    """Σ z², Σ z³ and Σ z⁴ of the units' influences z = gradient·x − centre.

    Where the fourth powers were not summed, their sum is the least that it can be, that of two-valued
    units: (Σ z³)² ÷ Σ z² + (Σ z²)² ÷ m (Pearson 1916, Phil. Trans. A 216:429).
    """
    second = float(gradient @ sums.second @ gradient)
    third = float(np.einsum("abc,a,b,c->", sums.third, gradient, gradient, gradient))
    squares = second - sums.units * centre**2
    cubes = third - 3 * centre * second + 2 * sums.units * centre**3
    least = cubes**2 / squares + squares**2 / sums.units if squares > 0 else 0.0
    if sums.fourth is None:
        return squares, cubes, least
    fourth = float(np.einsum("abcd,a,b,c,d->", sums.fourth, *4 * [gradient]))
    fourths = fourth - 4 * centre * third + 6 * centre**2 * second - 3 * sums.units * centre**4
    return squares, cubes, max(fourths, least)


def _settled(value: float, low: float | None, high: float | None) -> float:
    """The end of the range where rounding alone keeps a sum from it: a perfect NDCG is 1."""
    return next((end for end in (low, high) if end is not None and abs(value - end) <= ROUNDING), value)


def sizes(sums: MomentSums, size: int | None) -> Sizes | None:
    """How unequal the units are by the sum at position `size`; None where that sum is no size."""
    if size is None or sums.first[size] <= 0:
        return None
    total = sums.first[size]
    squares, cubes = float(sums.second[size, size] / total**2), float(sums.third[size, size, size] / total**3)
    known = None if sums.fourth is None else float(sums.fourth[size, size, size, size] / total**4)
    return Sizes(squares, cubes, known) if 0 < cubes <= squares <= 1 else None


def _curve(statistic: Statistic, sums: MomentSums, gradient: FloatArray, centre: float) -> Curve:
    """The statistic's second derivatives by the units' weights: along their influences, and each unit's own."""
    hessian = _hessian(statistic, sums)
    if not np.isfinite(hessian).all():
        return STRAIGHT
    along = sums.second @ gradient - centre * sums.first
    return Curve(float(along @ hessian @ along), float((hessian * sums.second).sum()))


def _bends(statistic: Statistic, sums: MomentSums) -> bool:
    """Whether units that do not move a statistic to the first order do so to the second: they are not alike."""
    terms = _hessian(statistic, sums) * sums.second
    return bool(abs(terms.sum()) > BENT * np.abs(terms).sum())


def _hessian(statistic: Statistic, sums: MomentSums) -> FloatArray:
    """Second derivatives by central differences, (k, k)."""
    steps = np.diag(_steps(sums, BEND_STEP))
    ways = np.stack([sign * steps for sign in (1, -1)])
    points = sums.first + ways[:, None, :, None] + ways[None, :, None, :]
    values = statistic(points)
    mixed = values[0, 0] - values[0, 1] - values[1, 0] + values[1, 1]
    return np.asarray(mixed / (4 * np.outer(np.diag(steps), np.diag(steps))))


def gradient_of(statistic: Statistic, sums: MomentSums) -> FloatArray:
    """Derivatives by central differences, (k,); not finite where the statistic is not."""
    steps = _steps(sums, STEP)
    shifts = np.diag(steps)
    with np.errstate(invalid="ignore"):
        return np.asarray((statistic(sums.first + shifts) - statistic(sums.first - shifts)) / (2 * steps))


def _steps(sums: MomentSums, step: float) -> FloatArray:
    """A small part of each sum, (k,)."""
    steps = step * np.maximum(np.abs(sums.first), np.sqrt(np.diag(sums.second)))
    return np.asarray(np.where(steps == 0, step, steps))


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
