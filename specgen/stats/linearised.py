"""Smooth statistics of sums over sampling units: linearised variance, t, corrected for skewness and curvature."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from specgen.engine.cells import FloatArray
from specgen.stats.estimate import Estimate

FEWEST_DEGREES = 1.0
LEAST_LEFT = 0.25
PEARSON = 2.0


@dataclass(frozen=True)
class Curve:
    """How a statistic bends: its second derivatives H by the units' weights, where the first are z_u.

    `along` is z'Hz, the bend in the direction in which the data vary most; `trace` is tr H, twice the
    bias. A mean of equally many rows has neither.
    """

    along: float = 0.0
    trace: float = 0.0


STRAIGHT = Curve()


@dataclass(frozen=True)
class Sizes:
    """How unequal the sampling units are: Σ h² and Σ h³ of their shares h of all rows or weight, Σ h = 1."""

    squares: float
    cubes: float

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the variance (Satterthwaite 1946, Biometrics Bulletin 2:110).

        Where a unit's influence varies as its share, they are (Σ h²)² ÷ Σ h⁴ − 1; Σ h⁴ is taken as
        (Σ h³)² ÷ Σ h², which it is at least. Units of one size leave their number − 1.
        """
        return max(self.squares**3 / self.cubes**2 - 1, FEWEST_DEGREES)

    @property
    def inflation(self) -> float:
        """What makes Σ z² unbiased in that case (Bell and McCaffrey 2002, Survey Methodology 28:169): m/(m − 1)."""
        left = self.squares - 2 * self.cubes + self.squares**2
        return self.squares / max(left, LEAST_LEFT * self.squares)

    @property
    def skew_inflation(self) -> float:
        """What makes Σ z³ unbiased likewise (as Fisher's k-statistics do): m²/((m − 1)(m − 2)) for equal units."""
        fourth = self.cubes**2 / self.squares
        left = self.cubes - 3 * fourth + 3 * fourth * self.cubes / self.squares - self.cubes**2
        return self.cubes / max(left, LEAST_LEFT * self.cubes)


def equal(units: int) -> Sizes:
    """Sampling units of one size."""
    return Sizes(1 / units, 1 / units**2)


def linearised_t(
    value: float, influence_sum2: float, influence_sum3: float, units: int, freedom: float | None = None,
    *, sizes: Sizes | None = None, curve: Curve = STRAIGHT,
) -> Estimate:  # fmt: skip
    """Bounds of a statistic whose error is about Σ z_u over `units` independent units, with Σ z_u = 0.

    `influence_sum2` is Σ z_u², `influence_sum3` Σ z_u³. The variance is Σ z² (Binder 1983,
    International Statistical Review 51:279), made unbiased for `sizes` (equal unless given), and the
    quantiles are those of t with its degrees of freedom (at most `freedom`, where few units carry the
    variance). The studentised statistic is made symmetric by
    Hall's monotone cubic transformation (Hall 1992, JRSS B 54:221; after Johnson 1978, JASA 73:536), so
    that each one-sided error is near nominal for skewed values too; for statistics that are no means
    its coefficients take in the curvature (Hall 1992, The Bootstrap and Edgeworth Expansion, §2.4). One
    unit, or units without any spread, leave the bounds infinite.
    """
    if units < 2 or not influence_sum2 > 0:
        method = "linearised_t" if units < 2 else "linearised_t, no spread"
        return Estimate(value, units, method, lambda _: -math.inf, lambda _: math.inf)
    sizes = sizes or equal(units)
    root = math.sqrt(influence_sum2)
    se = root * math.sqrt(sizes.inflation)
    # The skewness of the units divided by √m is all that Hall's formula needs; it cannot exceed 1.
    skewness = influence_sum3 / influence_sum2 / root * sizes.skew_inflation / sizes.inflation**1.5
    skewness = min(max(skewness, -1.0), 1.0)
    bend = min(max(curve.along / influence_sum2 / root, -1.0), 1.0)
    bias = min(max(curve.trace / 2 / root, -1.0), 1.0)
    degrees = sizes.degrees if freedom is None else min(freedom, sizes.degrees)
    quantile = studentised(degrees, skewness, bend, bias)
    return Estimate(
        value, units, "linearised_t",
        lambda alpha: value - se * quantile(alpha, 1), lambda alpha: value + se * quantile(alpha, -1), se,
    )  # fmt: skip


def studentised(
    degrees: float, skewness: float, bend: float = 0.0, bias: float = 0.0, least_kurtosis: bool = True
) -> Callable[[float, int], float]:
    """Quantiles, in standard errors, of a statistic's distance to its lower (1) or upper (-1) bound at alpha.

    See `distance` for the terms.
    """
    if least_kurtosis:
        degrees = float(fewer_degrees(degrees, skewness))

    def quantile(alpha: float, side: int) -> float:
        return float(distance(degrees, skewness, bend, bias, alpha, side))

    return quantile


def fewer_degrees(degrees: float | FloatArray, skewness: float | FloatArray) -> FloatArray:
    """Degrees of freedom that skewed units leave.

    A skewed variable's kurtosis is at least its squared skewness + 1 (Pearson 1916), so that the variance
    has no more than about 2 ÷ skewness² degrees of freedom, however many units there are.
    """
    most = PEARSON / np.maximum(np.square(skewness), 1e-12)
    return np.maximum(np.minimum(degrees, most), FEWEST_DEGREES)


def distance(
    degrees: float | FloatArray, skewness: float | FloatArray, bend: float | FloatArray,
    bias: float | FloatArray, alpha: float, side: int,
) -> FloatArray:  # fmt: skip
    """Distance of statistics to their lower (side 1) or upper (-1) bounds at alpha, in standard errors.

    `skewness` is that of the units ÷ √m, `bend` z'Hz ÷ (Σ z²)^1.5 and `bias` tr H ÷ 2√Σ z². With T
    studentised, T + s·T² + s²·T³/3 + shift is symmetric (Hall 1992, §2). A distance is never less than
    the plain quantile: on the side of the long tail the cubic would undercut it beyond nine times its
    scale, and on the short side a few units that all point one way would have bounds that stop at no
    difference, so that a model passes on two lucky rows.
    """
    square = np.asarray(side * (np.divide(skewness, 3) + np.divide(bend, 2)))
    shift = np.asarray(side * (np.divide(skewness, 6) + np.divide(bend, 2) - bias))
    plain = -special.stdtrit(degrees, alpha)
    shifted = plain - shift
    root = np.cbrt(1 + 3 * square * shifted)
    # (root − 1)/square, in a form that does not cancel where the skewness is small.
    corrected = 3 * shifted / (root * root + root + 1)
    return np.asarray(np.maximum(np.maximum(corrected, plain), 0.0))
