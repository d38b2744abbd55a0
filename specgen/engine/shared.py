"""Which rows slices share: what it takes to draw estimates of overlapping slices together.

Slices that have rows in common err together. How much so is a matter of correlations, for which a
bounded number of rows is enough, however many a split has: their variances come from the cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.groups import groups
from specgen.inputs.rows import Rows

# Random blocks of units that stand for the units: a correlation is then known to about 1/√blocks.
BLOCKS = 512
MIX = 0x9E3779B97F4A7C15


@dataclass(frozen=True, eq=False)
class Disjoint:
    """Slices `start` to `start + size` of all, which have no rows in common: `place` (n,) tells which, -1 for none."""

    start: int
    size: int
    place: IntArray


@dataclass(frozen=True, eq=False)
class SharedRows:
    """Rows of a split, or every k-th of them where they are many (every k-th unit where rows have units).

    `names` are the slices, in the order of `parts`. `block` (n,) is each row's block of units, of
    `blocks`; `values` (n,) are by SQL term, NaN where NULL. `rows` counts all rows of the split.
    """

    names: tuple[str, ...]
    parts: tuple[Disjoint, ...]
    block: IntArray
    blocks: int
    unit: IntArray
    weight: FloatArray
    values: Mapping[str, FloatArray]
    rows: int

    def __len__(self) -> int:
        return len(self.weight)


def shared_rows(rows: Rows, terms: Sequence[str], more: Mapping[str, str], seed: int) -> SharedRows:
    """Fetch the rows once: slices, units, weights, SQL `terms`; `more` are further slices, conditions by name."""
    distinct = list(dict.fromkeys(terms))
    listed = [f"({sql})::DOUBLE AS v{i}" for i, sql in enumerate(distinct)]
    listed += [f"coalesce({sql}, false)::BIGINT AS o{i}" for i, sql in enumerate(more.values())]
    listed += [*(mask.column for mask in rows.masks), *(family.column for family in rows.families), "weight"]
    listed += ["unit"] if rows.clustered else []
    fetched = rows.connection.execute(f"SELECT {', '.join(listed)} FROM {rows.few}").fetchnumpy()
    columns = {name: _filled(values) for name, values in fetched.items()}
    unit = columns["unit"].astype(np.int64) if rows.clustered else _numbered(list(columns.values()))
    names, parts = _slices(rows, columns, list(more))
    block, blocks = _blocks(unit, seed)
    return SharedRows(
        names, parts, block, blocks, np.unique(unit, return_inverse=True)[1], columns["weight"],
        {sql: columns[f"v{i}"] for i, sql in enumerate(distinct)}, rows.count,
    )  # fmt: skip


def _slices(
    rows: Rows, columns: Mapping[str, FloatArray], more: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Disjoint, ...]]:
    names: list[str] = []
    parts: list[Disjoint] = []
    for group in groups(rows):
        if group.family is not None:
            codes, place = np.unique(columns[group.key].astype(np.int64), return_inverse=True)
            parts.append(Disjoint(len(names), len(codes), np.asarray(place, dtype=np.int64)))
            names += [group.slice_name(int(code)) for code in codes]
        elif group.where != "true":
            parts.append(Disjoint(len(names), 1, columns[group.where].astype(np.int64) - 1))
            names.append(group.name)
    for i, name in enumerate(more):
        parts.append(Disjoint(len(names), 1, columns[f"o{i}"].astype(np.int64) - 1))
        names.append(name)
    return tuple(names), tuple(parts)


def _numbered(columns: Sequence[FloatArray]) -> IntArray:
    """Rows numbered by what they are, not by their order, which must not matter."""
    mixed = np.zeros(len(columns[0]), dtype=np.uint64)
    for values in columns:
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(MIX) + values.view(np.uint64)
    number = np.empty(len(mixed), dtype=np.int64)
    number[np.argsort(mixed, kind="stable")] = np.arange(len(mixed))
    return number


def _blocks(unit: IntArray, seed: int) -> tuple[IntArray, int]:
    distinct, number = np.unique(unit, return_inverse=True)
    if len(distinct) <= BLOCKS:
        return np.asarray(number, dtype=np.int64), len(distinct)
    order = np.random.default_rng([seed, len(distinct)]).permutation(len(distinct))
    return np.asarray(order[number] % BLOCKS, dtype=np.int64), BLOCKS


def _filled(values: object) -> FloatArray:
    return np.ascontiguousarray(np.ma.filled(np.ma.asarray(values).astype(float), np.nan))
