"""The candidate's errors on a split as a table: what is right, what it says, how sure it is, and the row's slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specgen.inputs.examples import answer_sql
from specgen.inputs.flips import right_sql
from specgen.inputs.joining import Joined
from specgen.inputs.labels import CLASSES
from specgen.inputs.rows import Rows
from specgen.inputs.slicing import truth
from specgen.inputs.tables import literal, quote
from specgen.inputs.values import number_of, text_of
from specgen.spec.conditions import parse_condition
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Tasks in which a row is right or wrong, and those where it is only far off or not.
JUDGED = (*CLASSES, "multilabel", "transcription")
HAVE_ERRORS = (*JUDGED, "regression")
NEAREST, SUREST, RANDOM, LARGEST = "nearest", "surest", "random", "largest"


@dataclass(frozen=True)
class Errors:
    """A table of errors: `id`, `label`, `said`, `score`, `error`, a column by which each of `kinds` is sorted, the
    rows table's masks and families, and `w0`, `w1`, … for other conditions; of regressions, all rows, which are
    sorted by `random` too, but for a sample of errors and not as examples of them.
    """

    connection: DuckDBPyConnection
    table: str
    rows: Rows
    kinds: tuple[str, ...]
    count: int

    def fetch(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query; `{errors}` stands for the table."""
        return self.connection.execute(sql.replace("{errors}", self.table), list(values)).fetchall()


def read_errors(spec: Spec, rows: Rows, conditions: Sequence[str], seed: int) -> Errors:
    """The candidate's errors on a split; `conditions` are further slices, as a spec's `where` has them.

    Rows are drawn by a digest of their ids and the seed, so that the order of rows does not matter.
    """
    joined, i, task = _joined(rows), rows.index(spec.candidate_name), spec.task.type
    right, said = answer_sql(task, rows.columns, rows.labels, i)
    order = _order(spec, rows, joined, i, seed)
    slices = [*(one.column for one in rows.masks), *(one.column for one in rows.families)]
    numbers = rows.columns[f"s{i}"] if task == "binary" else rows.columns[f"t{i}"]
    columns = {
        "id": "__sg_row_id", "label": right, "said": said, "score": f"({numbers})::DOUBLE",
        "error": f"({said}) - ({right})" if task == "regression" else "NULL::DOUBLE", **order,
        **{name: rows.columns[name] for name in slices},
        **{f"w{k}": truth(parse_condition(where, joined.data.columns)) for k, where in enumerate(conditions)},
    }  # fmt: skip
    listed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    connection, table = rows.connection.cursor(), f"errors_{joined.relation}"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {listed} FROM {joined.relation}"
        f" WHERE NOT ({right_sql(task, rows.columns, i)})"
    )
    count = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]
    kinds = tuple(kind for kind in order if kind != RANDOM or task in JUDGED)
    return Errors(connection, table, rows, kinds, int(count))


def _order(spec: Spec, rows: Rows, joined: Joined, i: int, seed: int) -> dict[str, str]:
    """SQL of what each kind of list is sorted by."""
    task, columns = spec.task.type, rows.columns
    drawn = {RANDOM: f"md5(__sg_row_id || {literal(f'#{seed}')})"}
    if task == "regression":
        return {LARGEST: f"-abs(({columns[f'p{i}']}) - ({columns['label']}))", **drawn}
    if task == "transcription":
        return {LARGEST: f"-levenshtein({columns['reference']}, {columns[f'r{i}']})", **drawn}
    if task not in CLASSES or spec.candidate_name not in rows.scored:
        return drawn
    true = columns[f"t{i}"]
    if task == "binary":
        near = f"abs(({columns[f's{i}']}) - {spec.task.threshold!r})"
    else:
        near = f"greatest({', '.join(score_columns(joined, i))}) - ({true})"
    return {SUREST: true, NEAREST: near, **drawn}


def score_columns(joined: Joined, i: int) -> list[str]:
    """SQL of model i's scores, as numbers, in the order of the labels; of a binary task that of `positive` alone."""
    names = [f"__sg_score_{i}_{j}" for j in range(len(joined.sources[i].scores))]
    return [number_of(name, joined.kinds[name]) for name in names]


def row_values(
    rows: Rows, columns: Sequence[str], ids: Sequence[str], most: int
) -> Mapping[str, tuple[str | None, ...]]:
    """Texts of some of the data's columns by row id, those longer than `most` cut with an ellipsis."""
    joined = _joined(rows)
    listed = ["__sg_row_id"]
    for name in columns:
        text = text_of(quote(name), joined.data.columns[name])
        listed.append(
            f"CASE WHEN length({text}) > {most} THEN left({text}, {most - 1}) || '…' ELSE {text} END"
        )
    found = rows.connection.cursor().execute(
        f"SELECT {', '.join(listed)} FROM {joined.relation}"
        " WHERE __sg_row_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(ids)],
    )
    return {row[0]: tuple(row[1:]) for row in found.fetchall()}


def _joined(rows: Rows) -> Joined:
    assert rows.joined is not None
    return rows.joined
