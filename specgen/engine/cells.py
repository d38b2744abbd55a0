"""Cells: what is left of the rows after the pass. Everything after it costs nothing per row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from specgen.engine.binned import BinnedSamples
    from specgen.engine.samples import Samples

IntArray = NDArray[np.int64]
CodeArray = NDArray[np.integer[Any]]
FloatArray = NDArray[np.float64]

WHOLE = "all"


@dataclass(frozen=True)
class Size:
    """How much independent evidence a slice holds: its rows, or the sampling units that they are of."""

    rows: int
    units: int | None = None

    @property
    def count(self) -> int:
        """Units where rows depend, else rows: what `min_rows` is held against."""
        return self.rows if self.units is None else self.units

    def rows_for(self, least: int) -> int:
        """Rows that hold so many, with as many rows a unit as now."""
        return -(-least * self.rows // self.units) if self.units else least


@dataclass(frozen=True)
class UnitCells:
    """Weight of each (sampling unit, cell) pair that occurs: three arrays of one length."""

    unit: IntArray
    cell: IntArray
    weight: FloatArray
    units: int


@dataclass(frozen=True, eq=False)
class OutcomeCells:
    """Rows of a slice by label and the predictions of every model, C cells.

    Compared by identity, so that what was resampled from it can be kept. `predictions[model]` is -1
    where that model has no prediction. `weight`, `weight2` and
    `weight3` are the sums of the rows' weights, squared and cubed weights (the count, unweighted).
    """

    label: IntArray
    predictions: Mapping[str, IntArray]
    count: IntArray
    weight: FloatArray
    weight2: FloatArray
    weight3: FloatArray
    weighted: bool
    units: UnitCells | None

    @property
    def rows(self) -> int:
        """Rows of the slice."""
        return int(self.count.sum())


@dataclass(frozen=True)
class MomentSums:
    """Sums of a vector of k row values over a slice's sampling units.

    `first` (k,), `second` (k, k), `third` (k, k, k) and, where asked for, `fourth` (k, k, k, k) are the
    sums of the units' values and of their products; weights are multiplied in and the rows of a unit
    added up beforehand.
    """

    first: FloatArray
    second: FloatArray
    third: FloatArray
    units: int
    rows: int
    fourth: FloatArray | None = None


@dataclass(frozen=True)
class Vector:
    """Row values to be summed together: SQL terms over the rows table, for rows where `valid` holds.

    `degree` is that of the highest products whose sums are needed where rows are plain: 3 or 4.
    """

    terms: tuple[str, ...]
    valid: str
    degree: int = 3


@dataclass(frozen=True)
class SplitCells:
    """All that the pass over a split has left, by slice name; `families` are slices declared together.

    `of_label` holds the cells of single labels, each a binary task of its own on the same rows.
    `of_people` holds, by baseline, those of several people's labels, each a row beside the candidate's.
    `units_of` counts, by slice, the sampling units that have a row in it; it is empty where rows are independent.
    `cut` counts, by slice of a ranking task, the queries of which the slice has only some rows.
    `memory` keeps what was measured on these cells, so that gates, tables and gaps measure it once.
    """

    split: str
    task: str
    models: tuple[str, ...]
    scored: frozenset[str]
    partial: frozenset[str]
    labelled: Mapping[str, int]
    rows: Mapping[str, int]
    weight: Mapping[str, float]
    families: Mapping[str, tuple[str, ...]]
    min_rows: Mapping[str, int]
    outcomes: Mapping[str, OutcomeCells]
    moments: Mapping[tuple[str, Vector], MomentSums]
    labels: tuple[str, ...]
    clustered: bool
    units: int | None
    weighted: bool
    samples: Samples | BinnedSamples | None = None
    of_label: Mapping[str, SplitCells] = field(default_factory=dict)
    of_people: Mapping[str, SplitCells] = field(default_factory=dict)
    cut: Mapping[str, int] = field(default_factory=dict)
    units_of: Mapping[str, int] = field(default_factory=dict)
    absent: frozenset[tuple[str, str]] = frozenset()
    memory: dict[tuple[str | None, ...], Any] = field(default_factory=dict)

    @property
    def total_rows(self) -> int:
        """Rows of the whole split."""
        return self.rows[WHOLE]

    def size(self, slice_name: str) -> Size:
        """A slice's rows and, where they depend on each other, its sampling units."""
        units = self.units_of.get(slice_name, 0) if self.clustered else None
        return Size(self.rows.get(slice_name, 0), units)
