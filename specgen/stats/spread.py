"""How much a sum of influences varies, and how sure that is: by row or sampling unit, weights and parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.samples import Sample
from specgen.stats.linearised import Sizes, equal, sizes_of

if TYPE_CHECKING:
    from specgen.metrics.outcomes import BoolArray

# Influences are right to about 1e-16; a sum of their squares below this, by the rows' shares, is rounding.
ROUNDING = 1e-26


@dataclass(frozen=True)
class Spread:
    """What a sum of influences tells of a value: its bias and variance, and how sure the variance is.

    `cubes` is the sum of the units' cubes, `freedom` the degrees of freedom of the variance, `rarer` how
    many of the `units` have rows of the rarer part. `fourth` is the fourth cumulant, standardised, and
    `least_tail` what of it unequal units make.
    """

    bias: float
    variance: float
    cubes: float
    freedom: float
    units: int
    rarer: int
    fourth: float = 0.0
    least_tail: float = 0.0

    @property
    def skewness(self) -> float:
        """Third cumulant, standardised."""
        return float(self.cubes / self.variance**1.5)


@dataclass(frozen=True)
class _Part:
    """Independent units, how unequal they are, and the sums of squares, cubes and fourths of their influences."""

    units: int
    sizes: Sizes
    squares: float
    cubes: float
    fourths: float


def spread_of(influence: FloatArray, part: BoolArray | None, sample: Sample) -> Spread:
    """Variance of the sum of influences over independent units, by part (Obuchowski 1997, Biometrics 53:567).

    Each part's squares are scaled by its own m/(m − 1), which with a row a unit is the variance of
    DeLong et al. (1988). The degrees of freedom are Satterthwaite's (1946, Biometrics Bulletin 2:110),
    the variance of each part's squares taken from their fourth powers, or as of normal values if that
    is more: few rows that move the value much are few degrees of freedom.
    """
    if sample.copies is not None:
        return _of_copies(influence, part, sample.copies)
    units, sums, counts = _by_unit(influence, part, sample.unit)
    rarer = min(counts)
    share = sample.weight / sample.weight.sum()
    # Sums of products, not `@`: threads of BLAS get into each other's way where splits go side by side.
    if rarer < 2 or not sum(float((z * z).sum()) for z in sums) > ROUNDING * float((share * share).sum()):
        return Spread(0.0, 0.0, 0.0, 0.0, units, rarer)
    if sample.unit is not None:
        return _of_units(sums, counts, units, _sizes(sample))
    weights = [sample.weight] if part is None else [sample.weight[part], sample.weight[~part]]
    parts = [
        _Part(len(z), sizes_of(w / w.sum()), *_power_sums(z)) for z, w in zip(sums, weights, strict=True)
    ]
    return _of_parts(-float(influence.sum()), parts)


def _of_parts(bias: float, parts: list[_Part]) -> Spread:
    """The spread of independent parts, whose cumulants add up."""
    own = [one.squares * one.sizes.inflation for one in parts]
    variance = sum(own)
    cubes = sum(one.cubes * one.sizes.skew_inflation for one in parts)
    doubt = sum(_doubt(one.fourths, v, one.units, one.sizes) for one, v in zip(parts, own, strict=True))
    fourth = sum(
        one.fourths - 3 * one.sizes.cubes / one.sizes.squares * v * v
        for one, v in zip(parts, own, strict=True)
    )
    least = sum(one.sizes.tail * v * v for one, v in zip(parts, own, strict=True))
    units, counts = sum(one.units for one in parts), [one.units for one in parts]
    freedom = min(2 * variance * variance / doubt, units - 1.0)
    return Spread(
        bias, variance, cubes, freedom, units, min(counts), fourth / variance**2, least / variance**2
    )


def _of_copies(influence: FloatArray, part: BoolArray | None, copies: IntArray) -> Spread:
    """The same for entries that stand for rows alike, among which an entry's influence is divided."""
    chosen = [np.ones(len(copies), dtype=bool)] if part is None else [part, ~part]
    counts = [int(copies[one].sum()) for one in chosen]
    units, rarer = sum(counts), min(counts)
    row = influence / copies
    square = row * row
    of_all = (square * copies, square * row * copies, square * square * copies)
    powers = [[float(values[one].sum()) for values in of_all] for one in chosen]
    if rarer < 2 or not sum(squares for squares, *_ in powers) > ROUNDING / units:
        return Spread(0.0, 0.0, 0.0, 0.0, units, rarer)
    parts = [_Part(m, equal(m), *sums) for sums, m in zip(powers, counts, strict=True)]
    return _of_parts(-float(influence.sum()), parts)


def _sizes(sample: Sample) -> Sizes:
    """How unequal the sampling units are."""
    _, number = np.unique(np.asarray(sample.unit), return_inverse=True)
    share = np.bincount(number, weights=sample.weight) / sample.weight.sum()
    return sizes_of(share)


def _of_units(sums: list[FloatArray], counts: list[int], units: int, sizes: Sizes) -> Spread:
    """Units of one size have the m/(m − 1) of Obuchowski; unequal ones more, and fewer degrees of freedom."""
    total = np.sum(sums, axis=0)
    variance = sum(float((z * z).sum()) * m / (m - 1) for z, m in zip(sums, counts, strict=True))
    if len(sums) == 2:
        variance += 2 * float((sums[0] * sums[1]).sum()) * units / (units - 1)
    variance *= sizes.inflation * (1 - sizes.squares)
    squares, cubes, fourths = _power_sums(total)
    cubes *= sizes.skew_inflation
    doubt = _doubt(fourths, variance, units, sizes)
    # Where the units' parts cancel to rounding, nothing is known of the variance's own doubt.
    freedom = min(2 * variance * variance / doubt, units - 1.0) if doubt > 0 else 1.0
    fourth = fourths / squares**2 - 3 * sizes.cubes / sizes.squares if squares > 0 else 0.0
    return Spread(-float(total.sum()), variance, cubes, freedom, units, min(counts), fourth, sizes.tail)


def _power_sums(z: FloatArray) -> tuple[float, float, float]:
    """Sums of squares, cubes and fourth powers, by products: numpy's powers take a hundred times as long."""
    squares = z * z
    return float(squares.sum()), float((squares * z).sum()), float((squares * squares).sum())


def _doubt(fourths: float, variance: float, units: int, sizes: Sizes) -> float:
    """Variance of the variance of Σ z: from Σ z⁴, or as of normal values if that is more."""
    return max(fourths - variance * variance / units, 2 * variance * variance / sizes.degrees)


def _by_unit(
    influence: FloatArray, part: BoolArray | None, unit: IntArray | None
) -> tuple[int, list[FloatArray], list[int]]:
    """Number of units, and of each part the sums over the units and how many units have rows of it."""
    if unit is None:
        sums = [influence] if part is None else [influence[part], influence[~part]]
        return len(influence), sums, [len(one) for one in sums]
    names, number = np.unique(unit, return_inverse=True)
    chosen = [np.ones(len(number), dtype=bool)] if part is None else [part, ~part]
    sums = [
        np.asarray(np.bincount(number[one], weights=influence[one], minlength=len(names)), dtype=float)
        for one in chosen
    ]
    return len(names), sums, [int(np.count_nonzero(np.bincount(number[one]))) for one in chosen]
