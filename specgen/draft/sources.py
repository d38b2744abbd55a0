"""The files that a draft is made from, looked at as one table."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.draft.columns import Look, look_at
from specgen.draft.roles import DraftError, Roles
from specgen.inputs.logs.log import EvaluationLog
from specgen.inputs.tables import Table, TableError, connect, kept, literal, open_table, quote, read_log
from specgen.inputs.values import text_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LABELLED = "labelled.parquet"


@dataclass(frozen=True)
class Opened:
    """Files looked at as one table. `joined` says that predictions are a file of their own beside the data."""

    look: Look
    source: str
    data: str
    predictions: str | None
    columns: tuple[str, ...]
    log: EvaluationLog | None


def open_sources(source: str, data: str | None, folder: Path) -> Opened:
    """The file to draft from, and the data that its predictions belong to; the spec will lie in `folder`.

    Raises DraftError where they cannot be read or joined.
    """
    connection = connect()
    try:
        table = kept(connection, open_table(connection, Path(), source))
        log = read_log(table.files, source)
        if data is None:
            look = look_at(connection, table)
            _not_empty(look, source)
            return Opened(look, source, relative(source, folder), None, tuple(table.columns), log)
        rows = kept(connection, open_table(connection, Path(), data))
    except TableError as error:
        raise DraftError(str(error)) from error
    look = look_at(connection, _joined(connection, rows, table, source, data))
    _not_empty(look, source)
    return Opened(look, source, relative(data, folder), relative(source, folder), tuple(rows.columns), log)


def relative(path: str, folder: Path) -> str:
    """A path as a spec in `folder` names it."""
    if Path(path).is_absolute() and not Path(path).is_relative_to(folder.resolve()):
        return path
    return Path(os.path.relpath(path, folder)).as_posix()


def _not_empty(look: Look, source: str) -> None:
    if not look.columns or not look.columns[0].rows:
        raise DraftError(f"'{source}' has no rows")


def _joined(connection: DuckDBPyConnection, data: Table, table: Table, source: str, path: str) -> Table:
    """Data and predictions side by side, by the first column that tells the rows of both apart."""
    shared = [name for name in data.columns if table.column(name)]
    key = next(
        (name for name in shared if _unique(connection, data, name) and _unique(connection, table, name)),
        None,
    )
    if key is None:
        what = f"of the shared {', '.join(map(repr, shared[:5]))} none is" if shared else "no column is"
        raise DraftError(f"'{source}' and '{path}' cannot be joined: {what} in both and tells rows apart")
    own = [name for name in table.columns if data.column(name) is None]
    left, right = (text_of(f"{alias}.{quote(name)}", one.columns[name]) for alias, name, one in
                   (("d", key, data), ("p", table.column(key) or key, table)))  # fmt: skip
    selected = ", ".join(["d.*", *(f"p.{quote(name)}" for name in own)])
    connection.execute(
        f"CREATE TABLE joined AS SELECT {selected} FROM {data.sql} d JOIN {table.sql} p ON {left} = {right}"
    )
    kinds = {**data.columns, **{name: table.columns[name] for name in own}}
    found = connection.execute("SELECT count(*) FROM joined").fetchall()[0][0]
    if not found:
        raise DraftError(f"no row of '{source}' has the same '{key}' as a row of '{path}'")
    return Table("joined", kinds, data.files)


def _unique(connection: DuckDBPyConnection, table: Table, name: str) -> bool:
    column = quote(table.column(name) or name)
    count, distinct = connection.execute(
        f"SELECT count(*), count(DISTINCT {column}) FROM {table.sql}"
    ).fetchall()[0]
    return bool(count == distinct)


def with_labels_only(opened: Opened, roles: Roles, folder: Path, force: bool) -> tuple[Opened, Roles]:
    """The rows that have a label, in a file of their own beside the spec where some have none."""
    look = opened.look
    short = [look.named(name) for name in roles.target if look.named(name).missing]
    if not short:
        return opened, roles
    there = " AND ".join(f"{quote(c.name)} IS NOT NULL" + (f" AND NOT isnan({quote(c.name)})"
                         if look.kinds[c.name] in ("FLOAT", "DOUBLE") else "") for c in short)  # fmt: skip
    columns = ", ".join(map(quote, opened.columns))
    file = folder / LABELLED
    if file.exists() and not force:
        raise DraftError(f"{file} is there already; rows without a label would be left out of it")
    look.connection.execute(f"COPY (SELECT {columns} FROM {look.sql} WHERE {there}) TO {literal(str(file))}")
    again = look_at(look.connection, Table(f"(SELECT * FROM {look.sql} WHERE {there})", look.kinds, ()))
    count = look.columns[0].rows - again.columns[0].rows
    text = f"{count:,} of {look.columns[0].rows:,} rows have no label and are left out; {LABELLED} has the others"
    return replace(opened, look=again, data=LABELLED), roles.doubting("target", text)
