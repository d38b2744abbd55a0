"""Exact top-k slices of rows by SliceLine's score, branch and bound over the lattice of conditions.

Source: Sagadeeva and Boehm (2021), SliceLine: Fast, linear-algebra-based slice finding for ML model debugging,
SIGMOD. Conditions are added in the order of columns, so that each slice is met once; a slice whose bound
(`score.highest`) does not reach the k-th best score so far has no part worth looking at.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from specgen.diagnosis.search import kernels
from specgen.diagnosis.search.kernels import LOSS, ROWS, WEIGHT, BoolArray, Codes, Limits, RowList
from specgen.diagnosis.search.score import ALPHA
from specgen.engine.cells import FloatArray, IntArray

Conditions = tuple[tuple[int, int], ...]
BATCH = 64
# Codes from which on threads gain more than handing over costs.
WORTH_THREADS = 2_000_000
# Scores and bounds are rounded differently: what is lower by no more than this is still looked at.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Slice:
    """Rows that have each code in its column. `weight` is their number where all weigh alike."""

    conditions: Conditions
    rows: int
    weight: float
    loss: float
    score: float


@dataclass(frozen=True)
class Asked:
    """What to look for: the `k` best slices of at most `max_conditions` conditions and at least `min_rows` rows."""

    k: int = 10
    max_conditions: int = 3
    min_rows: int = 50
    alpha: float = ALPHA


@dataclass(frozen=True)
class _Grid:
    """Columns worth combining: codes by column and by row, where each column's values begin, which may be good."""

    columns: IntArray
    codes: Codes
    by_row: Codes
    start: IntArray
    alive: BoolArray
    loss: FloatArray
    weight: FloatArray


@dataclass
class _Best:
    """The k best slices so far, and all that tie with the k-th."""

    k: int
    slices: list[Slice] = field(default_factory=list)
    threshold: float = 0.0

    @property
    def least(self) -> float:
        """What a score must reach to be kept."""
        return self.threshold - ROUNDING * (1 + self.threshold)

    def add(self, found: Iterable[Slice]) -> None:
        """Keep those that are good enough."""
        new = [one for one in found if one.score > ROUNDING and one.score >= self.least]
        if not new:
            return
        self.slices += new
        self.slices.sort(key=lambda one: (-one.score, len(one.conditions), one.conditions))
        if len(self.slices) >= self.k:
            self.threshold = self.slices[self.k - 1].score
            self.slices = [one for one in self.slices if one.score >= self.least]


def top_slices(
    codes: Codes, values: Sequence[int], loss: FloatArray, weight: FloatArray | None, asked: Asked
) -> list[Slice]:
    """The slices with the highest scores above 0, the best first; ties by fewer conditions, then columns and codes.

    `codes` (m, n) has column j's code of each row, below `values[j]` ≤ 255, or equal to it where the row has
    none of the column's values; `loss` (n,) ≥ 0; `weight` (n,) above 0. ValueError where they are not.
    """
    _check(codes, values, loss, weight)
    if not len(values) or not loss.sum() > 0:
        return []
    amounts = np.empty(0) if weight is None else np.ascontiguousarray(weight, dtype=float)
    least, total = (1.0, float(len(loss))) if weight is None else (float(weight.min()), float(weight.sum()))
    limits = Limits(float(asked.min_rows), least, total, float(loss.sum()), asked.alpha)
    grid = _grid(np.arange(len(codes)), codes, values, np.ascontiguousarray(loss, dtype=float), amounts)
    best = _Best(asked.k)
    everything = np.arange(len(loss), dtype=np.int32)
    bounds, singles = _children(grid, limits, best.least, (), everything, 0)
    best.add(singles)
    if asked.max_conditions > 1:
        good = [one for bound, one in zip(bounds, singles, strict=True) if bound >= best.least]
        narrow = _narrowed(grid, values, good)
        if narrow.by_row.size < WORTH_THREADS:
            _deeper(narrow, limits, best, asked.max_conditions, map)
        else:
            with ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as pool:
                _deeper(narrow, limits, best, asked.max_conditions, pool.map)
    return best.slices[: asked.k]


def _check(codes: Codes, values: Sequence[int], loss: FloatArray, weight: FloatArray | None) -> None:
    if codes.ndim != 2 or len(values) != len(codes) or codes.dtype != np.uint8:
        raise ValueError("codes must be (columns, rows) of uint8, with a number of values for each column")
    if any(not 0 < k <= 255 or (len(one) and one.max() > k) for one, k in zip(codes, values, strict=True)):
        raise ValueError("a column has 1 to 255 values, and codes up to their number")
    if len(loss) != codes.shape[1] or not np.isfinite(loss).all() or (loss < 0).any():
        raise ValueError("a row's loss must be a number of 0 or more")
    if weight is not None and (len(weight) != len(loss) or not (weight > 0).all()):
        raise ValueError("a row's weight must be above 0")


