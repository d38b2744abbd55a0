"""Multilabel tasks: a 0/1 column a label in the data, and one a label for every model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from specgen.inputs.tables import Table, quote
from specgen.inputs.values import number_of, text_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from specgen.inputs.joining import Joined
    from specgen.inputs.naive import Naive
    from specgen.spec.task import Task


def switch_of(column: str, kind: str) -> str:
    """SQL of a label's value as 1 or 0, from a number, a truth value or a text of one; NULL from anything else."""
    text = f"lower({text_of(column, kind)})"
    return f"(CASE WHEN {text} IN ('1', 'true') THEN 1 WHEN {text} IN ('0', 'false') THEN 0 END)::BIGINT"


def label_columns(task: Task, joined: Joined) -> dict[str, str]:
    """Columns of the rows table: `y0, y1, …` the labels, `label` how many of them a row has."""
    columns = {f"y{j}": sql for j, sql in enumerate(_labels(task, joined.data))}
    return {**columns, "label": " + ".join(columns.values())}


def predicted_columns(task: Task, joined: Joined, i: int, naive: Naive | None) -> dict[str, str]:
    """Columns of model i: `pi_j` and `si_j` by label, `pi` the labels predicted, `hi` those that are right.

    The last two are NULL where a prediction of any label is missing.
    """
    predictions, scores = _predictions(task, joined, i, naive)
    columns = {f"p{i}_{j}": sql for j, sql in enumerate(predictions)}
    columns |= {f"s{i}_{j}": sql for j, sql in enumerate(scores)}
    hits = [f"{label} * {p}" for label, p in zip(_labels(task, joined.data), predictions, strict=True)]
    return {**columns, f"p{i}": " + ".join(predictions), f"h{i}": " + ".join(hits)}


def own_columns(task: Task, columns: Mapping[str, str], i: int) -> dict[str, str | None]:
    """Name → SQL of the columns that model i fills, for the spec's own expressions; None where it lacks one."""
    found: dict[str, str | None] = {}
    for names, letter in ((task.prediction, "p"), (task.score, "s")):
        for j, name in enumerate(names if isinstance(names, tuple) else ()):
            found[name] = columns.get(f"{letter}{i}_{j}")
    return found


def label_shares(connection: DuckDBPyConnection, task: Task, data: Table, weight: str) -> tuple[float, ...]:
    """Weighted share of the rows that have each label."""
    listed = ", ".join(f"sum({weight} * {sql}) / sum({weight})" for sql in _labels(task, data))
    return tuple(map(float, connection.execute(f"SELECT {listed} FROM {data.sql}").fetchall()[0]))


def _labels(task: Task, data: Table) -> list[str]:
    real = [data.column(name) or name for name in task.targets]
    return [switch_of(quote(column), data.columns[column]) for column in real]


def _predictions(task: Task, joined: Joined, i: int, naive: Naive | None) -> tuple[list[str], list[str]]:
    """SQL of each label's prediction and, where there are any, of its score."""
    source, kinds = joined.sources[i], joined.kinds
    if source.kind == "naive":
        shares = naive.shares if naive else (0.0,) * len(task.targets)
        return [f"{int(share > 0.5)}::BIGINT" for share in shares], [f"{share!r}::DOUBLE" for share in shares]
    raw, score = f"__sg_raw_{i}", f"__sg_score_{i}"
    scores = [number_of(f"{score}_{j}", kinds[f"{score}_{j}"]) for j in range(len(source.scores))]
    written = [switch_of(f"{raw}_{j}", kinds[f"{raw}_{j}"]) for j in range(len(source.predictions))]
    return written or [f"({one} >= {task.threshold!r})::BIGINT" for one in scores], scores
