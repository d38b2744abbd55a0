"""A split's rows as the search needs them: what they lose, and the code of each column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from specgen.diagnosis.search.columns import MOST_VALUES, Column, name_sql
from specgen.diagnosis.search.edges import edges
from specgen.diagnosis.search.kernels import BoolArray, Codes
from specgen.engine.cells import FloatArray, IntArray
from specgen.inputs.rows import Rows
from specgen.inputs.slicing import truth
from specgen.inputs.tables import literal, quote
from specgen.inputs.transcripts import add_edit_counts
from specgen.inputs.values import is_number
from specgen.spec.conditions import parse_condition

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Rows that are searched; of more, all rows of every k-th row (or unit) by a hash.
MOST_ROWS = 500_000
FEW_NUMBERS = 12
NO_VALUES = ("DATE", "TIME", "INTERVAL", "STRUCT", "MAP", "UNION", "BLOB", "BIT", "UUID")
TERM = "__sg_t"


@dataclass(frozen=True, eq=False)
class Searched:
    """A table of rows with the data's columns `names`, `TERM`0, … as asked for, and by row (n,) its half and unit."""

    connection: DuckDBPyConnection
    table: str
    names: tuple[str, ...]
    kinds: dict[str, str]
    terms: tuple[FloatArray, ...]
    weight: FloatArray
    unit: IntArray | None
    first_half: BoolArray
    every: int

    @property
    def rows(self) -> int:
        """Rows that are searched and tested."""
        return len(self.weight)

    def fetch(self, sql: Sequence[str], kind: str = "DOUBLE") -> list[FloatArray]:
        """Values (n,) of some expressions, NaN where they are NULL."""
        if not sql:
            return []
        listed = ", ".join(f"({one})::{kind} AS c{k}" for k, one in enumerate(sql))
        found = self.connection.execute(f"SELECT {listed} FROM {self.table} ORDER BY rowid").fetchnumpy()
        return [_plain(found[f"c{k}"]) for k in range(len(sql))]

    def holds(self, condition: str) -> BoolArray:
        """Rows (n,) that a spec's `where` would select."""
        checked = truth(parse_condition(condition, self.names))
        return np.asarray(self.fetch([checked], "INTEGER")[0] == 1)


def _plain(values: Any) -> FloatArray:
    """Masked values as NaN."""
    masked = isinstance(values, np.ma.MaskedArray)
    return np.asarray(np.ma.filled(values.astype(float), np.nan) if masked else values)


def read(rows: Rows, model: int, terms: Sequence[str], names: Sequence[str], seed: int) -> Searched:
    """A model's rows, sampled where there are too many, with the columns `names` and the values of `terms`.

    Rows of a unit are in one half, which a hash decides, so that the order of rows does not.
    """
    assert rows.joined is not None
    connection, data = rows.connection.cursor(), rows.joined.data
    every = max(-(-rows.count // MOST_ROWS), 1)
    table = f"searched_{rows.joined.relation}"
    inner = [f"{quote(name)} AS __sg_f{k}" for k, name in enumerate(names)]
    inner += [f"{sql} AS {name}" for name, sql in rows.columns.items() if name not in ("row", "instant")]
    inner += ["__sg_row_id"] if rows.clustered else ["__sg_row_id", "__sg_row_id AS unit"]
    outer = [f"__sg_f{k} AS {quote(name)}" for k, name in enumerate(names)]
    texts = "reference" in rows.columns
    if texts:
        outer += ["reference AS __sg_reference", f"r{model} AS __sg_said"]
    else:
        outer += [f"({term})::DOUBLE AS {TERM}{k}" for k, term in enumerate(terms)]
    where = f" WHERE hash(unit::VARCHAR, 'sample') % {every} = 0" if every > 1 else ""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {', '.join(outer)}, weight::DOUBLE AS __sg_weight,"
        " __sg_row_id AS __sg_id,"
        f" {'unit' if rows.clustered else '0'}::BIGINT AS __sg_unit,"
        f" hash(unit::VARCHAR || '#{seed}') % 2 = 0 AS __sg_first"
        f" FROM (SELECT {', '.join(inner)} FROM {rows.joined.relation}){where}"
    )
    kinds = {name: data.columns[name] for name in names}
    found = Searched(connection, table, tuple(names), kinds, (), np.empty(0), None, np.empty(0, bool), every)
    weight, halves, unit = found.fetch(["__sg_weight", "__sg_first::INTEGER", "__sg_unit"])
    values = _edits(found, model, terms) if texts else found.fetch([f"{TERM}{k}" for k in range(len(terms))])
    return Searched(
        connection, table, tuple(names), kinds, tuple(values), weight,
        unit.astype(np.int64) if rows.clustered else None, halves == 1, every,
    )  # fmt: skip


def _edits(found: Searched, model: int, terms: Sequence[str]) -> list[FloatArray]:
    """Values of terms over the edit counts of transcripts."""
    table, others = f"{found.table}_edits", "".join(f", NULL AS r{k}" for k in range(model))
    found.connection.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT rowid AS row, __sg_reference AS reference{others},"
        f" __sg_said AS r{model} FROM {found.table}"
    )
    add_edit_counts(found.connection, table, model + 1)
    listed = ", ".join(f"({term})::DOUBLE AS c{k}" for k, term in enumerate(terms))
    values = found.connection.execute(f"SELECT {listed} FROM {table} ORDER BY row").fetchnumpy()
    found.connection.execute(f"DROP TABLE {table}")
    return [_plain(values[f"c{k}"]) for k in range(len(terms))]


