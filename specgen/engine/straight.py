"""The pass straight over parquet files: outcomes, sums of row values and score histograms, in one reading.

Chunks of row groups are read and counted side by side, and added up in the files' order, so that sums
do not depend on which chunk is done first. What is kept grows with the cells of the cubes, not with rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from specgen.engine.adding import CountRows, SumProducts, adders
from specgen.engine.bands import Bands, find_bands, over_bands
from specgen.engine.cells import CodeArray, FloatArray, IntArray
from specgen.engine.chunks import Chunk, blocks, chunks, read_chunk
from specgen.engine.cubes import Layer, Parts, Summed, added, layer, margin, rolled
from specgen.engine.groups import Group, groups
from specgen.engine.rowvalues import columns_read, row_values
from specgen.inputs.direct import Coded, Cut, Direct
from specgen.inputs.rows import Rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

THREADS = 2
BINS = 1024
EVERYTHING = Cut((), np.zeros((), dtype=np.int64))
# A weight, its square and its cube, as products of one row value.
WEIGHTS = np.array([[-1, 0, 0], [0, 0, 1], [1, 0, 2]])


@dataclass(frozen=True)
class Wanted:
    """What the pass sums up besides outcomes: products of SQL row values, and the scores to bin.

    `values` maps a name to SQL over the rows table, `products` names the factors of each sum; scores are
    binned for every slice, or for the whole split alone.
    """

    values: Mapping[str, str]
    products: tuple[tuple[str, ...], ...]
    scores: tuple[str, ...]
    sliced: bool = True


@dataclass(frozen=True, eq=False)
class Straight:
    """What the pass has left, by layer: `outcomes`, `moments`, and one histogram for each score wanted."""

    rows: Rows
    direct: Direct
    sizes: tuple[int, ...]
    bands: Mapping[str, Bands]
    layers: Mapping[str, Layer]
    cubes: Mapping[str, Sequence[Summed]]
    margins: dict[tuple[str, tuple[str, ...]], Summed | None] = field(default_factory=dict)
    parts: defaultdict[str, Parts] = field(default_factory=lambda: defaultdict(dict))

    def slices(self, name: str, group: Group) -> tuple[IntArray, Summed] | None:
        """Codes of a group's slices that have rows, and what a layer knows of them; None if it has to be queried."""
        cut = _cut(group, self.direct)
        if cut is None:
            return None
        key = name, cut.columns
        if key not in self.margins:
            # Neighbouring conditions are often over the same columns; more than one margin is memory for nothing.
            self.margins.clear()
            self.margins[key] = margin(
                cut.columns, self.layers[name], self.bands, self.cubes[name], self.parts[name]
            )
        found = self.margins[key]
        return None if found is None else rolled(over_bands(cut, self.bands), found)


@dataclass(frozen=True)
class _Plan:
    """What every chunk is read and counted for."""

    connection: DuckDBPyConnection
    direct: Direct
    wanted: Wanted
    sizes: tuple[int, ...]
    bands: Mapping[str, Bands]
    layers: Mapping[str, Layer]
    adders: tuple[CountRows, SumProducts]
    rows: int


@dataclass(frozen=True)
class _Read:
    """A chunk in memory: positions on axes and numbers by column, and row values by name."""

    direct: Direct
    columns: Mapping[str, CodeArray]
    numbers: Mapping[str, FloatArray]
    values: Mapping[str, FloatArray]

    @property
    def rows(self) -> int:
        """Rows of the chunk."""
        return len(self.columns[self.direct.label.column or ""])

    @cached_property
    def weight(self) -> FloatArray | None:
        """Row weights (n,); None where all are 1."""
        name = self.direct.weight
        return None if name is None else self.numbers[name]


def pass_over(rows: Rows, direct: Direct, wanted: Wanted) -> Straight:
    """Read a split's files once and fill every layer's cubes."""
    sizes = (
        len(rows.labels),
        *(1 if one.constant is not None else len(rows.labels) + 1 for one in direct.predictions),
    )
    cuts = [cut for group in groups(rows) if (cut := _cut(group, direct)) is not None]
    bands = find_bands(cuts, direct.axes)
    layers = {"outcomes": layer(cuts, bands, int(np.prod(sizes)), 3 if direct.weight else 0)}
    if wanted.products:
        layers["moments"] = layer(cuts, bands, 1, len(wanted.products))
    for score in wanted.scores:
        of_score = cuts if wanted.sliced else [EVERYTHING]
        layers[score] = layer(of_score, bands, 2 * BINS, 1 if direct.weight else 0)
    plan = _Plan(rows.connection, direct, wanted, sizes, bands, layers, adders(rows.count), rows.count)
    with ThreadPoolExecutor(THREADS) as pool:
        first, *others = pool.map(partial(_part, plan), chunks(direct.files, THREADS))
    # Neighbouring chunks are one part, so that sums of doubles do not depend on which thread was faster.
    for other in others:
        for name, cubes in other.items():
            for mine, theirs in zip(first[name], cubes, strict=True):
                added(mine, theirs)
    return Straight(rows, direct, sizes, bands, layers, first)


def _cut(group: Group, direct: Direct) -> Cut | None:
    if group.family is not None:
        return direct.cuts.get(group.family.column)
    return EVERYTHING if group.where == "true" else direct.cuts.get(group.where)


