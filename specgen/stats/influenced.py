"""Estimates of any statistic that knows how each row moves it: one method for weights, units and pairs.

A metric of a sample gives its value and its influences: to first order, value − truth ≈ Σ influence,
with weights already in and Σ influence = 0 (Hampel 1974, The influence curve and its role in robust
estimation, JASA 69:383). Influences add up within sampling units, and those of two models subtract, so
that the variance of dependent rows and of paired differences follows without any further formula.
"""

from __future__ import annotations

import numpy as np

from specgen.engine.cells import FloatArray
from specgen.engine.samples import Sample
from specgen.metrics.influence import Influenced
from specgen.stats.linearised import linearised_t
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.moment_estimates import within, without_spread
from specgen.stats.scale import Scale, scaled_t
from specgen.stats.unseen import allowing_for


def influenced_estimate(found: Influenced, sample: Sample, low: float | None, high: float | None) -> Measured:
    """The metric's value with bounds by t over the units, on the scale on which its range has no end."""
    if found.value is None or found.influence is None:
        return undefined(found.reason or "undefined on these rows", len(sample))
    plain = _estimate(found.value, found.influence, sample, low, high, on_scale=True)
    if plain.decision is None or not found.unseen:
        return plain
    return certain(within(allowing_for(plain.decision, found.unseen), low, high))


def influenced_difference(
    mine: Influenced, theirs: Influenced, sample: Sample, low: float | None, high: float | None
) -> Measured:
    """The first value minus the second's on the same rows; `low` and `high` are how far they can be apart."""
    for found in (mine, theirs):
        if found.value is None or found.influence is None:
            return undefined(found.reason or "undefined on these rows", len(sample))
    apart = float(mine.value or 0.0) - float(theirs.value or 0.0)
    influence = np.asarray(mine.influence) - np.asarray(theirs.influence)
    return _estimate(apart, influence, sample, low, high, on_scale=False)


def _estimate(
    value: float, influence: FloatArray, sample: Sample, low: float | None, high: float | None, *, on_scale: bool
) -> Measured:  # fmt: skip
    moved = influence if sample.unit is None else _summed(influence, sample)
    squares, cubes, units = float((moved**2).sum()), float((moved**3).sum()), len(moved)
    freedom = _freedom(moved)
    if not squares > 0:
        return certain(without_spread(value, units, low, high))
    if not on_scale or low is None or high is None or not low < value < high:
        return certain(within(linearised_t(value, squares, cubes, units, freedom), low, high))
    return certain(scaled_t(value, squares, units, Scale(low, high), "influence_t", freedom=freedom))


def _freedom(moved: FloatArray) -> float:
    """Degrees of freedom of the variance that the units' influences show, at most their number less one.

    Where a few of them carry it, such as the five rows of a rare label, it is as uncertain as theirs:
    2m ÷ (kurtosis − 1), the chi-square with the same spread (Satterthwaite 1946, Biometrics Bulletin
    2:110).
    """
    units, squares = len(moved), moved**2
    kurtosis = units * float((squares**2).sum()) / float(squares.sum()) ** 2 if squares.any() else 1.0
    most = max(units - 1, 1)
    return most if kurtosis <= 1 else max(min(2 * units / (kurtosis - 1), most), 1.0)


def _summed(influence: FloatArray, sample: Sample) -> FloatArray:
    _, unit = np.unique(np.asarray(sample.unit), return_inverse=True)
    return np.asarray(np.bincount(unit, weights=influence), dtype=float)
