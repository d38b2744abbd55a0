"""Confidence bounds of distances between two samples, which hold where there is no difference at all too.

There a distance has no normal distribution and its plain bootstrap is biased: chance alone makes it positive.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy import special

from specgen.checks.drift.distances import PSI_FLOOR, psi
from specgen.engine.cells import FloatArray
from specgen.stats.departures import Law
from specgen.stats.estimate import Estimate


def psi_estimate(reference: FloatArray, current: FloatArray, n: float, m: float) -> Estimate:
    """PSI of shares (k,) of n and m effective rows, with bounds that take off what chance adds.

    Where the two are close, PSI · nm/(n + m) is noncentral χ² with k − 1 degrees of freedom (Yurdakul and
    Naranjo 2020, Journal of Risk Model Validation 14(4), for the central case); where they are not, it is
    normal by the delta method, upwards on the scale of its root, since it is skewed. The wider of the two
    on each side. An observed value below its expectation without drift is luck, and counts as that
    expectation: few rows alike are no proof of no drift. Nor is a cell proof of drift for being empty in few
    rows: it counts as half a row, but for the upper bound as nothing.
    """
    value = psi(reference, current, (max(PSI_FLOOR, 0.5 / n), max(PSI_FLOOR, 0.5 / m)))
    worst, used = max(psi(reference, current), value), (reference > 0) | (current > 0)
    freedom = max(int(used.sum()) - 1, 1)
    rows = n * m / (n + m)
    chance = math.sqrt(2 * freedom) / rows
    bias, se = freedom / rows, _delta_se(reference[used], current[used], n, m)
    low, high = Law(value * rows, freedom), Law(max(worst * rows, freedom), freedom)

    def lower(alpha: float) -> float:
        near = low.noncentrality(1 - alpha) / rows
        return float(max(min(near, value - bias + special.ndtri(alpha) * se, value), 0.0))

    def upper(alpha: float) -> float:
        near, far = high.noncentrality(alpha) / rows, -special.ndtri(alpha) * math.hypot(se, chance)
        curved = far**2 / (4 * worst) if worst else 0.0
        return float(max(near, worst - bias + far + curved, value))

    return Estimate(value, round(m), "psi_noncentral_chi2", lower, upper)


def _delta_se(reference: FloatArray, current: FloatArray, n: float, m: float) -> float:
    """Standard error of PSI by the delta method, of shares that no empty cell makes certain."""
    k = len(reference)
    p, q = (reference * n + 0.5) / (n + 0.5 * k), (current * m + 0.5) / (m + 0.5 * k)
    p, q = np.maximum(p, PSI_FLOOR), np.maximum(q, PSI_FLOOR)
    by_p, by_q = -np.log(q / p) - (q - p) / p, np.log(q / p) + (q - p) / q
    variance = (p @ by_p**2 - (p @ by_p) ** 2) / n + (q @ by_q**2 - (q @ by_q) ** 2) / m
    return math.sqrt(max(float(variance), 0.0))


def ks_estimate(value: float, n: float, m: float) -> Estimate:
    """The largest difference of two distribution functions, ± a Kolmogorov band of n and m effective rows.

    By the triangle inequality it is wrong by no more than the largest error of the difference, whose
    distribution is Kolmogorov's where both samples come from one population, and no wider elsewhere.
    """
    root = math.sqrt(n * m / (n + m))
    return _banded(value, round(m), "ks_band", lambda alpha: float(special.kolmogi(alpha)) / root)


def total_variation_estimate(reference: FloatArray, current: FloatArray, n: float, m: float) -> Estimate:
    """Total variation of shares (k,) ± the most that chance moves it.

    By the triangle inequality that is half the sum of the cells' errors: its expectation, and McDiarmid's
    (1989) inequality for how far it goes beyond.
    """
    rows = n * m / (n + m)
    pooled = (n * reference + m * current) / (n + m)
    expected = float(np.sqrt(2 / math.pi * pooled * (1 - pooled) / rows).sum()) / 2
    value = float(np.abs(reference - current).sum()) / 2
    return _banded(
        value, round(m), "total_variation_band",
        lambda alpha: expected + math.sqrt(-math.log(alpha) / (2 * rows)),
    )  # fmt: skip


def _banded(value: float, n: int, method: str, band: Callable[[float], float]) -> Estimate:
    return Estimate(
        value, n, method,
        lambda alpha: max(value - band(alpha), 0.0), lambda alpha: min(value + band(alpha), 1.0),
    )  # fmt: skip
