"""A split's data with every model's predictions beside it, as one relation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specgen.inputs.own_columns import OwnColumn
from specgen.inputs.predictions import Source
from specgen.inputs.tables import Table, quote
from specgen.inputs.values import text_of
from specgen.spec.task import Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# Rows without an id are known by their position, from one, in answers that came in their order.
POSITION = "__sg_position"


@dataclass(frozen=True)
class Joined:
    """A relation with the data's columns, `__sg_row_id` (text) and the columns of each model i.

    These are `__sg_raw_i`, its scores `__sg_score_i_j`, and `__sg_own_i_j`, the j-th of the spec's
    `model_columns`. `__sg_matched_i` says whether a predictions file had the row. `kinds` are the DuckDB types of the
    models' columns by name.
    In a multilabel task `__sg_raw_i_j` is the model's prediction of label j.
    """

    relation: str
    data: Table
    split: str
    sources: tuple[Source, ...]
    kinds: dict[str, str]


def join(
    connection: DuckDBPyConnection, task: Task, split: str, data: Table, sources: Sequence[Source]
) -> Joined:
    """Make the relation; ids are compared as text, so that 17 in one file is 17 in the other."""
    key = _id(task, data)
    row_id = text_of("d." + quote(key), data.columns[key]) if key else f"CAST(d.{POSITION} AS VARCHAR)"
    mine = data.sql if key else f"(SELECT *, row_number() OVER () AS {POSITION} FROM {data.sql})"
    columns, joins, kinds = [f"d.*{'' if key else f' EXCLUDE ({POSITION})'}, {row_id} AS __sg_row_id"], [], {}
    for i, source in enumerate(sources):
        table, prefix = (data, "d") if source.table is None else (source.table, f"j{i}")
        if source.table is not None:
            other = _id(task, table) or POSITION
            ids = text_of(quote(other), table.columns[other])
            joins.append(
                f"LEFT JOIN (SELECT *, {ids} AS __sg_row_id FROM {table.sql}) j{i} ON j{i}.__sg_row_id = {row_id}"
            )
            columns.append(f"j{i}.__sg_row_id IS NOT NULL AS __sg_matched_{i}")
        for name, column in joined_columns(i, source):
            columns.append(f"{prefix}.{quote(column)} AS {name}")
            kinds[name] = table.columns[column]
        for name, own in own_columns(i, source):
            columns.append(f"{'d' if own.in_data else prefix}.{quote(own.column)} AS {name}")
            kinds[name] = (data if own.in_data else table).columns[own.column]
    relation = f"joined_{connection.execute('SELECT count(*) FROM duckdb_views()').fetchall()[0][0]}"
    connection.execute(
        f"CREATE VIEW {relation} AS SELECT {', '.join(columns)} FROM {mine} d {' '.join(joins)}"
    )
    return Joined(relation, data, split, tuple(sources), kinds)


def joined_columns(i: int, source: Source) -> list[tuple[str, str]]:
    """Names in the relation, and columns, of the i-th source's prediction and scores."""
    named = [(f"__sg_raw_{i}", source.prediction)] if source.prediction else []
    named += [(f"__sg_raw_{i}_{j}", column) for j, column in enumerate(source.predictions)]
    return named + [(f"__sg_score_{i}_{j}", score) for j, score in enumerate(source.scores)]


def own_columns(i: int, source: Source) -> list[tuple[str, OwnColumn]]:
    """Names in the relation of those of the spec's `model_columns` that the i-th source has."""
    return [(f"__sg_own_{i}_{j}", own) for j, own in enumerate(source.own) if own is not None]


def _id(task: Task, table: Table) -> str | None:
    return table.column(task.id) if task.id else None
