"""Smooth statistics of sums over sampling units: linearised variance, t, corrected for skewness."""

from __future__ import annotations

import math

from scipy import special

from specgen.stats.estimate import Estimate


def linearised_t(
    value: float, influence_sum2: float, influence_sum3: float, units: int, freedom: float | None = None
) -> Estimate:
    """Bounds of a statistic whose error is about Σ z_u over `units` independent units, with Σ z_u = 0.

    `influence_sum2` is Σ z_u², `influence_sum3` Σ z_u³. The variance is m/(m − 1)·Σ z² (Binder 1983,
    International Statistical Review 51:279), the quantiles are those of t with m − 1 degrees of
    freedom (or `freedom`, where few units carry the variance), and the studentised statistic is made
    symmetric by Hall's monotone cubic transformation (Hall 1992, JRSS B 54:221; after Johnson 1978,
    JASA 73:536), so that each one-sided error is near nominal for skewed values too. One unit, or
    units without any spread, leave the bounds infinite.
    """
    if units < 2 or not influence_sum2 > 0:
        method = "linearised_t" if units < 2 else "linearised_t, no spread"
        return Estimate(value, units, method, lambda _: -math.inf, lambda _: math.inf)
    # The skewness of the units divided by √m is all that Hall's formula needs.
    skewness = influence_sum3 / influence_sum2 / math.sqrt(influence_sum2)
    variance = influence_sum2 * units / (units - 1)
    degrees = units - 1 if freedom is None else freedom
    return studentised(value, variance, skewness, degrees, units, "linearised_t")


def studentised(
    value: float, variance: float, skewness: float, freedom: float, n: int, method: str
) -> Estimate:
    """Bounds by t with `freedom` degrees of freedom, made symmetric by Hall's transformation.

    `skewness` is that of the sum whose variance is given, Σ z³/(Σ z²)^1.5; it cannot exceed 1.
    """
    se = math.sqrt(variance)
    skewness = min(max(skewness, -1.0), 1.0)

    def lower(alpha: float) -> float:
        return value - se * max(_untransformed(-_t(freedom, alpha), skewness), 0.0)

    def upper(alpha: float) -> float:
        return value + se * max(_untransformed(-_t(freedom, alpha), -skewness), 0.0)

    return Estimate(value, n, method, lower, upper, se)


def _t(freedom: float, alpha: float) -> float:
    return float(special.stdtrit(freedom, alpha))


def _untransformed(quantile: float, skewness: float) -> float:
    """Quantile of the studentised statistic, (Hall 1992, §2) inverted; `skewness` is that of the units / √m.

    It is never less than the plain quantile: on the side of the long tail the cubic would undercut it
    beyond nine times its scale, and on the short side a few units that all point one way would have
    bounds that stop at no difference, so that a model passes on two lucky rows.
    """
    shifted = quantile - skewness / 6
    root = math.cbrt(1 + skewness * shifted)
    # 3·(root − 1)/skewness, in a form that does not cancel where the skewness is small.
    corrected = 3 * shifted / (root * root + root + 1)
    return max(corrected, quantile)
