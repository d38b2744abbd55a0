"""SQL row values of a chunk: the engine computes them on the chunk's own columns, as it would on the rows table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from specgen.engine.cells import CodeArray, FloatArray
from specgen.inputs.direct import Direct
from specgen.inputs.tables import quote

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WORD = re.compile(r"\w+")
LABEL = "__sg_label"


def columns_read(direct: Direct, values: Iterable[str]) -> list[str]:
    """Columns of the files that row values depend on, besides the label."""
    sql = " ".join(_definitions(direct, " ".join(values)).values())
    words = set(WORD.findall(sql))
    named = [column for name, column in direct.joined.items() if name in words]
    named += [axis for axis in direct.columns if quote(axis) in sql]
    return list(dict.fromkeys(named))


def row_values(
    connection: DuckDBPyConnection, direct: Direct, table: Any, label: CodeArray, values: Mapping[str, str]
) -> dict[str, FloatArray]:
    """Each value (n,) by name; `table` is the chunk (Arrow) and `label` (n,) its labels' codes."""
    import pyarrow

    definitions = _definitions(direct, " ".join(values.values()))
    joined = [
        f"{quote(column)} AS {name}" for name, column in direct.joined.items() if column in table.column_names
    ]
    # A constant names no column, and SQL wants one: the label is always there.
    listed = ", ".join(f"{sql} AS {name}" for name, sql in definitions.items()) or LABEL
    wanted = ", ".join(f"({sql})::DOUBLE AS {name}" for name, sql in values.items())
    connection.register("__sg_chunk", table.append_column(LABEL, pyarrow.array(label)))
    found = connection.execute(
        f"SELECT {wanted} FROM (SELECT {listed} FROM (SELECT {', '.join(['*', *joined])} FROM __sg_chunk))"
    ).fetchnumpy()
    connection.unregister("__sg_chunk")
    return {name: np.asarray(found[name], dtype=float) for name in values}


def _definitions(direct: Direct, sql: str) -> dict[str, str]:
    """The rows table's columns that some SQL names, over a chunk whose label is known already."""
    words = set(WORD.findall(sql))
    known = direct.rows["label"]
    return {
        name: LABEL if name == "label" else definition.replace(known, LABEL)
        for name, definition in direct.rows.items()
        if name in words
    }
