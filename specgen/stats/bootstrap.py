"""Bounds from bootstrap replicates, for statistics that no influence describes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from specgen.stats.estimate import Estimate

FloatArray = NDArray[np.float64]

# Tail replicates below which a quantile of the replicates is too rough to rest on.
TAIL = 20
DEGENERATE = 1e-12
SMALLEST_LEVEL = 1e-300


def percentile_or_bc(value: float, replicate_values: FloatArray, n: int) -> Estimate:
    """On each side the wider of the percentile and the bias-corrected bound (Efron 1981, Canadian J. of Stat. 9:139).

    For statistics that are maxima, whose replicates lean to one side by as much as the value itself may:
    simulation has neither of the two hold both one-sided errors. Error rates that the replicates
    (B,) cannot resolve are extrapolated. ValueError where less than half of them are defined.
    """
    finite = np.sort(replicate_values[np.isfinite(replicate_values)])
    if 2 * len(finite) < len(replicate_values) or len(finite) == 0:
        raise ValueError("the statistic is undefined in more than half of the bootstrap replicates")
    bias, se = _bias(value, finite), float(finite.std())

    def lower(alpha: float) -> float:
        level = min(alpha, _adjusted(alpha, bias))
        return min(value, _quantile(finite, level))

    def upper(alpha: float) -> float:
        level = max(1 - alpha, _adjusted(alpha, bias, side=1))
        return max(value, _quantile(finite, level))

    smallest = min(TAIL / len(finite), 0.5)
    return Estimate(
        value, n, "bootstrap",
        _extrapolated(value, lower, se, smallest, -1), _extrapolated(value, upper, se, smallest, 1), se,
    )  # fmt: skip


def expanded(estimate: Estimate, units: float) -> Estimate:
    """The estimate with the wider bounds that so few units need.

    Replicates vary by (m − 1)/m of the variance and know nothing of t; the level at which their quantile
    is read is Φ(√(m/(m − 1))·t) instead (Hesterberg 2015, What teachers should know about the bootstrap,
    American Statistician 69:371, expanded percentile).
    """
    m = max(units, 2)
    further = math.sqrt(m / (m - 1))

    def level(alpha: float) -> float:
        z = further * float(special.stdtrit(m - 1, alpha))
        return min(max(float(special.ndtr(z)), SMALLEST_LEVEL), alpha)

    return replace(
        estimate,
        lower=lambda alpha: estimate.lower(level(alpha)),
        upper=lambda alpha: estimate.upper(level(alpha)),
    )


def _bias(value: float, replicates: FloatArray) -> float:
    """z0: normal quantile of the share of replicates below the value, ties counted half."""
    tolerance = DEGENERATE * max(1.0, abs(value))
    below = np.searchsorted(replicates, value - tolerance, side="left")
    not_above = np.searchsorted(replicates, value + tolerance, side="right")
    share = (below + not_above) / 2 / len(replicates)
    edge = 0.5 / len(replicates)
    return float(special.ndtri(min(max(share, edge), 1 - edge)))


def _adjusted(alpha: float, bias: float, side: int = -1) -> float:
    """Level at which the replicates' quantile is the bias-corrected one-sided bound (Efron 1981, §10)."""
    return float(special.ndtr(2 * bias - side * float(special.ndtri(alpha))))


def _quantile(ordered: FloatArray, level: float) -> float:
    position = level * (len(ordered) + 1) - 1
    return float(np.interp(position, np.arange(len(ordered)), ordered))


def _extrapolated(
    value: float, bound: Callable[[float], float], se: float, smallest: float, side: int
) -> Callable[[float], float]:
    """The bound down to `smallest`; beyond, its distance grows like a normal quantile, at least se·z."""

    def extended(alpha: float) -> float:
        if alpha >= smallest:
            return bound(alpha)
        z, anchor = -float(special.ndtri(alpha)), -float(special.ndtri(smallest))
        growth = z / anchor if anchor > 0 else math.inf
        return value + side * max(abs(bound(smallest) - value) * growth, se * z)

    return extended
