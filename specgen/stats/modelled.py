"""Bounds from the variance that a model gives to a value of known truth, where a metric has such a model.

Few rows may show too little of a variance, and do so most when their value is too good: of twenty
positive rows that all rank high, DeLong's variance of AUC is as small as its error is large. Bounds that
decide are therefore no nearer than those of the model, which takes the variance where the truth would lie.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from specgen.engine.cells import FloatArray
from specgen.engine.samples import Sample
from specgen.metrics.influence import Influenced
from specgen.stats.estimate import Estimate
from specgen.stats.linearised import FEWEST_DEGREES, studentised
from specgen.stats.spread import Spread, spread_of

BISECTIONS = 50


def modelled_estimate(found: Influenced, sample: Sample, spread: Spread) -> Estimate | None:
    """Bounds at the truths from which the value lies t standard errors of the model; None without a model.

    A score interval, as Newcombe's (2006, Statistics in Medicine 25:559), with the quantiles of the
    influences' own variance and, for dependent rows, multiplied by their design effect (at least 1).
    """
    if found.value is None or found.influence is None or found.variance_at is None:
        return None
    value, variance_at = found.value, found.variance_at
    effect, quantile = _design_effect(found.influence, found, sample), _quantiles(spread)

    def bound(alpha: float, side: int) -> float:
        inside, outside = value, 0.0 if side > 0 else 1.0
        further = quantile(alpha, side) ** 2 * effect
        for _ in range(BISECTIONS):
            middle = (inside + outside) / 2
            near = (value - middle) ** 2 <= further * variance_at(middle)
            inside, outside = (middle, outside) if near else (inside, middle)
        return inside

    return Estimate(
        value, spread.units, "score_t", lambda alpha: bound(alpha, 1), lambda alpha: bound(alpha, -1)
    )


def modelled_difference(
    mine: Influenced, theirs: Influenced, sample: Sample, spread: Spread
) -> Estimate | None:
    """The first value minus the second's, by the model's variances and how the influences correlate.

    `spread` is that of the difference, whose quantiles count. None without a model.
    """
    parts = [_modelled_variance(found, sample) for found in (mine, theirs)]
    if parts[0] is None or parts[1] is None:
        return None
    both = math.sqrt(parts[0] * parts[1])
    correlation = _correlation(np.asarray(mine.influence), np.asarray(theirs.influence), sample)
    se = math.sqrt(max(parts[0] + parts[1] - 2 * correlation * both, 0.0))
    apart, quantile = float(mine.value or 0.0) - float(theirs.value or 0.0), _quantiles(spread)
    return Estimate(
        apart, spread.units, "score_t",
        lambda alpha: apart - se * quantile(alpha, 1), lambda alpha: apart + se * quantile(alpha, -1), se,
    )  # fmt: skip


def _modelled_variance(found: Influenced, sample: Sample) -> float | None:
    """Variance that the model gives to the value if it is the truth, dependence of rows counted in."""
    if found.value is None or found.influence is None or found.variance_at is None:
        return None
    return found.variance_at(found.value) * _design_effect(found.influence, found, sample)


def _design_effect(influence: FloatArray, found: Influenced, sample: Sample) -> float:
    """How many times the variance of independent rows that of the sampling units is, at least 1 (Kish 1965)."""
    if sample.unit is None:
        return 1.0
    independent = spread_of(influence, found.part, replace(sample, unit=None)).variance
    dependent = spread_of(influence, found.part, sample).variance
    return max(dependent / independent, 1.0) if independent > 0 else 1.0


def _correlation(mine: FloatArray, theirs: FloatArray, sample: Sample) -> float:
    """Correlation of two models' influences over sampling units, or rows."""
    if sample.unit is not None:
        unit = np.unique(sample.unit, return_inverse=True)[1]
        mine, theirs = (np.asarray(np.bincount(unit, moved), dtype=float) for moved in (mine, theirs))
    elif sample.copies is not None:
        mine, theirs = (moved / np.sqrt(sample.copies) for moved in (mine, theirs))
    size = math.sqrt(float((mine * mine).sum()) * float((theirs * theirs).sum()))
    return min(max(float((mine * theirs).sum()) / size, -1.0), 1.0) if size > 0 else 0.0


def _quantiles(spread: Spread) -> Callable[[float, int], float]:
    """Quantiles of t with the variance's degrees of freedom and room for tails, without skewness."""
    degrees = max(spread.freedom, FEWEST_DEGREES)
    tail = max(spread.fourth - 1.5 * spread.skewness**2, spread.least_tail)
    return studentised(degrees, 0.0, least_kurtosis=False, tail=tail)
