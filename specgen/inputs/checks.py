"""What can be wrong with rows and predictions, told with the rows' ids before anything is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.inputs.joining import Joined
from specgen.inputs.labels import CLASSES, code_of
from specgen.inputs.multilabel import switch_of
from specgen.inputs.predictions import Source
from specgen.inputs.queries import query_problems
from specgen.inputs.tables import Table, literal, quote
from specgen.inputs.values import label_text, number_of, text_of
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem, did_you_mean
from specgen.spec.task import Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN = 3
RESERVED = "__sg_"


def data_problems(
    connection: DuckDBPyConnection, loaded: LoadedSpec, split: str, data: Table
) -> list[Problem]:
    """Empty split, missing or doubled ids, missing labels, unusable weights and numbers."""
    task, place = loaded.spec.task, ("data", split)
    if connection.execute(f"SELECT count(*) FROM {data.sql}").fetchall()[0][0] == 0:
        return [loaded.problem(place, "the split is empty: it has no row")]
    named = [task.id, *task.targets, task.unit, task.weight, task.query, task.item]
    keys = ["id", *("target" for _ in task.targets), "unit", "weight", "query", "item"]
    reserved = [column for column in data.columns if column.lower().startswith(RESERVED)]
    if reserved:
        return [
            loaded.problem(
                place, f"column '{reserved[0]}': names that begin with {RESERVED} are specgen's own"
            )
        ]
    problems = [
        loaded.problem(
            ("task", key), f"no column '{name}' in data.{split}{did_you_mean(name, list(data.columns))}"
        )
        for key, name in zip(keys, named, strict=True)
        if name and data.column(name) is None
    ]
    if problems:
        return problems
    row_id = _row_id(data, task.id)
    for key, name in zip(keys, named, strict=True):
        column = data.column(name) if name else None
        if column is not None and key != "item":
            bad, what = _bad_value(key, column, data.columns[column], task.type)
            what = f"{what} in column '{column}'"
            value = quote(column) if key == "target" else "NULL"
            problems += _rows_where(connection, loaded, place, data.sql, row_id, bad, what, value)
    if task.id:
        problems += _doubled(connection, loaded, place, data, task.id)
    return (
        problems
        or _weightless(connection, loaded, place, data)
        or query_problems(connection, loaded, split, data)
    )


def _weightless(
    connection: DuckDBPyConnection, loaded: LoadedSpec, place: tuple[str | int, ...], data: Table
) -> list[Problem]:
    """Weights that add up to nothing."""
    weight = data.column(loaded.spec.task.weight) if loaded.spec.task.weight else None
    if weight is None:
        return []
    number = number_of(quote(weight), data.columns[weight])
    total = connection.execute(f"SELECT sum({number}) FROM {data.sql}").fetchall()[0][0]
    return [] if total else [loaded.problem(place, f"the weights of column '{weight}' are all 0")]


def _bad_value(key: str, column: str, kind: str, task_type: str) -> tuple[str, str]:
    """Condition that finds unusable values of a column, and what to call them."""
    quoted = quote(column)
    number = number_of(quoted, kind)
    if key == "weight":
        return (
            f"{number} IS NULL OR NOT isfinite({number}) OR {number} < 0",
            "no weight (a number of 0 or more)",
        )
    if key == "target" and task_type == "multilabel":
        return f"{switch_of(quoted, kind)} IS NULL", "a label that is not 0 or 1"
    if key == "target" and task_type == "regression":
        return f"{number} IS NULL OR NOT isfinite({number})", "no number"
    if key == "target" and task_type == "ranking":
        bad = f"{number} IS NULL OR NOT isfinite({number}) OR {number} < 0"
        return bad, "no relevance (a number of 0 or more)"
    return f"{quoted} IS NULL", "no label" if key == "target" else "no value"


def _row_id(data: Table, name: str | None) -> str:
    column = data.column(name) if name else None
    return text_of(quote(column), data.columns[column]) if column else "CAST(row_number() OVER () AS VARCHAR)"


def _rows_where(
    connection: DuckDBPyConnection, loaded: LoadedSpec, place: tuple[str | int, ...],
    relation: str, row_id: str, condition: str, what: str, value: str,
) -> list[Problem]:  # fmt: skip
    """A problem naming the rows that meet a condition, if any do, and the first one's value if it has one."""
    if not _any(connection, relation, condition):
        return []
    rows = connection.execute(
        f"SELECT id, count(*) OVER (), v FROM (SELECT {row_id} AS id, ({condition}) AS bad, {value} AS v"
        f" FROM {relation}) WHERE bad ORDER BY id LIMIT {SHOWN}"
    ).fetchall()
    found = "" if rows[0][2] is None else f"{literal(str(rows[0][2])[:40])} in row "
    ids = _ids([row[:2] for row in rows])
    return [loaded.problem(place, f"{_count(rows[0][1], 'row')} with {what}: {found}{ids}")]


def _any(connection: DuckDBPyConnection, relation: str, condition: str) -> bool:
    """Whether a row meets a condition: one scan without numbering rows, and no more where none does."""
    return bool(connection.execute(f"SELECT count_if({condition}) FROM {relation}").fetchall()[0][0])


def _doubled(
    connection: DuckDBPyConnection, loaded: LoadedSpec, place: tuple[str | int, ...], table: Table, name: str
) -> list[Problem]:
    rows = connection.execute(
        f"SELECT id, count(*) OVER () FROM (SELECT {_row_id(table, name)} AS id FROM {table.sql})"
        f" WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT {SHOWN}"
    ).fetchall()
    what = (
        f"occurs more than once in column '{name}'"
        if rows and rows[0][1] == 1
        else f"occur more than once in column '{name}'"
    )
    return [loaded.problem(place, f"{_count(rows[0][1], 'id')} {what}: {_ids(rows)}")] if rows else []


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _ids(rows: list[tuple[object, int]]) -> str:
    shown = ", ".join("a row without id" if row[0] is None else f"'{row[0]}'" for row in rows)
    return shown + (", …" if rows[0][1] > len(rows) else "")


