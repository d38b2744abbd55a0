"""Estimates of any statistic that knows how each row moves it: one method for weights, units and pairs.

A metric of a sample gives its value and its influences: to first order, value − truth ≈ Σ influence,
with weights already in and Σ influence = 0 (Hampel 1974, The influence curve and its role in robust
estimation, JASA 69:383). Influences add up within sampling units, and those of two models subtract, so
that the variance of dependent rows and of paired differences follows without any further formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from specgen.engine.cells import FloatArray
from specgen.engine.samples import Sample
from specgen.metrics.influence import Influenced
from specgen.stats.estimate import Estimate, outer
from specgen.stats.linearised import fewer_degrees, studentised
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.modelled import modelled_difference, modelled_estimate
from specgen.stats.moment_estimates import within, without_spread
from specgen.stats.spread import Spread, spread_of
from specgen.stats.unseen import allowing_for

LARGEST_EXPONENT = 700.0
BEND_STEP = 1e-2

Reweighted = Callable[[FloatArray], float]


def influenced_estimate(found: Influenced, sample: Sample, low: float | None, high: float | None) -> Measured:
    """The metric's value with bounds by t over the units, on the scale on which its range has no end."""
    if found.value is None or found.influence is None:
        return undefined(found.reason or "undefined on these rows", len(sample))
    high = high if found.high is None else found.high
    spread = spread_of(found.influence, found.part, sample)
    if not spread.variance > 0:
        ends = 2 * [_without(found.value, spread, low, high)]
    else:
        curve = _curve(found.reweighted, found.influence, sample, spread)
        ends = _on_scale(found.value, spread, _scale(found.value, spread, low, high), curve)
        ends[0] = _no_nearer(ends[0], modelled_estimate(found, sample, spread))
    decision, shown = (within(allowing_for(one, found.unseen), low, high) for one in ends)
    return certain(decision, shown)


def influenced_difference(
    mine: Influenced, theirs: Influenced, sample: Sample, low: float | None, high: float | None
) -> Measured:
    """The first value minus the second's on the same rows; `low` and `high` are how far they can be apart."""
    for found in (mine, theirs):
        if found.value is None or found.influence is None:
            return undefined(found.reason or "undefined on these rows", len(sample))
    if mine.high is not None:
        low, high = -mine.high, mine.high
    apart = float(mine.value or 0.0) - float(theirs.value or 0.0)
    influence = np.asarray(mine.influence) - np.asarray(theirs.influence)
    spread = spread_of(influence, mine.part, sample)
    if not spread.variance > 0:
        return certain(_without(apart, spread, low, high))
    curve = _curve(_apart(mine.reweighted, theirs.reweighted), influence, sample, spread)
    decision, shown = _on_scale(apart, spread, _scale(apart, spread, None, None), curve)
    decision = _no_nearer(decision, modelled_difference(mine, theirs, sample, spread))
    return certain(within(decision, low, high), within(shown, low, high))


def _apart(mine: Reweighted | None, theirs: Reweighted | None) -> Reweighted | None:
    if mine is None or theirs is None:
        return None
    return lambda share: mine(share) - theirs(share)


def _curve(value: Reweighted | None, influence: FloatArray, sample: Sample, spread: Spread) -> float:
    """How the value bends in the direction in which the data vary most: z'Hz ÷ (Σ z²)^1.5, z the units' influences.

    By second differences along the influences; 0 where the value of other weights is not known.
    """
    if value is None:
        return 0.0
    moved = influence if sample.copies is None else influence / sample.copies
    if sample.unit is not None:
        unit = np.unique(sample.unit, return_inverse=True)[1]
        moved = np.asarray(np.bincount(unit, weights=influence)[unit], dtype=float)
    moved = moved - float(np.average(moved, weights=sample.weight))
    step = BEND_STEP / max(float(np.abs(moved).max()), 1e-300)
    second = (value(step * moved) - 2 * value(0 * moved) + value(-step * moved)) / step**2
    return float(min(max(second / spread.variance**1.5, -1.0), 1.0))


def _no_nearer(estimate: Estimate, modelled: Estimate | None) -> Estimate:
    return estimate if modelled is None else replace(outer(estimate, modelled), method=estimate.method)


def _without(value: float, spread: Spread, low: float | None, high: float | None) -> Estimate:
    """Bounds without any spread, from as many units as the rarer part has.

    Where it has none, as the negatives of a slice of positives, one counts: it would say next to nothing.
    """
    found = replace(without_spread(value, max(spread.rarer, 1), low, high), n=spread.units)
    return found if low is not None else replace(found, lower=lambda _: -math.inf)


@dataclass(frozen=True)
class _Scale:
    """A scale on which a range has no end: `to` and `back`, `slope` and `bend`, its first two derivatives' ratio.

    `slope` is the derivative at the value; `bend` the second derivative divided by it.
    """

    to: float
    back: Callable[[float], float]
    slope: float
    bend: float


def _scale(value: float, spread: Spread, low: float | None, high: float | None) -> _Scale:
    """The logit of the value's place between two ends, the logarithm of its distance to one, or the value itself.

    It is taken where the value would be without its bias.
    """
    at = value - spread.bias
    if low is not None and high is not None and low < value < high:
        place = max((at - low) / (high - low), (value - low) / (high - low) / 2)
        place = min(place, 1 - (high - value) / (high - low) / 2)
        slope = 1 / ((high - low) * place * (1 - place))
        return _Scale(
            float(special.logit(place)), lambda x: low + (high - low) * float(special.expit(x)),
            slope, (2 * place - 1) * slope,
        )  # fmt: skip
    if low is None and high is not None and value < high:
        apart = max(high - at, (high - value) / 2)
        return _Scale(-math.log(apart), lambda x: high - _exp(-x), 1 / apart, 1 / apart)
    if high is None and low is not None and low < value:
        apart = max(at - low, (value - low) / 2)
        return _Scale(math.log(apart), lambda x: low + _exp(x), 1 / apart, -1 / apart)
    return _Scale(at, lambda x: x, 1.0, 0.0)


def _exp(x: float) -> float:
    return math.exp(x) if x < LARGEST_EXPONENT else math.inf


def _on_scale(value: float, spread: Spread, scale: _Scale, curve: float) -> list[Estimate]:
    """Bounds by t on a scale, corrected for skewness and curvature (of which the scale has its own), and taken back.

    The value's bias is off already, the scale's is not. The first are to decide by, and allow for tails
    that few units show.
    """
    se = math.sqrt(spread.variance)
    skewness = min(max(spread.skewness, -1.0), 1.0)
    own = scale.bend * se
    bend = min(max(curve + own, -1.0), 1.0)
    there = se * scale.slope

    def bounds(freedom: float, tail: float) -> Estimate:
        quantile = studentised(freedom, skewness, bend, own / 2, least_kurtosis=False, tail=tail)
        return Estimate(
            value, spread.units, "influence_t",
            lambda alpha: min(scale.back(scale.to - there * quantile(alpha, 1)), value),
            lambda alpha: max(scale.back(scale.to + there * quantile(alpha, -1)), value), se,
        )  # fmt: skip

    least = float(fewer_degrees(spread.freedom, skewness + 1.5 * own))
    return [bounds(least, max(spread.fourth, spread.least_tail)), bounds(spread.freedom, 0.0)]
