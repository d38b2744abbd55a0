"""The spec's splits as tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.inputs.frames import frame_table
from specgen.inputs.tables import Table, TableError, kept, open_table, query_table
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem, SpecError

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


def kept_tables(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table]
) -> dict[str, Table]:
    """The tables, those of text formats read once into the database; SpecError when a row cannot be read."""
    found, problems = {}, []
    for split, table in tables.items():
        try:
            found[split] = kept(connection, table)
        except TableError as error:
            problems.append(loaded.problem(("data", split), str(error)))
    if problems:
        raise SpecError(problems)
    return found
