"""Tables of rows: files that DuckDB reads by itself, Arrow files, and queries of other databases."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specgen.inputs.logs.log import EvaluationLog, LogError, as_arrow
from specgen.inputs.logs.recognise import evaluation_log
from specgen.spec.problems import did_you_mean

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# No BOOLEAN among the types to guess: a label `yes` must stay that word.
CSV = (
    "read_csv({files}, union_by_name = true, sample_size = -1,"
    " auto_type_candidates = ['BIGINT', 'DOUBLE', 'DATE', 'TIMESTAMP', 'VARCHAR'])"
)
READERS: dict[str, str] = {
    ".csv": CSV,
    ".tsv": CSV,
    ".parquet": "read_parquet({files}, union_by_name = true)",
    ".jsonl": "read_json({files}, format = 'newline_delimited', union_by_name = true, sample_size = -1)",
    ".ndjson": "read_json({files}, format = 'newline_delimited', union_by_name = true, sample_size = -1)",
}
ARROW = (".arrow", ".feather", ".ipc")
LOGS = (".eval", ".json")


class TableError(Exception):
    """A table cannot be read; the message says why, for people."""


@dataclass(frozen=True)
class Table:
    """Rows to select from: `sql` stands after FROM, `columns` are names and DuckDB types."""

    sql: str
    columns: Mapping[str, str]
    files: tuple[Path, ...]

    def column(self, name: str) -> str | None:
        """The column's real name, found as DuckDB would: without regard to case."""
        return next((real for real in self.columns if real.lower() == name.lower()), None)


def quote(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def connect() -> DuckDBPyConnection:
    """An engine's database in memory, which never fetches extensions."""
    import duckdb

    return duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )


def open_table(connection: DuckDBPyConnection, folder: Path, path: str) -> Table:
    """A table of one file, or of all files that a glob matches; relative paths start at `folder`.

    Raises TableError with the nearest file name when there is none, and with the reader's own words
    when it cannot be read.
    """
    files = _files(folder, path)
    suffix = _suffix(files[0])
    if suffix in ARROW:
        return _registered(connection, _read_arrow(files), files)
    log = read_log(files, path)
    if log is not None:
        return _registered(connection, as_arrow(log.rows), files)
    if suffix not in READERS:
        known = ", ".join([*READERS, *ARROW, *LOGS])
        raise TableError(f"cannot tell the format of '{path}'; specgen reads {known}")
    listed = "[" + ", ".join(literal(str(file)) for file in files) + "]"
    return _described(connection, READERS[suffix].format(files=listed), files, path)


def read_log(files: Sequence[Path], path: str) -> EvaluationLog | None:
    """The evaluation log that files are, None for tables of rows; TableError for a log that cannot be used."""
    try:
        return evaluation_log(files)
    except (LogError, OSError) as error:
        raise TableError(f"cannot read '{path}': {error}") from error


def kept(connection: DuckDBPyConnection, table: Table) -> Table:
    """The table read once into the database, where its format would be parsed at every look.

    Raises TableError when a row cannot be read.
    """
    if not table.sql.startswith(("read_csv", "read_json")):
        return table
    name = f"kept_{connection.execute('SELECT count(*) FROM duckdb_tables()').fetchall()[0][0]}"
    import duckdb

    try:
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {table.sql}")
    except duckdb.Error as error:
        raise TableError(f"cannot read '{table.files[0].name}': {str(error).splitlines()[0]}") from error
    return replace(table, sql=name)


def one_file(file: Path) -> str | None:
    """SQL of the rows of one file of several; None for a format that DuckDB does not read by itself."""
    reader = READERS.get(_suffix(file))
    return reader.format(files=literal(str(file))) if reader else None


