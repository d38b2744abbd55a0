"""The pass straight over parquet files: outcomes, sums of row values and score histograms, in one reading.

Chunks of row groups are read and counted side by side, and added up in the files' order, so that sums
do not depend on which chunk is done first. What is kept grows with the cells of the cubes, not with rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from specgen.engine.cells import CodeArray, FloatArray, IntArray
from specgen.engine.chunks import Chunk, blocks, chunks, read_chunk
from specgen.engine.cubes import Layer, Summed, added, layer, rolled
from specgen.engine.groups import Group, groups
from specgen.engine.rowvalues import columns_read, row_values
from specgen.inputs.direct import Coded, Cut, Direct
from specgen.inputs.rows import Rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

THREADS = 2
BINS = 1024
EVERYTHING = Cut((), np.zeros((), dtype=np.int64))


@dataclass(frozen=True)
class Wanted:
    """What the pass sums up besides outcomes: products of SQL row values, and the scores to bin.

    `values` maps a name to SQL over the rows table, `products` names the factors of each sum.
    """

    values: Mapping[str, str]
    products: tuple[tuple[str, ...], ...]
    scores: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Straight:
    """What the pass has left, by layer: `outcomes`, `moments`, and one histogram for each score wanted."""

    rows: Rows
    direct: Direct
    sizes: tuple[int, ...]
    layers: Mapping[str, Layer]
    cubes: Mapping[str, Sequence[Summed]]

    def slices(self, name: str, group: Group) -> tuple[IntArray, Summed] | None:
        """Codes of a group's slices that have rows, and what a layer knows of them; None if it has to be queried."""
        cut = _cut(group, self.direct)
        return None if cut is None else rolled(cut, self.layers[name], self.direct.axes, self.cubes[name])


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
    layers = {"outcomes": layer(cuts, direct.axes, int(np.prod(sizes)), 3 if direct.weight else 0)}
    if wanted.products:
        layers["moments"] = layer(cuts, direct.axes, 1, len(wanted.products))
    for score in wanted.scores:
        layers[score] = layer(cuts, direct.axes, 2 * BINS, 1 if direct.weight else 0)
    found = list(chunks(direct.files))
    parts = [list(part) for part in np.array_split(np.arange(len(found)), THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        work = pool.map(
            lambda part: _part(rows, direct, wanted, sizes, layers, [found[i] for i in part]), parts
        )
        first, *others = list(work)
    # Neighbouring chunks are one part, so that sums of doubles do not depend on which thread was faster.
    for other in others:
        for name, cubes in other.items():
            for mine, theirs in zip(first[name], cubes, strict=True):
                added(mine, theirs)
    return Straight(rows, direct, sizes, layers, first)


def _cut(group: Group, direct: Direct) -> Cut | None:
    if group.family is not None:
        return direct.cuts.get(group.family.column)
    return EVERYTHING if group.where == "true" else direct.cuts.get(group.where)


def _part(
    rows: Rows, direct: Direct, wanted: Wanted, sizes: tuple[int, ...], layers: Mapping[str, Layer],
    part: Sequence[Chunk],
) -> dict[str, list[Summed]]:  # fmt: skip
    """Count neighbouring chunks, one after the other, in the same cubes."""
    found = {name: [_empty(one, cube, direct) for cube in one.cubes] for name, one in layers.items()}
    for chunk in part:
        read = _read(rows.connection, direct, wanted, layers.values(), chunk)
        cells = {cube: _cell(read, cube) for one in layers.values() for cube in one.cubes}
        weight = read.weight
        powers = None if weight is None else np.stack([weight, weight**2, weight**3], axis=1)
        _add(read, layers["outcomes"], found["outcomes"], cells, _happened(read, sizes), powers)
        if wanted.products:
            _add(read, layers["moments"], found["moments"], cells, None, _products(read, wanted.products))
        for score in wanted.scores:
            first = None if powers is None else powers[:, :1]
            _add(read, layers[score], found[score], cells, _binned(read, score), first)
    return found


def _empty(of: Layer, cube: tuple[str, ...], direct: Direct) -> Summed:
    size = int(np.prod([len(direct.axes[column]) for column in cube], dtype=np.int64)) * of.inner
    return Summed(np.zeros(size, dtype=np.int64), tuple(np.zeros(size) for _ in range(of.sums)))


def _read(
    connection: DuckDBPyConnection, direct: Direct, wanted: Wanted, layers: Iterable[Layer], chunk: Chunk
) -> _Read:
    coded = [direct.label, *direct.predictions]
    by = {column for one in layers for cube in one.cubes for column in cube}
    by |= {one.column for one in coded if one.column and one.threshold is None}
    numbers = [one.column for one in coded if one.column and one.threshold is not None]
    numbers += [*wanted.scores, *([direct.weight] if direct.weight else [])]
    axes = {name: axis for name, axis in direct.axes.items() if name in by}
    sources = columns_read(direct, wanted.values.values())
    columns, found, table = read_chunk(chunk, axes, numbers, sources)
    read = _Read(direct, columns, found, {})
    if not wanted.values:
        return read
    values = row_values(connection.cursor(), direct, table, _code(read, direct.label, 0), wanted.values)
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


def _cell(read: _Read, cube: tuple[str, ...]) -> CodeArray | None:
    """The cell of each row in a cube, (n,); None where the cube has one."""
    if not cube:
        return None
    found = np.empty(read.rows, dtype=np.int32)
    for block in blocks(read.rows):
        cell = found[block]
        cell[:] = read.columns[cube[0]][block]
        for column in cube[1:]:
            cell *= len(read.direct.axes[column])
            cell += read.columns[column][block].astype(np.int32)
    return found


def _products(read: _Read, products: Sequence[tuple[str, ...]]) -> FloatArray:
    """Products of row values, (n, products), side by side so that a row is added to its cell at once."""
    found = np.empty((read.rows, len(products)))
    for block in blocks(read.rows):
        for k, factors in enumerate(products):
            value = read.values[factors[0]][block]
            for name in factors[1:]:
                value = value * read.values[name][block]
            found[block, k] = value
    return found


def _add(
    read: _Read, of: Layer, found: Sequence[Summed], cells: Mapping[tuple[str, ...], CodeArray | None],
    inner: CodeArray | None, values: FloatArray | None,
) -> None:  # fmt: skip
    """Add a chunk's rows to every cube of a layer: counts, and sums of `values` (n, sums)."""
    place = np.empty(read.rows, dtype=np.int64)
    for cube, total in zip(of.cubes, found, strict=True):
        cell = cells[cube]
        for block in blocks(read.rows):
            here = place[block]
            if inner is None:
                here[:] = 0 if cell is None else cell[block]
            elif cell is None:
                here[:] = inner[block]
            else:
                np.multiply(cell[block], of.inner, out=here)
                here += inner[block]
            np.add.at(total.count, here, 1)
        if values is not None:
            for mine, sums in zip(total.sums, _sums(place, values, len(total.count)).T, strict=True):
                mine += sums


def _sums(place: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Rows of `values` (n, k) added up by their cell, (size, k): a sparse matrix of ones does it in one sweep."""
    from scipy import sparse

    rows = len(place)
    ones = sparse.csc_array((np.ones(rows), place, np.arange(rows + 1)), shape=(size, rows))
    return np.asarray(ones @ values)
