"""The spec's splits as tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specgen.inputs.frames import frame_table
from specgen.inputs.tables import Table, TableError, open_table, query_table
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def open_splits(connection: DuckDBPyConnection, loaded: LoadedSpec) -> tuple[dict[str, Table], list[Problem]]:
    """Tables of the spec's splits, and what is wrong with those that cannot be read."""
    tables, problems = {}, []
    folder = Path(loaded.path).parent
    for split, source in loaded.spec.data.items():
        try:
            if split in loaded.frames:
                tables[split] = frame_table(connection, loaded.frames[split], split)
            elif source.path is not None:
                tables[split] = open_table(connection, folder, source.path)
            else:
                tables[split] = query_table(connection, folder, source.sql or "", source.url or "")
        except TableError as error:
            problems.append(loaded.problem(("data", split), str(error)))
    return tables, problems
