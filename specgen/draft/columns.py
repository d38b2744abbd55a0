"""What each column of a table holds, as far as a draft needs to know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from specgen.inputs.tables import Table, quote
from specgen.inputs.values import FLOATS, is_number, text_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Kind = Literal["number", "text", "truth", "time", "other"]
# So many distinct values are listed; a class or a slice beyond that is none.
LISTED = 50
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")


@dataclass(frozen=True)
class Column:
    """A column: `values` are its distinct values as texts, frequent ones first, none if there are over LISTED.

    `fewest` is the number of rows of the rarest value. `whole` says that all numbers are integers.
    """

    name: str
    kind: Kind
    rows: int
    missing: int
    distinct: int
    whole: bool = False
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    fewest: int = 0
    words_a_text: float = 0.0

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its name: `predictedProb_2` → predicted, prob, 2."""
        return tuple(word.lower() for word in WORD.findall(self.name))

    @property
    def switch(self) -> bool:
        """Whether it holds 0 and 1, or truth values, and nothing else."""
        return (
            self.kind in ("number", "truth")
            and len(self.values) > 0
            and set(self.values) <= {"0", "1", "true", "false"}
        )

    @property
    def share(self) -> bool:
        """Whether it could be a probability: numbers from 0 to 1, each row with one."""
        return (
            self.kind == "number"
            and not self.missing
            and self.low is not None
            and self.low >= 0
            and (self.high or 0) <= 1
        )

    @property
    def unique(self) -> bool:
        """Whether it tells every row apart."""
        return self.distinct == self.rows and not self.missing


@dataclass(frozen=True)
class Look:
    """A table to look at: `sql` stands after FROM."""

    connection: DuckDBPyConnection
    sql: str
    columns: tuple[Column, ...]
    kinds: dict[str, str]

    def text(self, name: str) -> str:
        """SQL text of a column's values."""
        return text_of(quote(name), self.kinds[name])

    def ask(self, selected: str) -> tuple[object, ...]:
        """The one row of a query: `SELECT selected FROM the table`."""
        return self.connection.execute(f"SELECT {selected} FROM {self.sql}").fetchall()[0]

    def named(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


def look_at(connection: DuckDBPyConnection, table: Table) -> Look:
    """Every column of a table, counted."""
    kinds = dict(table.columns)
    rows = connection.execute(f"SELECT count(*) FROM {table.sql}").fetchall()[0][0]
    columns = tuple(_column(connection, table.sql, name, kind, rows) for name, kind in kinds.items())
    return Look(connection, table.sql, columns, kinds)


def _kind(kind: str) -> Kind:
    kind = kind.upper()
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "BLOB", "JSON")):
        return "other"
    if is_number(kind):
        return "number"
    if kind == "BOOLEAN":
        return "truth"
    if kind.startswith(("DATE", "TIMESTAMP")):
        return "time"
    return "text" if kind.startswith(("VARCHAR", "ENUM")) else "other"


def _column(connection: DuckDBPyConnection, sql: str, name: str, kind: str, rows: int) -> Column:
    quoted, what = quote(name), _kind(kind)
    if what == "other":
        return Column(name, what, rows, 0, rows)
    # NaN is a missing number, as pandas writes it.
    value = (
        f"CASE WHEN isnan({quoted}) THEN NULL ELSE {quoted} END"
        if kind.upper().startswith(("FLOAT", "DOUBLE"))
        else quoted
    )
    number = f"CAST({value} AS DOUBLE)" if what == "number" else "NULL::DOUBLE"
    there, distinct, low, high, whole, words = connection.execute(
        f"SELECT count({value}), count(DISTINCT {value}), min({number}), max({number}),"
        f" bool_and({number} = floor({number})), avg(len(string_split(trim({_words(quoted, what)}), ' ')))"
        f" FROM {sql}"
    ).fetchall()[0]
    listed = _values(connection, sql, value, kind) if 0 < distinct <= LISTED else []
    return Column(
        name, what, rows, rows - there, distinct, bool(whole), low, high,
        tuple(text for text, _ in listed), listed[-1][1] if listed else 0, words or 0.0,
    )  # fmt: skip


def _words(quoted: str, what: Kind) -> str:
    return f"CAST({quoted} AS VARCHAR)" if what == "text" else "NULL::VARCHAR"


def _values(connection: DuckDBPyConnection, sql: str, value: str, kind: str) -> Sequence[tuple[str, int]]:
    text = text_of("v", kind if kind.upper().startswith(FLOATS) else "VARCHAR")
    return connection.execute(
        f"SELECT {text}, n FROM (SELECT {value} AS v, count(*) AS n FROM {sql} GROUP BY 1)"
        " WHERE v IS NOT NULL ORDER BY n DESC, v"
    ).fetchall()