def _part(plan: _Plan, part: Sequence[Chunk]) -> dict[str, list[Summed]]:
    """Count neighbouring chunks, one after the other, in the same cubes."""
    found = {name: [_empty(plan, one, cube) for cube in one.cubes] for name, one in plan.layers.items()}
    for chunk in part:
        read = _read(plan, chunk)
        cells = {cube: _cell(read, cube, plan.bands) for one in plan.layers.values() for cube in one.cubes}
        weights = None if read.weight is None else read.weight[None]
        alone = np.zeros(read.rows, dtype=np.int32)
        powers, first = (WEIGHTS, WEIGHTS[:1]) if weights is not None else (None, None)
        _add(
            plan,
            plan.layers["outcomes"],
            found["outcomes"],
            cells,
            _happened(read, plan.sizes),
            weights,
            powers,
        )
        if plan.wanted.products:
            values, steps = _steps(read, plan.wanted)
            _add(plan, plan.layers["moments"], found["moments"], cells, alone, values, steps)
        for score in plan.wanted.scores:
            _add(plan, plan.layers[score], found[score], cells, _binned(read, score), weights, first)
    return found


def _empty(plan: _Plan, of: Layer, cube: tuple[str, ...]) -> Summed:
    size = int(np.prod([len(plan.bands[column]) for column in cube], dtype=np.int64)) * of.inner
    # Half the memory is half the way to it, as long as no count can pass it.
    whole = np.int32 if plan.rows <= np.iinfo(np.int32).max else np.int64
    return Summed(np.zeros(size, dtype=whole), np.zeros((size, of.sums)))


def _read(plan: _Plan, chunk: Chunk) -> _Read:
    direct, wanted = plan.direct, plan.wanted
    coded = [direct.label, *direct.predictions]
    by = {column for one in plan.layers.values() for cube in one.cubes for column in cube}
    by |= {one.column for one in coded if one.column and one.threshold is None}
    numbers = [one.column for one in coded if one.column and one.threshold is not None]
    numbers += [*wanted.scores, *([direct.weight] if direct.weight else [])]
    axes = {name: axis for name, axis in direct.axes.items() if name in by}
    sources = columns_read(direct, wanted.values.values())
    columns, found, table = read_chunk(chunk, axes, numbers, sources)
    read = _Read(direct, columns, found, {})
    if not wanted.values:
        return read
    values = row_values(plan.connection.cursor(), direct, table, _code(read, direct.label, 0), wanted.values)
    return replace(read, values=values)


def _code(read: _Read, one: Coded, shift: int, block: slice = slice(None)) -> CodeArray:
    """Code of each row's label or prediction, (n,)."""
    name = one.column or ""
    if one.codes is not None:
        return np.asarray(np.take((one.codes + shift).astype(np.int32), read.columns[name][block]))
    return np.asarray((read.numbers[name][block] >= float(one.threshold or 0.0)).astype(np.int32) + shift)


def _happened(read: _Read, sizes: tuple[int, ...]) -> CodeArray:
    """The outcome of each row, (n,): label and predictions as one number."""
    found = np.empty(read.rows, dtype=np.int32)
    for block in blocks(read.rows):
        code = _code(read, read.direct.label, 0, block)
        for one, size in zip(read.direct.predictions, sizes[1:], strict=True):
            if one.constant is None:
                code = code * size + _code(read, one, 1, block)
        found[block] = code
    return found


def _binned(read: _Read, score: str) -> CodeArray:
    """Bin of each row's score and its label as one number, (n,)."""
    found = np.empty(read.rows, dtype=np.int32)
    for block in blocks(read.rows):
        place = np.minimum((read.numbers[score][block] * BINS).astype(np.int32), BINS - 1)
        found[block] = place * 2 + _code(read, read.direct.label, 0, block)
    return found


def _cell(read: _Read, cube: tuple[str, ...], bands: Mapping[str, Bands]) -> CodeArray:
    """The cell of each row in a cube, (n,)."""
    found = np.zeros(read.rows, dtype=np.int32)
    for block in blocks(read.rows):
        cell = found[block]
        for column in cube:
            band, position = bands[column], read.columns[column][block]
            cell *= len(band)
            cell += np.take(band.of.astype(np.int32), position) if band.merged else position
    return found


def _steps(read: _Read, wanted: Wanted) -> tuple[FloatArray, IntArray]:
    """Row values (values, n), and how products follow from each other: `kernels.sum_products`, (steps, 3)."""
    place = {name: k for k, name in enumerate(read.values)}
    steps: dict[tuple[str, ...], list[int]] = {}
    for total, factors in enumerate(wanted.products):
        for end in range(1, len(factors) + 1):
            names = factors[:end]
            if names not in steps:
                earlier = list(steps).index(names[:-1]) if end > 1 else -1
                steps[names] = [earlier, place[names[-1]], -1]
        steps[factors][2] = total
    return np.stack(list(read.values.values())), np.array(list(steps.values()), dtype=np.int64)


def _add(
    plan: _Plan, of: Layer, found: Sequence[Summed], cells: Mapping[tuple[str, ...], CodeArray], inner: CodeArray,
    values: FloatArray | None, steps: IntArray | None,
) -> None:  # fmt: skip
    """Add a chunk's rows to every cube of a layer: counts, and sums of products of `values`."""
    count_rows, sum_products = plan.adders
    for cube, total in zip(of.cubes, found, strict=True):
        for block in blocks(len(inner)):
            count_rows(total.count, cells[cube][block], inner[block], of.inner)
        if values is not None and steps is not None:
            # A chunk's sums by themselves first: fewer additions one after the other, less rounding.
            sums = np.zeros_like(total.sums)
            sum_products(sums, cells[cube], inner, of.inner, values, steps)
            np.add(total.sums, sums, out=total.sums)
