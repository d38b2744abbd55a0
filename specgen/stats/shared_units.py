"""Differences of two groups of rows that share sampling units, such as sellers within one query."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.samples import Sample
from specgen.metrics.influence import Influenced
from specgen.stats.estimate import Estimate, outer
from specgen.stats.linearised import linearised_t

ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class UnitInfluence:
    """How the U sampling units of a group move its value: `unit` (U,) sorted codes, `influence` (U,)."""

    value: float
    unit: IntArray
    influence: FloatArray


def unit_influence(found: Influenced, sample: Sample) -> UnitInfluence | None:
    """The rows' influences added up within units; None without a value or units."""
    if found.value is None or found.influence is None or sample.unit is None:
        return None
    unit, position = np.unique(sample.unit, return_inverse=True)
    moved = np.asarray(np.bincount(position, weights=found.influence), dtype=float)
    return UnitInfluence(found.value, unit, moved)


@dataclass(frozen=True)
class SharedUnits:
    """Two groups a and b over `units` units in all: sums over these of the products of their influences.

    `squares` are Σ a², Σ ab, Σ b², `cubes` Σ a³, Σ a²b, Σ ab², Σ b³; a − r·b follows for any r.
    """

    apart: tuple[float, float]
    units: int
    squares: tuple[float, float, float]
    cubes: tuple[float, float, float, float]

    def difference(self, independent: Estimate, scale_b: float = 1.0) -> Estimate:
        """a − scale_b·b, linearised over the units of both groups together, so that their covariance counts.

        In a ranking whose place one group gets the other loses, it is negative, and bounds from the
        groups' own (`independent`) would be too narrow. Where a group does not vary at all its own
        bounds still say that it could, so the wider ones stand.
        """
        (aa, ab, bb), (aaa, aab, abb, bbb) = self.squares, self.cubes
        r = scale_b
        squares = aa - 2 * r * ab + r**2 * bb
        if squares <= ROUNDING * (aa + r**2 * bb):
            return independent
        cubes = aaa - 3 * r * aab + 3 * r**2 * abb - r**3 * bbb
        paired = linearised_t(self.apart[0] - r * self.apart[1], squares, cubes, self.units)
        return paired if aa > 0 and bb > 0 else outer(paired, independent)


def shared_units(a: UnitInfluence, b: UnitInfluence) -> SharedUnits:
    """The two groups' influences, multiplied unit by unit."""
    _, at_a, at_b = np.intersect1d(a.unit, b.unit, assume_unique=True, return_indices=True)
    x, y, xs, ys = a.influence, b.influence, a.influence[at_a], b.influence[at_b]
    return SharedUnits(
        (a.value, b.value), len(a.unit) + len(b.unit) - len(at_a),
        (_total(x * x), _total(xs * ys), _total(y * y)),
        (_total(x**3), _total(xs**2 * ys), _total(xs * ys**2), _total(y**3)),
    )  # fmt: skip


def _total(products: FloatArray) -> float:
    return float(products.sum())
