"""Parquet files → positions of their rows' values among each column's distinct values, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from specgen.engine.cells import CodeArray, FloatArray
from specgen.inputs.axes import Axis

ROWS = 250_000
DIRECT_RANGE = 1 << 16
BLOCK = 1 << 16


@dataclass(frozen=True)
class Chunk:
    """Row groups of one file that are counted together."""

    file: Path
    groups: tuple[int, ...]


def chunks(files: Sequence[Path], parts: int) -> list[list[Chunk]]:
    """Row groups in the files' order, in so many parts of nearly as many, each in chunks of about ROWS rows."""
    from pyarrow import parquet

    found: list[tuple[Path, int, int]] = []
    for file in files:
        described = parquet.ParquetFile(file).metadata
        found += [(file, k, described.row_group(k).num_rows) for k in range(described.num_row_groups)]
    split = np.array_split(np.arange(len(found)), parts)
    return [list(_gathered([found[k] for k in part])) for part in split]


def _gathered(groups: Sequence[tuple[Path, int, int]]) -> Iterator[Chunk]:
    """Neighbouring row groups (file, number, rows) of one file together."""
    for file, of_file in groupby(groups, key=itemgetter(0)):
        gathered: list[int] = []
        rows = 0
        for _, group, count in of_file:
            gathered.append(group)
            rows += count
            if rows >= ROWS:
                yield Chunk(file, tuple(gathered))
                gathered, rows = [], 0
        if gathered:
            yield Chunk(file, tuple(gathered))


def read_chunk(
    chunk: Chunk, axes: Mapping[str, Axis], numbers: Sequence[str], kept: Sequence[str]
) -> tuple[dict[str, CodeArray], dict[str, FloatArray], Any]:
    """Positions on an axis of a chunk's columns that have one, the values of `numbers`, and the columns `kept`.

    A column may be all three: a score is a number for its threshold, and a position for a condition over it.
    """
    from pyarrow import parquet

    columns = list(dict.fromkeys([*axes, *numbers, *kept]))
    texts = [name for name, axis in axes.items() if any(isinstance(value, str) for value in axis.values)]
    with parquet.ParquetFile(chunk.file, read_dictionary=texts, memory_map=True) as file:
        table = file.read_row_groups(list(chunk.groups), columns=columns, use_threads=False)
    found = {name: _positions(table.column(name), axis) for name, axis in axes.items()}
    return found, {name: _doubles(table.column(name)) for name in numbers}, table.select(list(kept))


def blocks(rows: int) -> Iterator[slice]:
    """Slices of so many rows that what is computed of them stays in the processor's cache."""
    for start in range(0, rows, BLOCK):
        yield slice(start, min(start + BLOCK, rows))


def _positions(column: Any, axis: Axis) -> CodeArray:
    """Where each value stands on the axis, (n,), as small integers."""
    import pyarrow

    found = np.empty(len(column), dtype=np.min_scalar_type(max(len(axis) - 1, 1)))
    missing = axis.values.index(None) if None in axis.values else 0
    start = 0
    for part in column.chunks:
        inside = found[start : start + len(part)]
        if pyarrow.types.is_dictionary(part.type):
            places = {value: i for i, value in enumerate(axis.values)}
            known = np.array(
                [places[value] for value in part.dictionary.to_pylist()] or [0], dtype=found.dtype
            )
            _looked_up(known, _numbers(part.indices), 0, inside)
        else:
            _plain_positions(part, axis, inside)
        if part.null_count:
            inside[part.is_null().to_numpy(zero_copy_only=False)] = missing
        start += len(part)
    return found


def _numbers(part: Any) -> Any:
    """A NumPy view of numbers, with 0 where they are missing."""
    import pyarrow

    part = part.cast(pyarrow.int8()) if pyarrow.types.is_boolean(part.type) else part
    return (part.fill_null(0) if part.null_count else part).to_numpy(zero_copy_only=False)


def _plain_positions(part: Any, axis: Axis, found: CodeArray) -> None:
    """Positions of numbers and truth values: by a table where they lie close together, else by bisection."""
    values = _numbers(part)
    first = 1 if axis.values and axis.values[0] is None else 0
    known = np.array([v for v in axis.values if v is not None] or [0])
    known = known.astype(np.int8) if known.dtype == bool else known
    whole = known.dtype.kind in "iu" and values.dtype.kind in "iu"
    if whole and int(known[-1]) - int(known[0]) < DIRECT_RANGE:
        low = int(known[0])
        table = np.zeros(int(known[-1]) - low + 1, dtype=found.dtype)
        table[known.astype(np.int64) - low] = np.arange(first, len(known) + first)
        _looked_up(table, values, low, found)
        return
    for block in blocks(len(values)):
        found[block] = np.searchsorted(known, values[block]) + first


def _looked_up(table: Any, values: Any, low: int, found: CodeArray) -> None:
    """Fill `found` with the table's entries at values − low; only where a value is missing it lies outside."""
    for block in blocks(len(values)):
        places = values[block] if low == 0 else values[block].astype(np.int64) - low
        np.take(table, places, out=found[block], mode="clip")


def _doubles(column: Any) -> FloatArray:
    return np.asarray(column.to_numpy(), dtype=np.float64)
