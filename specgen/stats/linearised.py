"""Smooth statistics of sums over sampling units: linearised variance, t, skewness, curvature, tails."""

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
MOST_FURTHER = 0.5


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
    """How unequal the sampling units are: Σ h², Σ h³ and Σ h⁴ of their shares h of all rows or weight, Σ h = 1.

    Σ h⁴ where it is not known is taken as (Σ h³)² ÷ Σ h², which it is at least.
    """

    squares: float
    cubes: float
    known_fourths: float | None = None

    @property
    def fourths(self) -> float:
        """Σ h⁴."""
        return self.cubes**2 / self.squares if self.known_fourths is None else self.known_fourths

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the variance (Satterthwaite 1946, Biometrics Bulletin 2:110).

        Where a unit's influence varies as its share, they are (Σ h²)² ÷ Σ h⁴ − 1. Units of one size
        leave their number − 1.
        """
        return max(self.squares**2 / self.fourths - 1, FEWEST_DEGREES)

    @property
    def tail(self) -> float:
        """The fourth cumulant, standardised, that unequal sizes give to a sum of units that are alike but for them.

        Each is normal and varies as its share, so that 3 Σ h⁴ ÷ (Σ h²)² is what their fourth powers come
        to; 3 Σ h³ ÷ Σ h² of it is there without any tail.
        """
        return max(3 * (self.fourths / self.squares**2 - self.cubes / self.squares), 0.0)

    @property
    def inflation(self) -> float:
        """What makes Σ z² unbiased in that case (Bell and McCaffrey 2002, Survey Methodology 28:169): m/(m − 1)."""
        left = self.squares - 2 * self.cubes + self.squares**2
        return self.squares / max(left, LEAST_LEFT * self.squares)

    @property
    def skew_inflation(self) -> float:
        """What makes Σ z³ unbiased likewise (as Fisher's k-statistics do): m²/((m − 1)(m − 2)) for equal units."""
        left = self.cubes - 3 * self.fourths + 3 * self.fourths * self.cubes / self.squares - self.cubes**2
        return self.cubes / max(left, LEAST_LEFT * self.cubes)


def equal(units: int) -> Sizes:
    """Sampling units of one size."""
    return Sizes(1 / units, 1 / units**2)


def sizes_of(share: FloatArray) -> Sizes:
    """Sizes of units that have these shares (m,) of all rows or weight."""
    squared = share * share
    return Sizes(float(squared.sum()), float((squared * share).sum()), float((squared * squared).sum()))


def linearised_t(
    value: float, influence_sum2: float, influence_sum3: float, units: int, freedom: float | None = None,
    *, sizes: Sizes | None = None, curve: Curve = STRAIGHT, influence_sum4: float | None = None,
) -> Estimate:  # fmt: skip
    """Bounds of a statistic whose error is about Σ z_u over `units` independent units, with Σ z_u = 0.

    `influence_sum2` is Σ z_u², and so on. The variance is Σ z² (Binder 1983, International Statistical
    Review 51:279), made unbiased for `sizes` (equal unless given), and the quantiles are those of t with
    its degrees of freedom (at most `freedom`, where few units carry the variance). The studentised
    statistic is made symmetric by Hall's monotone cubic transformation (Hall 1992, JRSS B 54:221; after
    Johnson 1978, JASA 73:536), so that each one-sided error is near nominal for skewed values too; for
    statistics that are no means its coefficients take in the curvature (Hall 1992, The Bootstrap and
    Edgeworth Expansion, §2.4). Given Σ z_u⁴, the bounds allow for tails that few units show
    (`unsure_skewness`), as those that decide should. One unit, or units without any spread, leave the
    bounds infinite.
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
    tail = 0.0
    if influence_sum4 is not None:
        fourth = influence_sum4 / influence_sum2**2
        degrees = min(degrees, degrees_of_variance(fourth, units))
        tail = max(fourth - 3 * sizes.cubes / sizes.squares, sizes.tail)
    quantile = studentised(degrees, skewness, bend, bias, tail=tail)
    return Estimate(
        value, units, "linearised_t",
        lambda alpha: value - se * quantile(alpha, 1), lambda alpha: value + se * quantile(alpha, -1), se,
    )  # fmt: skip


def degrees_of_variance(fourth: float, units: int) -> float:
    """Degrees of freedom of Σ z² over units whose Σ z⁴ ÷ (Σ z²)² is `fourth` (Satterthwaite 1946).

    At most as many as normal values would leave: few units that move a value much are few degrees.
    """
    return max(2 / max(fourth - 1 / units, 2 / max(units - 1, 1)), FEWEST_DEGREES)


def studentised(
    degrees: float, skewness: float, bend: float = 0.0, bias: float = 0.0, least_kurtosis: bool = True,
    tail: float = 0.0,
) -> Callable[[float, int], float]:  # fmt: skip
    """Quantiles, in standard errors, of a statistic's distance to its lower (1) or upper (-1) bound at alpha.

    See `distance` for the terms, and `unsure_skewness` for the tail.
    """
    if least_kurtosis:
        degrees = float(fewer_degrees(degrees, skewness))

    def quantile(alpha: float, side: int) -> float:
        apart = distance(degrees, skewness, bend, bias, alpha, side)
        return float(apart + unsure_skewness(degrees, tail, alpha))

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


def unsure_skewness(degrees: float | FloatArray, tail: float | FloatArray, alpha: float) -> FloatArray:
    """What a bound lies further away, in standard errors, because the skewness was read off the same units.

    A sample that missed the units of the long tail is too good and looks too little skewed at once. The
    two covary as the fourth cumulant less 3/2 of the squared skewness, each ÷ m, which leaves the bound
    short by z(1 + 2z²)/6 of that (Hall 1988, Theoretical comparison of bootstrap confidence intervals,
    Annals of Statistics 16:927, of the bootstrap-t). `tail` is the fourth cumulant, standardised, ÷ m, of
    which the squared skewness is not taken off: where few units carry it its sign may be chance, and where
    `distance` is held at the plain quantile it has moved no bound. Nothing is taken off either where the
    tail is negative, and a term of an expansion is not believed beyond half of the first.
    """
    z = np.maximum(-special.stdtrit(degrees, alpha), 0.0)
    return np.asarray(z * np.clip((1 + 2 * z * z) / 6 * tail, 0.0, MOST_FURTHER))