def match_problems(connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined) -> list[Problem]:
    """Predictions files with doubled ids, or without some or any of the split's rows."""
    problems = []
    for i, source in enumerate(joined.sources):
        if source.table is None:
            continue
        doubled = _doubled(connection, loaded, source.place, source.table, loaded.spec.task.id or "")
        problems += doubled or _unmatched(connection, loaded, joined, i, source)
    return problems


def _unmatched(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, i: int, source: Source
) -> list[Problem]:
    total, matched = connection.execute(
        f"SELECT count(*), count_if(__sg_matched_{i}) FROM {joined.relation}"
    ).fetchall()[0]
    if matched == total:
        return []
    name = source.table.files[0].name if source.table else ""
    rows = connection.execute(
        f"SELECT __sg_row_id, {total - matched} FROM {joined.relation} WHERE NOT __sg_matched_{i}"
        f" ORDER BY __sg_row_id LIMIT {SHOWN}"
    ).fetchall()
    if matched:
        count = f"{total - matched:,} of {total:,} rows of data.{joined.split}"
        what = f"{count} have no prediction in {name}: {_ids(rows)}"
        return [loaded.problem(source.place, what)]
    table = source.table or joined.data
    theirs = connection.execute(
        f"SELECT {_row_id(table, loaded.spec.task.id)} FROM {table.sql} ORDER BY 1 LIMIT 1"
    ).fetchall()
    look = (
        f"; its ids look like '{theirs[0][0]}', the data's like '{rows[0][0]}'" if theirs else "; it is empty"
    )
    return [loaded.problem(source.place, f"no id of {name} is in data.{joined.split}{look}")]


def extra_ids(connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined) -> list[tuple[Source, str]]:
    """Predictions files of this one split (`{split}` in their path) that have rows the data lacks."""
    found = []
    for source in joined.sources:
        path = loaded.spec.models[source.model].predictions if source.kind == "file" else None
        if source.table is None or not path or "{split}" not in path:
            continue
        rows = connection.execute(
            f"SELECT id, count(*) OVER () FROM (SELECT {_row_id(source.table, loaded.spec.task.id)} AS id"
            f" FROM {source.table.sql}) WHERE id NOT IN (SELECT __sg_row_id FROM {joined.relation})"
            f" ORDER BY id LIMIT {SHOWN}"
        ).fetchall()
        if rows:
            extra = f"{_count(rows[0][1], 'id')} of {source.table.files[0].name} not in data.{joined.split}, left out"
            found.append((source, f"{extra}: {_ids(rows)}"))
    return found


def value_problems(connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined) -> list[Problem]:
    """Predictions that are missing, no number or no known label; scores that are no probability."""
    task = loaded.spec.task
    problems = []
    for i, source in enumerate(joined.sources):
        for column in [c for c in joined.kinds if c.startswith(f"__sg_score_{i}_")]:
            shown = source.scores[int(column.rsplit("_", 1)[1])]
            number = number_of(column, joined.kinds[column])
            bad = f"{number} IS NULL OR isnan({number}) OR {number} < 0 OR {number} > 1"
            what = "a score that is no probability (a number from 0 to 1)"
            if _any(connection, joined.relation, bad):
                problems += _bad_values(connection, loaded, joined, source, column, shown, bad, what)
        written = {f"__sg_raw_{i}": source.prediction} if source.prediction else {}
        written |= {f"__sg_raw_{i}_{j}": name for j, name in enumerate(source.predictions)}
        for column, shown in written.items():
            bad, what = _bad_prediction(column, joined.kinds[column], task)
            if source.kind == "human":
                bad = f"{column} IS NOT NULL AND ({bad})"
            # Asked of the distinct predictions: of classes there are few.
            distinct = f"(SELECT {column} FROM {joined.relation} GROUP BY {column})"
            if _any(connection, distinct if task.type in CLASSES else joined.relation, bad):
                problems += _bad_values(connection, loaded, joined, source, column, shown, bad, what)
    return problems


def _bad_prediction(column: str, kind: str, task: Task) -> tuple[str, str]:
    if task.type in CLASSES:
        return f"{code_of(label_text(column, kind, task))} IS NULL", "a prediction that is none of the labels"
    if task.type == "multilabel":
        return f"{switch_of(column, kind)} IS NULL", "a prediction that is not 0 or 1"
    if task.type in ("regression", "ranking"):
        number = number_of(column, kind)
        return f"{number} IS NULL OR NOT isfinite({number})", "a prediction that is no number"
    return "false", ""  # a transcript of nothing is an empty text, which many files write as NULL


def _bad_values(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, source: Source,
    column: str, shown: str, bad: str, what: str,
) -> list[Problem]:  # fmt: skip
    rows = connection.execute(
        f"SELECT __sg_row_id, count(*) OVER (), {column} FROM {joined.relation} WHERE {bad}"
        f" ORDER BY __sg_row_id LIMIT {SHOWN}"
    ).fetchall()
    if not rows:
        return []
    value = "nothing" if rows[0][2] is None else literal(str(rows[0][2])[:40])
    text = f"{_count(rows[0][1], 'row')} of data.{joined.split} with {what} in column '{shown}'"
    return [loaded.problem(source.place, f"{text}: {value} in row {_ids([r[:2] for r in rows])}")]