def value_columns(searched: Searched, names: Sequence[str], min_rows: int) -> Iterator[Column]:
    """Columns of categories and numbers that slices can be made of."""
    for name in names:
        yield from _column(searched, name, min_rows)


def column_codes(searched: Searched, columns: Sequence[Column]) -> Codes:
    """The rows' codes (columns, n); the last code is none of a column's own."""
    codes = np.empty((len(columns), searched.rows), np.uint8)
    for k, column in enumerate(columns):
        codes[k] = searched.fetch([_code(searched, column)], "UTINYINT")[0]
    return codes


def _column(searched: Searched, name: str, min_rows: int) -> Iterator[Column]:
    """The column, if it has at least two values that slices can be made of."""
    kind, sql = searched.kinds[name].upper(), name_sql(name, searched.names)
    if kind.startswith(NO_VALUES) or kind.endswith("]"):
        return
    found = _numbers(searched, name, sql) if is_number(kind) else _categories(searched, name, sql, min_rows)
    if found is not None and found.codes > 1:
        yield found


def _numbers(searched: Searched, name: str, sql: str) -> Column | None:
    """Ranges of a number, or its values where they are few."""
    column, kind = quote(name), searched.kinds[name]
    values = searched.fetch([column])[0]
    finite = values[np.isfinite(values)]
    if not len(finite):
        return None
    lacking, odd = searched.connection.execute(
        f"SELECT count(*) - count({column}), count_if({'isnan(' + column + ')' if _float(kind) else 'false'})"
        f" FROM {searched.table}"
    ).fetchall()[0]
    missing = [f"{sql} IS NULL"] * (lacking > 0) + [f"{sql} = CAST('nan' AS DOUBLE)"] * (odd > 0)
    top = number_sql(float(finite.max())) if odd else ""
    few = np.unique(finite)
    if len(few) <= FEW_NUMBERS:
        listed = tuple(number_sql(float(one)) for one in few)
        return Column(name, sql, values=listed, ordered=True, missing=" OR ".join(missing), top=top)
    cut = tuple(number_sql(edge) for edge in edges(finite))
    return Column(name, sql, edges=cut, ordered=True, missing=" OR ".join(missing), top=top) if cut else None


def _float(kind: str) -> bool:
    return kind.upper().startswith(("FLOAT", "DOUBLE"))


def number_sql(value: float) -> str:
    """A number as it is written in a condition: 45 and not 45.0."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _categories(searched: Searched, name: str, sql: str, min_rows: int) -> Column | None:
    """The values that have enough rows, the most frequent first where there are too many; None for texts."""
    column = quote(name)
    counted = searched.connection.execute(
        f"SELECT {column}::VARCHAR, count(*) FROM {searched.table} GROUP BY ALL"
        f" HAVING count(*) >= {min_rows} ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES + 1}"
    ).fetchall()
    values = sorted(value for value, _ in counted if value is not None)[:MOST_VALUES]
    if not values:
        return None
    boolean = searched.kinds[name].upper() == "BOOLEAN"
    written = tuple(values) if boolean else tuple(map(literal, values))
    missing = f"{sql} IS NULL" if any(value is None for value, _ in counted) else ""
    return Column(name, sql, values=written, missing=missing)


def _code(searched: Searched, column: Column) -> str:
    """SQL of a row's code: by the very conditions that are reported, so that they select these rows."""
    if len(column.values) > FEW_NUMBERS:
        return _listed_code(searched, column)
    order = [column.known] * bool(column.missing) + list(range(column.known))
    cases = " ".join(
        f"WHEN {truth(parse_condition(column.condition(code, code), searched.names))} THEN {code}"
        for code in order
    )
    return f"CASE {cases} ELSE {column.codes} END"


def _listed_code(searched: Searched, column: Column) -> str:
    """The same for many categories, which are looked up by a type that numbers them."""
    kind = f"{searched.table}_{searched.names.index(column.name)}"
    searched.connection.execute(f"DROP TYPE IF EXISTS {kind}")
    searched.connection.execute(f"CREATE TYPE {kind} AS ENUM ({', '.join(column.values)})")
    text = quote(column.name)
    known = f"coalesce(enum_code(TRY_CAST({text}::VARCHAR AS {kind})), {column.codes})"
    return f"CASE WHEN {text} IS NULL THEN {column.known} ELSE {known} END"
