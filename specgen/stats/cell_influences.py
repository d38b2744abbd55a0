"""How sampling units move a function of outcome cells: influences, curvature and sizes from the cells alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from specgen.engine.cells import FloatArray, IntArray, OutcomeCells
from specgen.stats.linearised import Curve, Sizes, sizes_of

if TYPE_CHECKING:
    from specgen.metrics.outcomes import BoolArray

BLOCK = 256
STEP = 1e-6
BEND_STEP = 1e-2
# Beyond as many units the bias is too small to be worth its time.
MANY_UNITS = 2000

Statistic = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Moved:
    """Sums of powers of the sampling units' influences, how the statistic bends, and the units."""

    squares: float
    cubes: float
    fourths: float
    curve: Curve
    units: int
    sizes: Sizes


def cell_influences(statistic: Statistic, cells: OutcomeCells, valid: BoolArray) -> Moved:
    """How the sampling units (or the rows) of the valid cells move a statistic."""
    kept = np.where(valid, cells.weight, 0.0)
    total = float(kept.sum())
    slope, bend = slopes(statistic, kept, valid)
    if cells.units is None:
        squared, cubed = (np.where(valid, one, 0.0) for one in (cells.weight2, cells.weight3))
        # As of lognormal weights, and exact where those of a cell are equal; by Cauchy and Schwarz at least
        # Σw³² ÷ Σw², than which this is no less.
        ratio = np.divide(cubed, squared, out=np.zeros_like(squared), where=squared > 0)
        fourth = ratio**3 * kept
        curve = Curve(_along(statistic, kept, slope * squared), float((bend * squared).sum()))
        return Moved(
            float((slope**2 * squared).sum()), float((slope**3 * cubed).sum()),
            float((slope**4 * fourth).sum()), curve, int(cells.count[valid].sum()),
            Sizes(*(float(one.sum()) / total**k for k, one in ((2, squared), (3, cubed), (4, fourth)))),
        )  # fmt: skip
    inside = valid[cells.units.cell]
    _, unit = np.unique(cells.units.unit[inside], return_inverse=True)
    cell, weight = cells.units.cell[inside], cells.units.weight[inside]
    influence, share = (
        np.bincount(unit, weights=weight * slope[cell]),
        np.bincount(unit, weights=weight) / total,
    )
    direction = np.asarray(
        np.bincount(cell, weights=weight * influence[unit], minlength=len(kept)), dtype=float
    )
    curve = Curve(_along(statistic, kept, direction), _own(statistic, kept, unit, cell, weight))
    return Moved(
        float((influence**2).sum()), float((influence**3).sum()), float((influence**4).sum()), curve,
        len(influence), sizes_of(share),
    )  # fmt: skip


def slopes(statistic: Statistic, kept: FloatArray, valid: BoolArray) -> tuple[FloatArray, FloatArray]:
    """First and second derivatives by each cell's weight, (C,), by central differences, a block at a time."""
    step = STEP * max(float(kept.sum()), 1e-300)
    middle = statistic(kept)
    slopes, bends = np.zeros(len(kept)), np.zeros(len(kept))
    used = np.flatnonzero(valid)
    for start in range(0, len(used), BLOCK):
        cells = used[start : start + BLOCK]
        shifts = np.zeros((len(cells), len(kept)))
        shifts[np.arange(len(cells)), cells] = step
        slopes[cells] = (statistic(kept + shifts) - statistic(kept - shifts)) / (2 * step)
        # A part of the cell itself, so that no cell's weight falls below 0.
        far = np.where(kept[cells] > 0, BEND_STEP * kept[cells], step)
        shifts[np.arange(len(cells)), cells] = far
        bends[cells] = _second(statistic(kept + shifts), middle, statistic(kept - shifts), far)
    return slopes, bends


def _second(
    after: FloatArray, middle: FloatArray, before: FloatArray, step: float | FloatArray
) -> FloatArray:
    """Second differences; 0 where the statistic is undefined beside."""
    return np.nan_to_num((after - 2 * middle + before) / step**2)


def _along(statistic: Statistic, kept: FloatArray, direction: FloatArray) -> float:
    """Second derivative of the statistic in a direction of the cells' weights (C,)."""
    moved = kept > 0
    size = float(np.abs(direction[moved] / kept[moved]).max())
    if size == 0:
        return 0.0
    step = BEND_STEP / size
    moves = statistic(kept + np.array([[step], [0.0], [-step]]) * direction)
    return float(_second(moves[0], moves[1], moves[2], step))


def _own(statistic: Statistic, kept: FloatArray, unit: IntArray, cell: IntArray, weight: FloatArray) -> float:
    """Sum of the second derivatives by each sampling unit's own weight; 0 where the units are many."""
    units = int(unit.max()) + 1
    if units > MANY_UNITS:
        return 0.0
    moves = np.zeros((units, len(kept)))
    np.add.at(moves, (unit, cell), weight)
    step = BEND_STEP / (moves / np.where(kept > 0, kept, math.inf)).max(axis=1, keepdims=True)
    ends = statistic(kept + step * moves), statistic(kept - step * moves)
    return float(_second(ends[0], statistic(kept), ends[1], step[:, 0]).sum())
