"""Distances between two samples of one column, and tests of no difference: plain numbers, without doubt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from specgen.engine.cells import FloatArray

# The least share that PSI takes a cell to have: without one, a single row of a new category is infinite drift.
PSI_FLOOR = 1e-4


def psi(
    reference: FloatArray, current: FloatArray, least: tuple[float, float] = (PSI_FLOOR, PSI_FLOOR)
) -> float:
    """Population stability index Σ (q − p) ln(q/p) of shares (k,) in nats, each at least `least` of its side.

    Cells that are empty on both sides count nothing. Siddiqi 2006, Credit Risk Scorecards, ch. 9: below 0.1
    little has changed, above 0.25 the population is another one.
    """
    used = (reference > 0) | (current > 0)
    p, q = np.maximum(reference[used], least[0]), np.maximum(current[used], least[1])
    return float(((q - p) * np.log(q / p)).sum())


def jensen_shannon(reference: FloatArray, current: FloatArray) -> float:
    """Jensen-Shannon distance of shares (k,) to base 2, from 0 to 1: the root of the divergence (Lin 1991)."""
    middle = (reference + current) / 2
    parts = [special.rel_entr(side, middle).sum() for side in (reference, current)]
    return math.sqrt(max(float(sum(parts)) / (2 * math.log(2)), 0.0))


def total_variation(reference: FloatArray, current: FloatArray) -> float:
    """½ Σ |p − q|: the share of rows that would have to be in another cell."""
    return float(np.abs(reference - current).sum()) / 2


@dataclass(frozen=True)
class Test:
    """A test of no difference at all: its statistic and its p-value."""

    name: str
    statistic: float
    p_value: float


def chi_square(reference: FloatArray, current: FloatArray, n: float, m: float) -> tuple[Test, float]:
    """Pearson's test of homogeneity of shares (k,) of n and m effective rows, and Cramér's V.

    Effective rows make it Rao and Scott's (1981) first-order test for weighted or dependent rows.
    """
    pooled = (n * reference + m * current) / (n + m)
    used = pooled > 0
    apart = reference[used] - current[used]
    statistic = n * m / (n + m) * float((apart**2 / pooled[used]).sum())
    freedom = int(used.sum()) - 1
    p_value = float(special.chdtrc(freedom, statistic)) if freedom else 1.0
    return Test("chi-square", statistic, p_value), math.sqrt(statistic / (n + m))


@dataclass(frozen=True)
class Numbers:
    """A sample of numbers: values (k,) ascending without repetition, and the share of rows up to each (k,)."""

    values: FloatArray
    below: FloatArray

    def share_up_to(self, points: FloatArray) -> FloatArray:
        """The distribution function at points in ascending order."""
        position = np.searchsorted(self.values, points, side="right")
        return np.asarray(np.concatenate(([0.0], self.below))[position])

    def quantile(self, level: float) -> float:
        """The least value that a share of `level` of the rows does not exceed."""
        position = int(np.searchsorted(self.below, level - 1e-12))
        return float(self.values[min(position, len(self.values) - 1)])

    @property
    def share(self) -> FloatArray:
        """The share of rows at each value."""
        return np.diff(self.below, prepend=0.0)

    @property
    def spread(self) -> float:
        """The standard deviation of the finite values."""
        finite = np.isfinite(self.values)
        values, share = self.values[finite], self.share[finite]
        if not len(values):
            return 0.0
        share = share / share.sum()
        return math.sqrt(max(float((share * (values - share @ values) ** 2).sum()), 0.0))


def numbers(values: FloatArray, weight: FloatArray | None = None) -> Numbers:
    """A sample from its rows (n,), none of them missing."""
    if weight is None:
        distinct, count = np.unique(values, return_counts=True)
        return Numbers(distinct, np.cumsum(count) / len(values))
    distinct, position = np.unique(values, return_inverse=True)
    total = np.cumsum(np.bincount(position, weights=weight, minlength=len(distinct)))
    return Numbers(distinct, total / total[-1])


def kolmogorov_smirnov(reference: Numbers, current: Numbers, n: float, m: float) -> Test:
    """The largest difference of the distribution functions, and its p-value for n and m effective rows.

    As `scipy.stats.ks_2samp(method="asymp")`; with ties the p-value is too large, never too small.
    """
    from scipy import stats

    points = np.union1d(reference.values, current.values)
    apart = np.abs(reference.share_up_to(points) - current.share_up_to(points))
    statistic = float(apart.max())
    p_value = float(stats.kstwo.sf(statistic, max(round(n * m / (n + m)), 1)))
    return Test("Kolmogorov-Smirnov", statistic, min(max(p_value, 0.0), 1.0))


def wasserstein(reference: Numbers, current: Numbers) -> float:
    """Mean distance that a row's value would have to move, ∫ |F − G|, over the finite values."""
    points = np.union1d(reference.values, current.values)
    points = points[np.isfinite(points)]
    if len(points) < 2:
        return 0.0
    apart = np.abs(reference.share_up_to(points[:-1]) - current.share_up_to(points[:-1]))
    return float((apart * np.diff(points)).sum())
