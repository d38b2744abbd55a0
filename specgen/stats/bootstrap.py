"""Bootstrap of any function of cell counts, at a cost that does not grow with the rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from specgen.stats.estimate import Estimate
from specgen.stats.proportion import clopper_pearson

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Tail replicates below which a quantile of the replicates is too rough to rest on.
TAIL = 20
DEGENERATE = 1e-12


def resample_cells(counts: IntArray, replicates: int, rng: np.random.Generator) -> IntArray:
    """Replicates (B, C) of the counts (C,): multinomial, which is the bootstrap of the rows themselves.

    ValueError without any row.
    """
    n = int(counts.sum())
    if n == 0:
        raise ValueError("there is no row to resample")
    return rng.multinomial(n, counts / n, size=replicates)


def multinomial_bca(
    value: float,
    replicate_values: FloatArray,
    jackknife_values: FloatArray,
    counts: IntArray,
    trials: float | None = None,
) -> Estimate:
    """Bias-corrected and accelerated bounds (Efron 1987, JASA 82:171) of a function of cell counts.

    `replicate_values` (B,) come from `resample_cells`; `jackknife_values` (C,) are the statistic with
    one row of each cell left out, weighted by `counts` (C,). NaN replicates are dropped; ValueError
    if that leaves less than half. Where all replicates agree the bounds are those of a proportion of
    `trials` (default: all rows), or infinite if the value is no proportion. Error rates that the
    replicates cannot resolve are extrapolated, never inside the normal bounds.
    """
    finite = np.sort(replicate_values[np.isfinite(replicate_values)])
    if 2 * len(finite) < len(replicate_values) or len(finite) == 0:
        raise ValueError("the statistic is undefined in more than half of the bootstrap replicates")
    n = int(counts.sum())
    if finite[-1] - finite[0] <= DEGENERATE * max(1.0, abs(value)):
        return _degenerate(value, n, float(n) if trials is None else trials)
    bias = _bias(value, finite)
    acceleration = _acceleration(jackknife_values, counts)
    se = float(finite.std(ddof=1))

    def lower(alpha: float) -> float:
        return min(value, _quantile(finite, _adjusted(alpha, bias, acceleration)))

    def upper(alpha: float) -> float:
        return max(value, _quantile(finite, _adjusted(alpha, bias, acceleration, side=1)))

    smallest = min(TAIL / len(finite), 0.5)
    return Estimate(
        value, n, "multinomial_bca",
        _extrapolated(value, lower, se, smallest, -1), _extrapolated(value, upper, se, smallest, 1), se,
    )  # fmt: skip


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
        level = min(alpha, _adjusted(alpha, bias, 0.0))
        return min(value, _quantile(finite, level))

    def upper(alpha: float) -> float:
        level = max(1 - alpha, _adjusted(alpha, bias, 0.0, side=1))
        return max(value, _quantile(finite, level))

    smallest = min(TAIL / len(finite), 0.5)
    return Estimate(
        value, n, "bootstrap",
        _extrapolated(value, lower, se, smallest, -1), _extrapolated(value, upper, se, smallest, 1), se,
    )  # fmt: skip


def _bias(value: float, replicates: FloatArray) -> float:
    """z0: normal quantile of the share of replicates below the value, ties counted half."""
    tolerance = DEGENERATE * max(1.0, abs(value))
    below = np.searchsorted(replicates, value - tolerance, side="left")
    not_above = np.searchsorted(replicates, value + tolerance, side="right")
    share = (below + not_above) / 2 / len(replicates)
    edge = 0.5 / len(replicates)
    return float(special.ndtri(min(max(share, edge), 1 - edge)))


def _acceleration(jackknife: FloatArray, counts: IntArray) -> float:
    """A sixth of the skewness of the jackknife influences, each cell counted as often as it has rows."""
    used = np.isfinite(jackknife) & (counts > 0)
    if not used.any():
        return 0.0
    weight = counts[used].astype(float)
    apart = np.average(jackknife[used], weights=weight) - jackknife[used]
    scale = float(np.abs(apart).max())
    if scale == 0:
        return 0.0
    apart = apart / scale
    return float((weight * apart**3).sum() / (6 * (weight * apart**2).sum() ** 1.5))


def _adjusted(alpha: float, bias: float, acceleration: float, side: int = -1) -> float:
    """Level at which the replicates' quantile is the one-sided bound (Efron 1987, equation 2.3)."""
    shifted = bias - side * float(special.ndtri(alpha))
    stretch = 1 - acceleration * shifted
    if stretch <= 0:
        return 1.0 if shifted > 0 else 0.0
    return float(special.ndtr(bias + shifted / stretch))


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


def _degenerate(value: float, n: int, trials: float) -> Estimate:
    if 0 <= value <= 1 and trials > 0:
        exact = clopper_pearson(value * trials, trials)
        return replace(exact, value=value, n=n, method="multinomial_bca, degenerate: clopper_pearson")
    return Estimate(value, n, "multinomial_bca, degenerate", lambda _: -math.inf, lambda _: math.inf)
