"""Differences of two groups of rows that share sampling units, such as sellers within one query."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.samples import Sample
from specgen.metrics.influence import Influenced
from specgen.stats.estimate import Estimate, outer
from specgen.stats.linearised import linearised_t


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


def shared_difference(
    a: UnitInfluence, b: UnitInfluence, independent: Estimate, scale_b: float = 1.0
) -> Estimate:
    """a − scale_b·b, linearised over the units of both groups together, so that their covariance counts.

    In a ranking it is negative, as one group's place is the other's loss, and bounds from the groups'
    own (`independent`) would be too narrow. Where a group does not vary at all its own bounds still say
    that it could, so the wider ones stand.
    """
    unit = np.union1d(a.unit, b.unit)
    moved = np.zeros(len(unit))
    moved[np.searchsorted(unit, a.unit)] += a.influence
    moved[np.searchsorted(unit, b.unit)] -= scale_b * b.influence
    squares, cubes = float((moved**2).sum()), float((moved**3).sum())
    if not squares > 0:
        return independent
    paired = linearised_t(a.value - scale_b * b.value, squares, cubes, len(unit))
    if not (a.influence.any() and b.influence.any()):
        return outer(paired, independent)
    return replace(paired, value=independent.value)
