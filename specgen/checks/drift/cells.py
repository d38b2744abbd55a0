"""A column of every split by the same cells: its categories, or ranges of the reference's numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from specgen.checks.drift.distances import Numbers
from specgen.engine.cells import FloatArray, IntArray

MISSING = "(missing)"


@dataclass(frozen=True)
class Cells:
    """One split's shares (k,) by cell, of `rows` rows that are worth `n` independent, equal ones."""

    share: FloatArray
    rows: int
    n: float


@dataclass(frozen=True)
class Novelty:
    """Categories that a split has and the reference has not, with their rows, and those that vanished."""

    categories: int = 0
    rows: int = 0
    vanished: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counted:
    """A column by split: cells of one naming, besides the numbers or what is new.

    `missing` is the position of the cell of missing values, None where there is none. `text` says that
    nearly every row has a value of its own, so that only missing values can be compared.
    """

    names: tuple[str, ...]
    of: Mapping[str, Cells]
    missing: int | None
    numbers: Mapping[str, Numbers]
    novelty: Mapping[str, Novelty]
    text: bool = False

    def missing_share(self, split: str) -> float:
        """Share of a split's rows without a value."""
        return 0.0 if self.missing is None else float(self.of[split].share[self.missing])


def cells_of_rows(cell: IntArray, k: int, weight: FloatArray | None, unit: IntArray | None) -> Cells:
    """Shares of k cells and effective rows, from the cell (n,) of each row, its weight and its unit.

    Effective rows n₀ make the variances v of the shares p those of simple random sampling on average:
    n₀ = (k − 1) / Σ v/p, so that n₀ times a squared distance is Rao and Scott's (1981) first-order
    corrected χ². Dependent rows never count as more than independent ones would.
    """
    amount = np.ones(len(cell)) if weight is None else weight
    total = np.bincount(cell, weights=amount, minlength=k)
    if not total.sum() > 0:
        return Cells(np.zeros(k), len(cell), 0.0)
    share = total / total.sum()
    if weight is None and unit is None:
        return Cells(share, len(cell), float(len(cell)))
    kish = float(total.sum() ** 2 / (amount**2).sum())
    alone = _effective(share, cell, amount, None)
    if unit is None:
        return Cells(share, len(cell), alone or kish)
    together = _effective(share, cell, amount, np.unique(unit, return_inverse=True)[1])
    return Cells(share, len(cell), min(together, alone or kish))


def _effective(share: FloatArray, cell: IntArray, amount: FloatArray, unit: IntArray | None) -> float:
    """(k − 1) / Σ v/p; where all rows are in one cell, what the sizes of the units alone say.

    Units that are all alike, as stores that each sell every product, have no variance: no limit. One unit
    alone says nothing of it: 0.
    """
    k, total = len(share), float(amount.sum())
    if unit is None:
        squares = np.bincount(cell, weights=amount**2, minlength=k)
        cross, sizes, few = squares, float(squares.sum()), 1.0
    else:
        units = int(unit.max()) + 1
        size = np.bincount(unit, weights=amount)
        pair, position = np.unique(unit * k + cell, return_inverse=True)
        held = np.bincount(position, weights=amount)
        squares = np.bincount(pair % k, weights=held**2, minlength=k)
        cross = np.bincount(pair % k, weights=held * size[pair // k], minlength=k)
        sizes, few = float((size**2).sum()), units / max(units - 1, 1)
    used = share > 0
    if int(used.sum()) < 2:
        return total**2 / sizes
    variance = (squares - 2 * share * cross + share**2 * sizes)[used] / total**2 * few
    mean = float((variance / share[used]).sum())
    if mean > 0:
        return (int(used.sum()) - 1) / mean
    return math.inf if unit is None or units > 1 else 0.0


def ranges(reference: Numbers) -> tuple[FloatArray, tuple[str, ...]]:
    """Upper ends of the reference's tenths, and names of the cells: below its range, the tenths, above, missing."""
    ends = np.unique([reference.quantile(level / 10) for level in range(1, 11)])
    low, high = reference.values[0], reference.values[-1]
    names = [f"{short(low)} to {short(ends[0])}" if ends[0] > low else short(low)]
    names += [f"{short(a)} to {short(b)}" for a, b in pairwise(ends)]
    return ends, (f"below {short(low)}", *names, f"above {short(high)}", MISSING)


def range_cells(values: FloatArray, low: float, ends: FloatArray) -> IntArray:
    """The cell of each number (n,), in the order of the names that `ranges` gives; NaN is missing."""
    cell = np.searchsorted(ends, values, side="left") + 1
    cell[values < low] = 0
    cell[np.isnan(values)] = len(ends) + 2
    return np.asarray(cell)


def short(value: float) -> str:
    """A number of a cell's name: four digits are enough to recognise it."""
    text = f"{value:.4g}"
    return text if "e" not in text else f"{value:,.0f}" if 1e4 <= abs(value) < 1e12 else text
