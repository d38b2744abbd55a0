"""Root mean square departures without what chance adds, from the noncentral χ² distribution of their squares.

For departures d_b with shares p_b, Q = Σ p_b d_b² has the expectation Σ p_b δ_b² + Σ p_b var(d_b). Taking
off the variances, estimated from independent units, leaves chance out (Kumar, Liang and Ma 2019, Verified
Uncertainty Calibration, §4). Q/c is about noncentral χ² with ν degrees of freedom and noncentrality E²/c,
c and ν such that its first two moments are right, as Satterthwaite (1946) does it for chance alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from specgen.engine.cells import FloatArray
from specgen.engine.samples import Sample
from specgen.metrics.influence import Departures
from specgen.stats.bootstrap import expanded
from specgen.stats.estimate import Estimate
from specgen.stats.linearised import degrees_of_variance
from specgen.stats.measured import Measured, certain
from specgen.stats.moment_estimates import within, without_spread
from specgen.stats.unpaired import mover

# Beyond this the noncentral χ² is as good as normal, and quicker so.
LARGE = 1000.0


def departures_estimate(found: Departures, sample: Sample, low: float | None, high: float | None) -> Measured:
    """The root of the mean square departure without chance, of which the positive part counts.

    Gates allow for how few rows the variance rests on.
    """
    shown, decision = _estimates(found, sample, low, high)
    return certain(within(decision, low, high), within(shown, low, high))


def _estimates(
    found: Departures, sample: Sample, low: float | None, high: float | None
) -> tuple[Estimate, Estimate]:
    """To show, and to decide by."""
    moved = _by_unit(found, sample)
    total = float((found.share * found.apart**2).sum())
    chance = moved.T @ moved * np.sqrt(np.outer(found.share, found.share))
    bias, squares = float(np.trace(chance)), float((chance**2).sum())
    value = math.sqrt(max(total - bias, 0.0))
    units = _units(sample)
    if not bias > 1e-30:
        known = without_spread(value, units, low, high)
        return known, known
    size = max(total - bias, 0.0)
    # Departures that are chance themselves have 4 · squares of the variance of the first order.
    variance, freedom = _first_order(found, moved, sample)
    beyond = max(variance - 4 * squares, 0.0)
    scale = max((2 * squares + beyond) / (2 * bias + 4 * size), squares / bias)
    law = Law(total / scale, bias / scale)
    shown = Estimate(
        value, units, "noncentral_chi2",
        lambda alpha: min(math.sqrt(scale * law.noncentrality(1 - alpha)), value),
        lambda alpha: max(math.sqrt(scale * law.noncentrality(alpha)), value),
    )  # fmt: skip
    return shown, expanded(shown, freedom + 1)


def departures_difference(
    mine: Departures, theirs: Departures, sample: Sample, low: float | None, high: float | None
) -> Measured:
    """The first minus the second on the same rows, by MOVER from both intervals and the rows' correlation."""
    ends = [_estimates(found, sample, 0.0, high) for found in (mine, theirs)]
    first, second = (_linear(found, _by_unit(found, sample), sample) for found in (mine, theirs))
    norm = math.sqrt(float(first @ first) * float(second @ second))
    correlation = min(max(float(first @ second) / norm, -1.0), 1.0) if norm > 0 else 0.0
    shown, decision = (
        within(mover(one, other, correlation=correlation), low, high)
        for one, other in zip(*ends, strict=True)
    )
    return certain(decision, shown)


def _linear(found: Departures, moved: FloatArray, sample: Sample) -> FloatArray:
    """How each unit moves Q to first order, (units,): through each departure, and how many rows have which."""
    total = float((found.share * found.apart**2).sum())
    of_rows = sample.weight / sample.weight.sum() * (found.apart[found.bin] ** 2 - total)
    if sample.unit is not None:
        of_rows = np.bincount(np.unique(sample.unit, return_inverse=True)[1], weights=of_rows)
    elif sample.copies is not None:
        of_rows = of_rows / np.sqrt(sample.copies)
    return np.asarray(moved @ (2 * found.share * found.apart) + of_rows)


def _first_order(found: Departures, moved: FloatArray, sample: Sample) -> tuple[float, float]:
    """Variance of Q to first order, and its degrees of freedom."""
    linear = _linear(found, moved, sample)
    square = linear * linear
    variance = float(square.sum())
    fourths = float((square * square / (1 if sample.copies is None else sample.copies)).sum())
    fourth = fourths / variance**2 if variance > 0 else 0.0
    return variance, degrees_of_variance(fourth, _units(sample))


@dataclass(frozen=True)
class Law:
    """An observed noncentral χ² value and its degrees of freedom."""

    observed: float
    freedom: float

    def noncentrality(self, level: float) -> float:
        """The noncentrality under which the chance of at most the observed value is `level`; 0 if there is none."""
        x, nu = self.observed, self.freedom
        if special.chdtr(nu, x) <= level:
            return 0.0
        if x > LARGE:
            z = float(special.ndtri(level))
            return max(x - nu + 2 * z * z - 2 * z * math.sqrt(x - nu / 2 + z * z), 0.0)
        return float(special.chndtrinc(x, nu, level))


def _units(sample: Sample) -> int:
    return len(sample) if sample.unit is None else len(np.unique(sample.unit))


def _by_unit(found: Departures, sample: Sample) -> FloatArray:
    """Influences summed over units (units, B), each part's scaled by √(m/(m − 1)) of its m units.

    Of an entry that stands for c rows alike, √c of one row's, which has the same squares.
    """
    bins = len(found.share)
    if sample.copies is not None:
        moved = np.zeros((len(sample.copies), bins))
        moved[np.arange(len(moved)), found.bin] = found.influence / np.sqrt(sample.copies)
        rows = np.maximum(np.bincount(found.bin, weights=sample.copies, minlength=bins), 2)
        return np.asarray(moved * np.sqrt(rows / (rows - 1)))
    unit = np.arange(len(sample)) if sample.unit is None else np.unique(sample.unit, return_inverse=True)[1]
    size = int(unit.max()) + 1
    sums = np.bincount(unit * bins + found.bin, weights=found.influence, minlength=size * bins)
    seen = np.bincount(unit * bins + found.bin, minlength=size * bins).reshape(size, bins) > 0
    count = np.maximum(seen.sum(0), 2)
    return np.asarray(sums.reshape(size, bins) * np.sqrt(count / (count - 1)))
