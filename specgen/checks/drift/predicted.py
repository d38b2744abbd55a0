"""The candidate's predictions and scores on each split, labelled or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.checks.drift.found import Role
from specgen.checks.drift.sides import Side
from specgen.inputs.joining import POSITION
from specgen.inputs.tables import Table, TableError, kept, open_table, quote
from specgen.inputs.values import text_of
from specgen.spec.load import LoadedSpec
from specgen.spec.part import Key
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PREDICTED = "__sg_predicted"


def predicted_sides(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table], known: Mapping[str, Side],
    answers: Mapping[str, Table],
) -> Iterator[tuple[Role, str, dict[str, Side]]]:  # fmt: skip
    """Role, name and sides of each column that the candidate fills, where a split has it.

    `answers` are a live candidate's, by split.
    """
    spec = loaded.spec
    model = spec.models.get(spec.candidate_name)
    if model is None:
        return
    apart = model.is_live or model.predictions is not None
    files: Mapping[str, Table | None] = answers
    if model.predictions is not None:
        files = {split: _file(connection, loaded, model.predictions, split) for split in known}
    for role, name, column in _columns(spec):
        sides = {}
        for split, side in known.items():
            table = files.get(split) if apart else tables[split]
            real = table.column(column) if table else None
            if table is None or real is None:
                continue
            relation = _joined(spec, tables[split], table, real) if apart else side.relation
            if relation is not None:
                own = PREDICTED if apart else real
                sides[split] = replace(side, relation=relation, column=own, kind=table.columns[real])
        if sides:
            yield role, name, sides


def _columns(spec: Spec) -> Iterator[tuple[Role, str, str]]:
    """Role, the task's name and the candidate's own column of each prediction and score.

    The scores of a multiclass task are left to its prediction, which they add up to.
    """
    task, model = spec.task, spec.models[spec.candidate_name]
    keys: tuple[tuple[Role, Key], ...] = (
        ("prediction", _listed(task.prediction)),
        ("score", _listed(task.score)),
    )
    for role, names in keys:
        own = _listed(getattr(model.columns, role, None) if model.columns else None) or names
        if role == "score" and task.type == "multiclass" and task.prediction is not None:
            continue
        for name, column in zip(names or own, own, strict=False):
            yield role, str(name), str(column)


def _listed(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value or ()


def _file(connection: DuckDBPyConnection, loaded: LoadedSpec, path: str, split: str) -> Table | None:
    """The predictions file of a split, if it is there and can be read; `load_inputs` tells where it must be."""
    try:
        return kept(
            connection, open_table(connection, Path(loaded.path).parent, path.replace("{split}", split))
        )
    except TableError:
        return None


def _joined(spec: Spec, data: Table, file: Table, column: str) -> str | None:
    """A split's rows beside a column of its predictions file; None where the two have no common id."""
    if spec.task.id is None and file.column(POSITION):
        return (
            f"(SELECT d.*, p.{quote(column)} AS {PREDICTED} FROM (SELECT *, row_number() OVER () AS {POSITION}"
            f" FROM {data.sql}) d JOIN {file.sql} p USING ({POSITION}))"
        )
    ids = data.column(spec.task.id or ""), file.column(spec.task.id or "")
    if ids[0] is None or ids[1] is None:
        return None
    mine, theirs = (
        text_of("d." + quote(ids[0]), data.columns[ids[0]]),
        text_of("p." + quote(ids[1]), file.columns[ids[1]]),
    )
    return (
        f"(SELECT d.*, p.{quote(column)} AS {PREDICTED} FROM {data.sql} d"
        f" JOIN {file.sql} p ON {mine} = {theirs})"
    )
