"""Columns of few distinct values: conditions, bins and labels are then asked of the values, not of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specgen.inputs.tables import Table, quote

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

MOST_VALUES = 4096
SAMPLED = 20_000
THREADS = 2
# What a parquet file and the engine hold alike; dates and decimals are left to the engine.
PLAIN = ("VARCHAR", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER",
         "FLOAT", "DOUBLE")  # fmt: skip


@dataclass(frozen=True)
class Axis:
    """The distinct values of a column in a fixed order, None for missing; they stand in `relation` as well.

    `relation` has the column under its own name, and `number` with each value's position.
    """

    column: str
    values: tuple[Any, ...]
    relation: str
    number: str

    def __len__(self) -> int:
        return len(self.values)


def find_axes(
    connection: DuckDBPyConnection, table: Table, columns: Sequence[str], prefix: str
) -> dict[str, Axis]:
    """Axes of those columns that have few values; two columns are read side by side.

    None of columns of a type that files and engine hold differently.
    """
    few = _seem_few(connection, table, [name for name in columns if table.columns[name] in PLAIN])
    with ThreadPoolExecutor(THREADS) as pool:
        found = pool.map(
            lambda k: _find_axis(connection.cursor(), table, few[k], f"{prefix}_{k}"), range(len(few))
        )
        return {axis.column: axis for axis in found if axis is not None}


def _seem_few(connection: DuckDBPyConnection, table: Table, columns: Sequence[str]) -> list[str]:
    """The columns whose first rows have few values: of the others not all rows are worth looking at."""
    if not columns:
        return []
    names = [quote(column) for column in columns]
    counts = ", ".join(f"approx_count_distinct({name})" for name in names)
    rows = f"SELECT {', '.join(names)} FROM {table.sql} LIMIT {SAMPLED}"
    found = connection.execute(f"SELECT {counts} FROM ({rows})").fetchall()[0]
    return [column for column, count in zip(columns, found, strict=True) if count <= MOST_VALUES]


def _find_axis(connection: DuckDBPyConnection, table: Table, column: str, suffix: str) -> Axis | None:
    """The values of a column; None where there are many."""
    name = quote(column)
    relation, number = f"axis_{suffix}", f"__sg_number_{suffix}"
    connection.execute(
        f"CREATE TABLE {relation} AS SELECT {name}, row_number() OVER (ORDER BY {name} NULLS FIRST) - 1 AS {number}"
        f" FROM (SELECT {name} FROM {table.sql} GROUP BY {name})"
    )
    found = connection.execute(f"SELECT {name} FROM {relation} ORDER BY {number} LIMIT {MOST_VALUES + 1}")
    values = tuple(row[0] for row in found.fetchall())
    # NaN equals nothing, not even itself, so it has no position.
    if len(values) > MOST_VALUES or any(isinstance(v, float) and v != v for v in values):
        return None
    return Axis(column, values, relation, number)


def numbers(connection: DuckDBPyConnection, axis: Axis, sql: str) -> tuple[Any, ...]:
    """What an SQL expression over the axis's column gives for each of its values, in order."""
    found = connection.execute(f"SELECT {sql} FROM {axis.relation} ORDER BY {axis.number}")
    return tuple(row[0] for row in found.fetchall())


def combinations(
    connection: DuckDBPyConnection, axes: Sequence[Axis], conditions: Sequence[str]
) -> NDArray[np.bool_]:
    """Which combinations of several axes' values meet SQL conditions: (conditions, values of each axis)."""
    import numpy as np

    asked = [axis.number for axis in axes] + [f"{sql} AS c{k}" for k, sql in enumerate(conditions)]
    relations = ", ".join(axis.relation for axis in axes)
    found = connection.execute(f"SELECT {', '.join(asked)} FROM {relations}").fetchnumpy()
    met = np.zeros((len(conditions), *map(len, axes)), dtype=bool)
    met[:, *(found[axis.number] for axis in axes)] = [found[f"c{k}"] for k in range(len(conditions))]
    return met


def sizes(axes: Mapping[str, Axis], columns: Sequence[str]) -> int:
    """How many combinations the values of some axes have."""
    product = 1
    for column in columns:
        product *= len(axes[column])
    return product