def query_table(connection: DuckDBPyConnection, folder: Path, sql: str, url: str) -> Table:
    """A table that a query of another database gives: `sqlite:///file` or `duckdb:///file`."""
    scheme, _, rest = url.partition(":///")
    readers: dict[str, Callable[[Path, str], Any]] = {"sqlite": _query_sqlite, "duckdb": _query_duckdb}
    if scheme not in readers or not rest:
        raise TableError(
            f"cannot query '{scheme.partition(':')[0]}' databases; specgen queries sqlite:///FILE and duckdb:///FILE"
        )
    file = folder / rest
    if not file.is_file():
        raise TableError(f"no file '{rest}'")
    return _registered(connection, readers[scheme](file, sql), (file,))


def sha256(file: Path) -> str:
    """Hexadecimal digest of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(folder: Path, path: str) -> tuple[Path, ...]:
    if any(sign in path for sign in "*?["):
        full = Path(path)
        root, pattern = (
            (Path(full.anchor), str(full.relative_to(full.anchor))) if full.is_absolute() else (folder, path)
        )
        found = tuple(sorted(file for file in root.glob(pattern) if file.is_file()))
        if not found:
            raise TableError(f"no file matches '{path}'")
        return found
    file = folder / path
    if file.is_dir():
        raise TableError(
            f"'{path}' is a folder; name its files with a glob, such as '{path.rstrip('/')}/*.parquet'"
        )
    if not file.is_file():
        near = [entry.name for entry in file.parent.iterdir()] if file.parent.is_dir() else []
        raise TableError(f"no file '{path}'{did_you_mean(file.name, near)}")
    return (file,)


def _suffix(file: Path) -> str:
    suffixes = [s.lower() for s in file.suffixes]
    return (
        suffixes[-2]
        if suffixes[-1:] in (["." + "gz"], [".zst"]) and len(suffixes) > 1
        else (suffixes or [""])[-1]
    )


def _described(connection: DuckDBPyConnection, sql: str, files: tuple[Path, ...], path: str) -> Table:
    import duckdb

    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {sql}").fetchall()
    except duckdb.Error as error:
        raise TableError(f"cannot read '{path}': {str(error).splitlines()[0]}") from error
    return Table(sql, {row[0]: row[1] for row in described}, files)


def arrow_table(connection: DuckDBPyConnection, arrow: Any, told: str) -> Table:
    """A table of rows in memory; `told` is what messages call it. Raises TableError."""
    return _registered(connection, arrow, (), told)


def _registered(
    connection: DuckDBPyConnection, arrow: Any, files: tuple[Path, ...], told: str | None = None
) -> Table:
    import duckdb

    count = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'arrow_%'"
    ).fetchall()
    name = f"arrow_{count[0][0]}"
    what = told or str(files[0])
    # Other cursors of the database do not see what is registered with one.
    connection.register("given", arrow)
    try:
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    except duckdb.Error as error:
        raise TableError(f"cannot read '{what}': {str(error).splitlines()[0]}") from error
    finally:
        connection.unregister("given")
    return _described(connection, name, files, what)


def _read_arrow(files: tuple[Path, ...]) -> Any:
    import pyarrow
    from pyarrow import feather

    try:
        return pyarrow.concat_tables([feather.read_table(file) for file in files], promote_options="default")
    except (pyarrow.ArrowException, OSError) as error:
        raise TableError(f"cannot read '{files[0].name}': {error}") from error


def _query_sqlite(file: Path, sql: str) -> Any:
    import pyarrow

    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    connection.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY
    )
    try:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(names)
        return pyarrow.table({name: list(values) for name, values in zip(names, columns, strict=True)})
    except (sqlite3.Error, pyarrow.ArrowException) as error:
        raise TableError(f"the query failed; only SELECT is allowed: {error}") from error
    finally:
        connection.close()


def _query_duckdb(file: Path, sql: str) -> Any:
    """Rows of a query that can read the database alone: no other file, no network, no change."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "lock_configuration": True,
    }
    try:
        with duckdb.connect(str(file), read_only=True, config=config) as connection:
            statements = connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise TableError("the query must be one SELECT")
            return connection.execute(statements[0]).to_arrow_table()
    except duckdb.Error as error:
        raise TableError(f"the query failed: {str(error).splitlines()[0]}") from error
