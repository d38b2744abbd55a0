"""Bands: values of a column that no slice tells apart share a cell, which makes cubes smaller.

An age that only `age >= 40` and `age >= 65` ask for has three bands, however many ages there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from specgen.engine.cells import IntArray
from specgen.inputs.axes import Axis
from specgen.inputs.direct import Cut


@dataclass(frozen=True, eq=False)
class Bands:
    """Band of each value of an axis, (values,), and one value of each band, (bands,)."""

    of: IntArray
    example: IntArray

    def __len__(self) -> int:
        return len(self.example)

    @property
    def merged(self) -> bool:
        """Whether some band has several values; else a value's band is its position."""
        return len(self.example) < len(self.of)


def find_bands(cuts: Iterable[Cut], axes: Mapping[str, Axis]) -> dict[str, Bands]:
    """The bands of every axis that a cut depends on, in the order of their first values."""
    told: dict[str, list[IntArray]] = {}
    alone: set[str] = set()
    # Cuts by one column first: once they tell all its values apart, the larger ones have nothing to add.
    for cut in sorted(cuts, key=lambda cut: len(cut.columns)):
        for k, column in enumerate(cut.columns):
            if column not in alone:
                apart = _numbered(np.moveaxis(cut.slices, k, 0).reshape(len(axes[column]), -1))
                told.setdefault(column, []).append(apart[:, None])
                alone |= {column} if int(apart.max(initial=0)) + 1 == len(axes[column]) else set()
    return {column: _bands(np.hstack(found)) for column, found in told.items()}


def over_bands(cut: Cut, bands: Mapping[str, Bands]) -> Cut:
    """The same cut, over bands in place of values."""
    slices = cut.slices
    for k, column in enumerate(cut.columns):
        slices = np.take(slices, bands[column].example, axis=k)
    return Cut(cut.columns, slices)


def _numbered(rows: IntArray) -> IntArray:
    """A number for each row, equal where rows are equal."""
    return np.asarray(np.unique(rows, axis=0, return_inverse=True)[1]).reshape(-1)


def _bands(told: IntArray) -> Bands:
    numbers = _numbered(told)
    _, first = np.unique(numbers, return_index=True)
    example = np.sort(first)
    place = np.empty(len(example), dtype=np.int64)
    place[numbers[example]] = np.arange(len(example))
    return Bands(place[numbers], example)
