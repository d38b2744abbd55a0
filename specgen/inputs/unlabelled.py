"""Splits without labels, such as yesterday's production: rows of which only the candidate's scores can speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from specgen.inputs.answers import LiveAnswers, live_sources
from specgen.inputs.build import build_rows
from specgen.inputs.checks import match_problems, value_problems
from specgen.inputs.joining import join
from specgen.inputs.labels import CLASSES, no_labels
from specgen.inputs.predictions import Source, sources
from specgen.inputs.rows import Rows
from specgen.inputs.tables import Table, kept, quote
from specgen.spec.load import LoadedSpec
from specgen.spec.task import Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NOT_FOR_THEM = ("slices", "key_examples", "business", "metrics", "milestones")


@dataclass(frozen=True)
class Unlabelled:
    """The rows of splits without labels, their label NULL, and why those of others cannot be used."""

    rows: Mapping[str, Rows] = field(default_factory=dict)
    unusable: Mapping[str, str] = field(default_factory=dict)


def without_labels(connection: DuckDBPyConnection, task: Task, table: Table) -> bool:
    """Whether a split lacks a column of labels, or has one that is empty throughout."""
    return no_labels(connection, task, table) is not None


def unlabelled_rows(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table], labels: tuple[str, ...],
    live: LiveAnswers,
) -> Unlabelled:  # fmt: skip
    """Splits of a classification task without labels that have times and the candidate's probabilities."""
    task = loaded.spec.task
    if task.type not in CLASSES or task.time is None or not isinstance(task.target, str):
        return Unlabelled()
    rows, unusable = {}, {}
    for split, table in tables.items():
        if not without_labels(connection, task, table) or table.column(task.time) is None:
            continue
        found = _of_split(
            connection, loaded, split, kept(connection, table), labels, live_sources(loaded, live, split)
        )
        if isinstance(found, Rows):
            rows[split] = found
        else:
            unusable[split] = found
    return Unlabelled(rows, unusable)


def _of_split(
    connection: DuckDBPyConnection, loaded: LoadedSpec, split: str, table: Table, labels: tuple[str, ...],
    live: Mapping[str, Source],
) -> Rows | str:  # fmt: skip
    """The rows of a split, or why they cannot be used."""
    task = loaded.spec.task
    lacking = next((n for n in (task.id, task.unit, task.weight) if n and table.column(n) is None), None)
    if lacking is not None:
        return f"it has no column '{lacking}'"
    chosen, wrong = sources(connection, loaded, split, table, False, live)
    mine = [source for source in chosen if source.model == loaded.spec.candidate_name and source.scores]
    if wrong:
        return wrong[0].message
    if not mine:
        return "the candidate has no scores for it"
    target = table.column(str(task.target)) or str(task.target)
    others = {name: kind for name, kind in table.columns.items() if name != target}
    empty = Table(
        f"(SELECT {', '.join(map(quote, others))}, NULL::VARCHAR AS {quote(target)} FROM {table.sql})",
        {**others, target: "VARCHAR"}, table.files,
    )  # fmt: skip
    # What asks for labels, or for columns of other splits, is nothing that these rows are for.
    bare = replace(loaded, spec=loaded.spec.model_copy(update=dict.fromkeys(NOT_FOR_THEM, ())))
    joined = join(connection, task, split, empty, mine)
    wrong = match_problems(connection, bare, joined) or value_problems(connection, bare, joined)
    return wrong[0].message if wrong else build_rows(connection, bare, joined, labels, None)
