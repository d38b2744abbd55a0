"""Cubes: dense tables of sums by the values of some columns, of which every slice by them is a sum.

A row is added to a few cubes and not to every slice; slices by one or two columns, and by conditions
over columns of few values, are sums of a cube's cells (Gray et al. 1997, Data Cube, Data Mining and
Knowledge Discovery 1:29).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from specgen.engine.bands import Bands
from specgen.engine.cells import FloatArray, IntArray
from specgen.inputs.direct import Cut

MOST_CELLS = 6_000_000
# Numbers in a part of a cube that is kept for others.
MOST_KEPT = 500_000


@dataclass(frozen=True)
class Layer:
    """What is summed in the same cubes: row counts apart by `inner` codes, and `sums` of row values."""

    inner: int
    sums: int
    cubes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Summed:
    """Counts (..., inner) and sums of row values, (..., inner, sums)."""

    count: IntArray
    sums: FloatArray


# A layer's cubes summed over some of their columns, by the cube's columns and those left.
Parts = dict[tuple[tuple[str, ...], tuple[str, ...]], Summed]


def layer(cuts: Iterable[Cut], bands: Mapping[str, Bands], inner: int, sums: int) -> Layer:
    """A layer whose cubes are the fewest found that cover all cuts that a cube can; the widest cuts first."""
    cubes: list[set[str]] = [set()]
    room = MOST_CELLS // max(sums, 1)

    def cells(columns: Iterable[str]) -> int:
        return int(np.prod([len(bands[c]) for c in columns], dtype=np.int64)) * inner

    needs = {frozenset(cut.columns) for cut in cuts}
    for need in sorted(needs, key=lambda n: (-len(n), -cells(n), sorted(n))):
        if cells(need) > room:
            continue
        fitting = [cube for cube in cubes if cells(cube | need) <= room]
        if fitting:
            min(fitting, key=lambda cube: cells(cube | need) - cells(cube)).update(need)
        else:
            cubes.append(set(need))
    fitting_needs = [need for need in needs if cells(need) <= room]
    return Layer(inner, sums, tuple(tuple(sorted(cube)) for cube in _slimmed(cubes, fitting_needs, bands)))


def _slimmed(
    cubes: Sequence[set[str]], needs: Sequence[frozenset[str]], bands: Mapping[str, Bands]
) -> list[set[str]]:
    """The cubes without the columns that no cut needs of them, the longest first: small cubes stay in the cache."""
    slim = [set(cube) for cube in cubes]
    for cube in slim:
        for column in sorted(cube, key=lambda c: (-len(bands[c]), c)):
            cube.discard(column)
            if not all(any(need <= one for one in slim) for need in needs):
                cube.add(column)
    return slim


def added(one: Summed, other: Summed) -> Summed:
    """Two parts of a cube together; the first is changed in place, which saves its memory."""
    np.add(one.count, other.count, out=one.count)
    np.add(one.sums, other.sums, out=one.sums)
    return one


def margin(
    columns: tuple[str, ...], of: Layer, bands: Mapping[str, Bands], cubes: Sequence[Summed], parts: Parts
) -> Summed | None:
    """Sums by the bands of some columns alone, (cells, inner); None if no cube covers them."""
    usable = [i for i, cube in enumerate(of.cubes) if set(columns) <= set(cube)]
    if not usable:
        return None
    chosen = min(usable, key=lambda i: cubes[i].count.size)
    kept = tuple(column for column in of.cubes[chosen] if column in columns)
    lengths = {column: len(bands[column]) for column in of.cubes[chosen]}
    found = _narrowed(kept, lengths, cubes[chosen], of, parts)
    axes = [kept.index(column) for column in columns]

    def turned(values: IntArray | FloatArray, *inner: int) -> IntArray | FloatArray:
        shape = [lengths[column] for column in kept]
        apart = np.moveaxis(values.reshape(*shape, *inner), axes, range(len(axes)))
        return apart.reshape(int(np.prod(shape)), *inner)

    return Summed(
        np.asarray(turned(found.count, of.inner), dtype=np.int64),
        np.asarray(turned(found.sums, of.inner, of.sums), dtype=float),
    )


def _narrowed(
    kept: tuple[str, ...], lengths: Mapping[str, int], cube: Summed, of: Layer, parts: Parts
) -> Summed:
    """A cube summed over all columns but some: the longest first, since what is left of it serves others too."""
    gone = [column for column in lengths if column not in kept]
    key = tuple(lengths), kept
    if not gone or key in parts:
        return parts[key] if gone else cube
    last = min(gone, key=lambda column: (lengths[column], column))
    wider = tuple(column for column in lengths if column in kept or column == last)
    whole = _narrowed(wider, lengths, cube, of, parts)
    shape, axis = [lengths[column] for column in wider], wider.index(last)
    found = Summed(
        whole.count.reshape(*shape, of.inner).sum(axis),
        whole.sums.reshape(*shape, of.inner, of.sums).sum(axis),
    )
    if found.count.size + found.sums.size <= MOST_KEPT:
        parts[key] = found
    return found


def rolled(cut: Cut, of: Summed) -> tuple[IntArray, Summed]:
    """Codes of a cut's slices that have rows, and what they sum up to; `of` is the margin of the cut's columns."""
    slices = cut.slices.reshape(-1)
    many = int(slices.max(initial=-1)) + 1
    one_to_one = many == len(slices) and bool((slices == np.arange(many)).all())
    inside = slices >= 0

    def gathered(values: IntArray | FloatArray) -> IntArray | FloatArray:
        if one_to_one:
            return values
        if many == 1:
            return np.asarray(values[inside].sum(0, keepdims=True))
        total = np.zeros((many, *values.shape[1:]), dtype=values.dtype)
        np.add.at(total, slices[inside], values[inside])
        return total

    count, sums = np.asarray(gathered(of.count), dtype=np.int64), np.asarray(gathered(of.sums), dtype=float)
    codes = np.flatnonzero(count.sum(axis=1))
    return codes, Summed(count[codes], sums[codes])
