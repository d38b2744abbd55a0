"""Rows → cubes → slices: every slice by column values is a sum over a few dense tables of counts.

A cube counts outcomes for each combination of some columns' values. Slices by one or two columns, and
by conditions over columns of few values, are sums of its cells, so that a row is counted in a few cubes
and not in every slice (Gray et al. 1997, Data Cube, Data Mining and Knowledge Discovery 1:29).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.chunks import Chunk, chunks, read_chunk
from specgen.inputs.axes import Axis
from specgen.inputs.direct import Coded, Cut, Direct

MOST_CELLS = 4_000_000
THREADS = 2


@dataclass(frozen=True)
class Counts:
    """Rows and, where they are weighted, sums of weights and of their squares and cubes; each (..., outcomes)."""

    count: IntArray
    weight: tuple[FloatArray, FloatArray, FloatArray] | None


@dataclass(frozen=True)
class Outcome:
    """The outcomes that rows are counted by: `sizes` codes of the label and of each model, 0 for none."""

    sizes: tuple[int, ...]

    @property
    def cells(self) -> int:
        """How many combinations of codes there are."""
        return int(np.prod(self.sizes))


def outcome(direct: Direct, labels: int) -> Outcome:
    """Label and predictions, each with a code more for those without."""
    return Outcome((labels, *(1 if one.constant is not None else labels + 1 for one in direct.predictions)))


def plan(cuts: Iterable[Cut], axes: Mapping[str, Axis], outcomes: int) -> list[tuple[str, ...]]:
    """The columns of the fewest cubes found that cover all cuts that a cube can; the widest cuts first."""
    cubes: list[set[str]] = [set()]

    def cells(columns: set[str]) -> int:
        return int(np.prod([len(axes[c]) for c in columns], dtype=np.int64)) * outcomes

    needs = {frozenset(cut.columns) for cut in cuts}
    for need in sorted(needs, key=lambda n: (-len(n), -cells(set(n)), sorted(n))):
        if cells(set(need)) > MOST_CELLS:
            continue
        fitting = [cube for cube in cubes if cells(cube | need) <= MOST_CELLS]
        if fitting:
            min(fitting, key=lambda cube: cells(cube | need) - cells(cube)).update(need)
        else:
            cubes.append(set(need))
    return [tuple(sorted(cube)) for cube in cubes]


def fill(direct: Direct, labels: int, cubes: Sequence[tuple[str, ...]]) -> list[Counts]:
    """Count a split's rows in every cube, chunk by chunk on all cores; sums are added up in the files' order."""
    outcomes = outcome(direct, labels)
    total: list[Counts] | None = None
    with ThreadPoolExecutor(THREADS) as pool:
        for part in pool.map(lambda chunk: _count(chunk, direct, outcomes, cubes), chunks(direct.files)):
            total = part if total is None else [_added(a, b) for a, b in zip(total, part, strict=True)]
    shapes = [(*(len(direct.axes[c]) for c in cube), outcomes.cells) for cube in cubes]
    if total is None:
        return [Counts(np.zeros(shape, dtype=np.int64), None) for shape in shapes]
    return [_shaped(counts, shape) for counts, shape in zip(total, shapes, strict=True)]


def _count(chunk: Chunk, direct: Direct, outcomes: Outcome, cubes: Sequence[tuple[str, ...]]) -> list[Counts]:
    columns = {column for cube in cubes for column in cube}
    coded = [direct.label, *direct.predictions]
    columns |= {one.column for one in coded if one.column and one.threshold is None}
    numbers = [one.column for one in coded if one.column and one.threshold is not None]
    numbers += [direct.weight] if direct.weight else []
    axes = {name: axis for name, axis in direct.axes.items() if name in columns}
    read = read_chunk(chunk, axes, numbers)
    happened = _outcomes(read, coded, outcomes)
    weight = None
    if direct.weight:
        axis = axes.get(direct.weight)
        weight = np.array(axis.values, dtype=float)[read[direct.weight]] if axis else read[direct.weight]
    return [_cube(read, direct, cube, happened, outcomes.cells, weight) for cube in cubes]


def _outcomes(read: Mapping[str, IntArray], coded: Sequence[Coded], outcomes: Outcome) -> IntArray:
    """The outcome of each row as one number, (n,)."""
    found = np.asarray(_code(read, coded[0], 0))
    for one, size in zip(coded[1:], outcomes.sizes[1:], strict=True):
        if one.constant is None:
            found = found * size + _code(read, one, 1)
    return found


def _code(read: Mapping[str, IntArray], one: Coded, shift: int) -> IntArray:
    column = read[one.column or ""]
    if one.codes is not None:
        return np.asarray((one.codes + shift).astype(np.int32)[column])
    return np.asarray((column >= float(one.threshold or 0.0)).astype(np.int32) + shift)


def _cube(
    read: Mapping[str, IntArray], direct: Direct, cube: tuple[str, ...], happened: IntArray, outcomes: int,
    weight: FloatArray | None,
) -> Counts:  # fmt: skip
    cell, cells = happened, outcomes
    if cube:
        cell = read[cube[0]].astype(np.int32)
        for column in cube[1:]:
            cell *= len(direct.axes[column])
            cell += read[column].astype(np.int32, copy=False)
        cell *= outcomes
        cell += happened
        cells *= int(np.prod([len(direct.axes[column]) for column in cube]))
    count = np.bincount(cell, minlength=cells)
    if weight is None:
        return Counts(count, None)
    first, second, third = (np.bincount(cell, weights=weight**k, minlength=cells) for k in (1, 2, 3))
    return Counts(count, (np.asarray(first, float), np.asarray(second, float), np.asarray(third, float)))


def _added(one: Counts, other: Counts) -> Counts:
    one.count.__iadd__(other.count)
    for mine, theirs in zip(one.weight or (), other.weight or (), strict=True):
        mine.__iadd__(theirs)
    return one


def _shaped(counts: Counts, shape: tuple[int, ...]) -> Counts:
    if counts.weight is None:
        return Counts(counts.count.reshape(shape), None)
    first, second, third = (values.reshape(shape) for values in counts.weight)
    return Counts(counts.count.reshape(shape), (first, second, third))


def rolled(
    cut: Cut, cubes: Sequence[tuple[str, ...]], counted: Sequence[Counts]
) -> tuple[IntArray, Counts] | None:
    """Codes of a cut's slices that have rows, and their counts (slices, outcomes); None if no cube covers it."""
    usable = [i for i, cube in enumerate(cubes) if set(cut.columns) <= set(cube)]
    if not usable:
        return None
    chosen = min(usable, key=lambda i: counted[i].count.size)
    cube = cubes[chosen]
    others = tuple(k for k, column in enumerate(cube) if column not in cut.columns)
    kept = [column for column in cube if column in cut.columns]
    order = [cut.columns.index(column) for column in kept]
    slices = np.transpose(cut.slices, order).reshape(-1) if order else cut.slices.reshape(-1)

    def gathered(values: IntArray | FloatArray) -> IntArray | FloatArray:
        flat = values.sum(axis=others).reshape(len(slices), -1)
        inside = slices >= 0
        total = np.zeros((int(slices.max(initial=-1)) + 1, flat.shape[1]), dtype=flat.dtype)
        np.add.at(total, slices[inside], flat[inside])
        return total

    count = gathered(counted[chosen].count)
    codes = np.flatnonzero(count.sum(axis=1))
    weight = counted[chosen].weight
    if weight is None:
        return codes, Counts(count[codes].astype(np.int64), None)
    first, second, third = (np.asarray(gathered(values)[codes], dtype=float) for values in weight)
    return codes, Counts(count[codes].astype(np.int64), (first, second, third))