def _grid(
    columns: IntArray, codes: Codes, values: Sequence[int], loss: FloatArray, weight: FloatArray
) -> _Grid:
    start = np.concatenate([[0], np.cumsum(np.asarray(values, dtype=np.int64) + 1)]).astype(np.int64)
    alive = np.ones(start[-1], dtype=bool)
    alive[start[1:] - 1] = False
    return _Grid(columns, codes, np.ascontiguousarray(codes.T), start, alive, loss, weight)


def _narrowed(grid: _Grid, values: Sequence[int], good: Sequence[Slice]) -> _Grid:
    """The columns that have a value worth combining, those with the fewest such rows first: they are split up most."""
    rows: dict[int, int] = {}
    for one in good:
        column = one.conditions[0][0]
        rows[column] = rows.get(column, 0) + one.rows
    kept = sorted(rows, key=lambda column: (rows[column], column))
    if not kept:
        return _grid(np.empty(0, np.int64), grid.codes[:0], (), grid.loss, grid.weight)
    narrow = _grid(
        np.array(kept),
        np.ascontiguousarray(grid.codes[kept]),
        [values[j] for j in kept],
        grid.loss,
        grid.weight,
    )
    narrow.alive[:] = False
    for one in good:
        column, code = one.conditions[0]
        narrow.alive[narrow.start[kept.index(column)] + code] = True
    return narrow


def _children(
    grid: _Grid, limits: Limits, least: float, conditions: Conditions, rows: RowList, first: int
) -> tuple[FloatArray, list[Slice]]:
    """Slices of one condition more, of the columns from `first` on, whose bounds reach `least`; and the bounds.

    Conditions are in terms of the grid's columns.
    """
    begin = int(grid.start[first])
    alive = grid.alive[begin:]
    sums = kernels.split_up(
        grid.by_row, rows, grid.loss, grid.weight, grid.start, first, alive, limits, least
    )
    places, scores, bounds = kernels.worthwhile(sums, alive, limits, least)
    column = np.searchsorted(grid.start, places + begin, side="right") - 1
    code = places + begin - grid.start[column]
    listed = zip(column.tolist(), code.tolist(), sums[places].tolist(), scores.tolist(), strict=True)
    return bounds, [
        Slice((*conditions, (j, c)), int(total[ROWS]), total[WEIGHT], total[LOSS], one)
        for j, c, total, one in listed
    ]


def _deeper(grid: _Grid, limits: Limits, best: _Best, most: int, each: Callable[..., Iterator[Any]]) -> None:
    """Slices of two conditions and more, the most promising first; `each` maps a function, in threads or not."""
    open_: list[tuple[float, Conditions]] = []
    last = len(grid.columns) - 1

    def keep(bounds: FloatArray, found: list[Slice]) -> None:
        best.add(_named(grid, [one for one in found if one.score >= best.least]))
        for bound, one in zip(bounds.tolist(), found, strict=True):
            if len(one.conditions) < most and one.conditions[-1][0] < last and bound >= best.least:
                heapq.heappush(open_, (-bound, one.conditions))

    def split(one: tuple[float, Conditions]) -> tuple[FloatArray, list[Slice]]:
        column, value = np.array(one[1]).T
        rows = kernels.members(grid.codes, column, value)
        return _children(grid, limits, best.least, one[1], rows, int(column[-1]) + 1)

    for found in each(lambda column: list(_pairs(grid, limits, best, column)), range(last)):
        for bounds, some in found:
            keep(bounds, some)
    while open_ and -open_[0][0] >= best.least:
        batch = [heapq.heappop(open_) for _ in range(min(BATCH, len(open_)))]
        for bounds, some in each(split, [one for one in batch if -one[0] >= best.least]):
            keep(bounds, some)


def _pairs(grid: _Grid, limits: Limits, best: _Best, column: int) -> Iterator[tuple[FloatArray, list[Slice]]]:
    """Slices of two conditions, the first of them on this column."""
    values = int(grid.start[column + 1] - grid.start[column])
    rows, begin = kernels.sorted_rows(grid.codes[column], values)
    for code in np.flatnonzero(grid.alive[grid.start[column] : grid.start[column + 1]]).tolist():
        inside = rows[begin[code] : begin[code + 1]]
        yield _children(grid, limits, best.least, ((column, code),), inside, column + 1)


def _named(grid: _Grid, found: Iterable[Slice]) -> Iterator[Slice]:
    """The slices with their columns as the caller numbers them."""
    for one in found:
        conditions = tuple(sorted((int(grid.columns[j]), code) for j, code in one.conditions))
        yield Slice(conditions, one.rows, one.weight, one.loss, one.score)
