"""Cubes: dense tables of sums by the values of some columns, of which every slice by them is a sum.

A row is added to a few cubes and not to every slice; slices by one or two columns, and by conditions
over columns of few values, are sums of a cube's cells (Gray et al. 1997, Data Cube, Data Mining and
Knowledge Discovery 1:29).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.inputs.axes import Axis
from specgen.inputs.direct import Cut

MOST_CELLS = 6_000_000


@dataclass(frozen=True)
class Layer:
    """What is summed in the same cubes: row counts apart by `inner` codes, and `sums` of row values."""

    inner: int
    sums: int
    cubes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Summed:
    """Counts (..., inner) and sums of row values, each (..., inner)."""

    count: IntArray
    sums: tuple[FloatArray, ...]


def layer(cuts: Iterable[Cut], axes: Mapping[str, Axis], inner: int, sums: int) -> Layer:
    """A layer whose cubes are the fewest found that cover all cuts that a cube can; the widest cuts first."""
    cubes: list[set[str]] = [set()]
    room = MOST_CELLS // max(sums, 1)

    def cells(columns: Iterable[str]) -> int:
        return int(np.prod([len(axes[c]) for c in columns], dtype=np.int64)) * inner

    needs = {frozenset(cut.columns) for cut in cuts}
    for need in sorted(needs, key=lambda n: (-len(n), -cells(n), sorted(n))):
        if cells(need) > room:
            continue
        fitting = [cube for cube in cubes if cells(cube | need) <= room]
        if fitting:
            min(fitting, key=lambda cube: cells(cube | need) - cells(cube)).update(need)
        else:
            cubes.append(set(need))
    return Layer(inner, sums, tuple(tuple(sorted(cube)) for cube in cubes))


def added(one: Summed, other: Summed) -> Summed:
    """Two parts of a cube together; the first is changed in place, which saves its memory."""
    np.add(one.count, other.count, out=one.count)
    for mine, theirs in zip(one.sums, other.sums, strict=True):
        np.add(mine, theirs, out=mine)
    return one


def rolled(
    cut: Cut, of: Layer, axes: Mapping[str, Axis], cubes: Sequence[Summed]
) -> tuple[IntArray, Summed] | None:
    """Codes of a cut's slices that have rows, and what they sum up to (slices, inner); None if no cube covers it."""
    usable = [i for i, cube in enumerate(of.cubes) if set(cut.columns) <= set(cube)]
    if not usable:
        return None
    chosen = min(usable, key=lambda i: cubes[i].count.size)
    cube = of.cubes[chosen]
    others = tuple(k for k, column in enumerate(cube) if column not in cut.columns)
    order = [cut.columns.index(column) for column in cube if column in cut.columns]
    slices = np.transpose(cut.slices, order).reshape(-1) if order else cut.slices.reshape(-1)
    shape = (*(len(axes[column]) for column in cube), of.inner)
    many = int(slices.max(initial=-1)) + 1
    one_to_one = many == len(slices) and bool((slices == np.arange(many)).all())

    def gathered(values: IntArray | FloatArray) -> IntArray | FloatArray:
        flat = np.asarray(values.reshape(shape).sum(axis=others)).reshape(len(slices), of.inner)
        if one_to_one:
            return np.asarray(flat)
        inside = slices >= 0
        if many == 1:
            return np.asarray(flat[inside].sum(0, keepdims=True))
        total = np.zeros((many, of.inner), dtype=flat.dtype)
        np.add.at(total, slices[inside], flat[inside])
        return total

    count = np.asarray(gathered(cubes[chosen].count), dtype=np.int64)
    codes = np.flatnonzero(count.sum(axis=1))
    sums = tuple(np.asarray(gathered(values)[codes], dtype=float) for values in cubes[chosen].sums)
    return codes, Summed(count[codes], sums)
