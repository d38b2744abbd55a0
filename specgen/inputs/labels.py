"""The labels of a classification task: which there are, in which order, and their codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from specgen.inputs.tables import Table, literal, quote
from specgen.inputs.values import label_text
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem, did_you_mean
from specgen.spec.task import Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CLASSES = ("binary", "multiclass")
ENUM = "label_code"


def find_labels(
    connection: DuckDBPyConnection, loaded: LoadedSpec, splits: Mapping[str, Table]
) -> tuple[tuple[str, ...], list[Problem]]:
    """Labels in the order of their codes: `task.labels`, else those that occur in any split, sorted.

    For a binary task the positive label comes last, so that it has code 1. Those of a multilabel task
    are called by `task.labels`, else by their columns.
    """
    task = loaded.spec.task
    if task.type == "multilabel":
        return task.labels or task.targets, []
    if task.type not in CLASSES or not isinstance(task.target, str):
        return (), []
    found: dict[str, None] = {}
    for table in splits.values():
        column = table.column(task.target)
        if column is not None:
            text = label_text(quote(column), table.columns[column], task)
            values = f"SELECT {quote(column)} FROM {table.sql} GROUP BY {quote(column)}"
            rows = connection.execute(
                f"SELECT DISTINCT t FROM (SELECT {text} AS t FROM ({values})) WHERE t IS NOT NULL ORDER BY t"
            )
            found.update(dict.fromkeys(row[0] for row in rows.fetchall()))
    if task.type == "binary":
        return _binary(loaded, sorted(found))
    labels = task.labels or tuple(sorted(found))
    unknown = [label for label in found if label not in labels]
    problems = [
        loaded.problem(
            ("task", "labels"),
            f"the data has the label '{label}', which is not among labels{did_you_mean(label, labels)}",
        )
        for label in unknown
    ]
    return labels, problems


def _binary(loaded: LoadedSpec, found: list[str]) -> tuple[tuple[str, ...], list[Problem]]:
    positive = loaded.spec.task.positive_text or ""
    listed = ", ".join(f"'{label}'" for label in found[:5])
    if found and positive not in found:
        absent = f"the positive label '{positive}' does not occur in the data; labels are {listed}"
        message = absent + did_you_mean(positive, found)
        return (), [loaded.problem(("task", "positive"), message)]
    others = [label for label in found if label != positive]
    if len(others) > 1:
        message = (
            f"a binary task has two labels, the data has {len(found)}: {listed}; is it `type: multiclass`?"
        )
        return (), [loaded.problem(("task", "type"), message)]
    return (*(others or [f"not {positive}"]), positive), []


def without_values(connection: DuckDBPyConnection, table: Table, column: str) -> bool:
    """Whether a column has no value in any of a split's rows; false where there are no rows."""
    counts = f"SELECT count(*), count({quote(column)}) FROM {table.sql}"
    rows, known = connection.execute(counts).fetchall()[0]
    return bool(rows and not known)


def no_labels(connection: DuckDBPyConnection, task: Task, table: Table) -> str | None:
    """Why a split has no labels; None where every column of labels is there and has one."""
    for name in task.targets:
        column = table.column(name)
        if column is None:
            return f"it has no column '{name}', so no labels to measure against"
        if without_values(connection, table, column):
            return f"its column '{column}' is empty, so no labels to measure against"
    return None


def create_codes(connection: DuckDBPyConnection, labels: tuple[str, ...]) -> None:
    """Make the type that turns label texts into codes."""
    if labels:
        connection.execute(f"CREATE TYPE {ENUM} AS ENUM ({', '.join(map(literal, labels))})")


def code_of(text: str) -> str:
    """SQL code of a label's text; NULL for a text that is no label."""
    return f"enum_code(TRY_CAST({text} AS {ENUM}))::BIGINT"
