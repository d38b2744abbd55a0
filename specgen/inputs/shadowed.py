"""Columns that SQL row values take from the data although a model's predictions file has its own, other values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specgen.inputs.joining import Joined
from specgen.inputs.predictions import Source
from specgen.inputs.tables import quote
from specgen.inputs.values import text_of
from specgen.spec.conditions import columns_of
from specgen.spec.load import LoadedSpec
from specgen.spec.row_values import filled_by_models, row_values

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def shadowed_columns(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined
) -> Iterator[tuple[Source, str]]:
    """Sources, and a warning about each such column: two logs' scores would be measured as one model's."""
    own = {name.lower() for name in filled_by_models(loaded.spec)}
    named = {
        name for value in row_values(loaded.spec) for name in columns_of(value.sql) if name.lower() not in own
    }
    for source in joined.sources:
        for name in sorted(named):
            if source.kind == "file" and _differs(connection, loaded, joined, source, name):
                text = (
                    f"SQL takes '{name}' from data.{joined.split}, though the predictions of {source.model}"
                    f" have other values of it; columns: {{others: {{{name}: {name}}}}} makes it the model's own"
                )
                yield source, text


def _differs(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, source: Source, name: str
) -> bool:
    table, data, key = source.table, joined.data, loaded.spec.task.id or ""
    mine, theirs = data.column(name), table.column(name) if table else None
    keys = data.column(key), table.column(key) if table else None
    if table is None or mine is None or theirs is None or keys[0] is None or keys[1] is None:
        return False
    columns = [text_of(f"d.{quote(c)}", data.columns[c]) for c in (keys[0], mine)]
    others = [text_of(f"p.{quote(c)}", table.columns[c]) for c in (keys[1], theirs)]
    found = connection.execute(
        f"SELECT count(*) FROM {data.sql} d JOIN {table.sql} p ON {columns[0]} = {others[0]}"
        f" WHERE {columns[1]} IS DISTINCT FROM {others[1]}"
    ).fetchall()
    return bool(found[0][0])
