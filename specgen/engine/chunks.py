"""Parquet files → positions of their rows' values among each column's distinct values, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.inputs.axes import Axis

ROWS = 2_000_000
DIRECT_RANGE = 1 << 16


@dataclass(frozen=True)
class Chunk:
    """Row groups of one file that are counted together."""

    file: Path
    groups: tuple[int, ...]


def chunks(files: Sequence[Path]) -> Iterator[Chunk]:
    """Neighbouring row groups of about ROWS rows, in the files' order."""
    from pyarrow import parquet

    for file in files:
        described = parquet.ParquetFile(file).metadata
        gathered: list[int] = []
        rows = 0
        for group in range(described.num_row_groups):
            gathered.append(group)
            rows += described.row_group(group).num_rows
            if rows >= ROWS:
                yield Chunk(file, tuple(gathered))
                gathered, rows = [], 0
        if gathered:
            yield Chunk(file, tuple(gathered))


def read_chunk(
    chunk: Chunk, axes: Mapping[str, Axis], numbers: Sequence[str], kept: Sequence[str]
) -> tuple[dict[str, Any], Any]:
    """Columns of a chunk: positions on an axis for those that have one, DOUBLE values for `numbers`.

    And an Arrow table of the columns `kept` as they stand in the file.
    """
    from pyarrow import parquet

    columns = list(dict.fromkeys([*axes, *numbers, *kept]))
    texts = [name for name, axis in axes.items() if any(isinstance(value, str) for value in axis.values)]
    with parquet.ParquetFile(chunk.file, read_dictionary=texts, memory_map=True) as file:
        table = file.read_row_groups(list(chunk.groups), columns=columns, use_threads=False)
    found: dict[str, Any] = {name: _positions(table.column(name), axis) for name, axis in axes.items()}
    found |= {name: _doubles(table.column(name)) for name in numbers if name not in axes}
    return found, table.select(list(kept))


def _positions(column: Any, axis: Axis) -> IntArray:
    """Where each value stands on the axis, (n,), as small integers."""
    import pyarrow

    parts = []
    missing = axis.values.index(None) if None in axis.values else 0
    kind = np.min_scalar_type(max(len(axis) - 1, 1))
    for part in column.chunks:
        if pyarrow.types.is_dictionary(part.type):
            places = {value: i for i, value in enumerate(axis.values)}
            known = np.array([places[value] for value in part.dictionary.to_pylist()] or [0], dtype=kind)
            indices = part.indices.fill_null(0) if part.null_count else part.indices
            found = known[indices.to_numpy(zero_copy_only=False)]
        else:
            found = _plain_positions(part, axis, kind)
        if part.null_count:
            found = np.where(part.is_null().to_numpy(zero_copy_only=False), missing, found).astype(kind)
        parts.append(found)
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _plain_positions(part: Any, axis: Axis, kind: Any) -> IntArray:
    """Positions of numbers and truth values: by a table where they lie close together, else by bisection."""
    import pyarrow

    if pyarrow.types.is_boolean(part.type):
        part = part.cast(pyarrow.int8())
    values = (part.fill_null(0) if part.null_count else part).to_numpy(zero_copy_only=False)
    first = 1 if axis.values and axis.values[0] is None else 0
    known = np.array([v for v in axis.values if v is not None] or [0])
    known = known.astype(np.int8) if known.dtype == bool else known
    if known.dtype.kind in "iu" and values.dtype.kind in "iu":
        low, high = int(known[0]), int(known[-1])
        if high - low < DIRECT_RANGE:
            table = np.zeros(high - low + 1, dtype=kind)
            table[known.astype(np.int64) - low] = np.arange(first, len(known) + first)
            inside = values.clip(low, high) if part.null_count else values
            return np.asarray(table[inside - low if low else inside])
    return np.asarray(np.searchsorted(known, values) + first).astype(kind)


def _doubles(column: Any) -> FloatArray:
    return np.asarray(column.to_numpy(), dtype=np.float64)
