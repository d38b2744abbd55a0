"""Several people's labels of the same rows: every label a row of its own, beside the candidate's prediction.

A row that m people labelled stands there m times with 1/m of its weight, and is one sampling unit. The
baseline's value is then the mean over people of each row, whoever is missing; of a metric that is no mean
over rows, such as F1, it is that of all their labels pooled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from specgen.inputs.build import build_rows
from specgen.inputs.checks import value_problems
from specgen.inputs.joining import join
from specgen.inputs.labels import CLASSES, code_of
from specgen.inputs.own_columns import no_column
from specgen.inputs.predictions import Source
from specgen.inputs.rows import Rows
from specgen.inputs.tables import Table, literal, quote
from specgen.inputs.values import label_text, number_of, text_of
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem
from specgen.spec.slices import Slice

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TASKS = (*CLASSES, "regression", "transcription")
ANNOTATOR = "__sg_annotator"


@dataclass(frozen=True, eq=False)
class Annotations:
    """The labels of the people of one baseline on one split.

    `pooled` has every label as a row, `apart` the same with full weights, sliced by person alone;
    `row`, `unit` and `label` (n,) are each label's row, sampling unit, and code or number. `labelled`
    counts the labels of each person.
    """

    baseline: str
    pooled: Rows
    apart: Rows
    row: NDArray[np.int64]
    unit: NDArray[np.int64]
    label: NDArray[np.float64]
    labelled: Mapping[str, int]

    def person(self, slice_name: str) -> str:
        """The column of a person, from the name of a slice of `apart`."""
        return slice_name.partition("=")[2]


def people_annotations(
    connection: DuckDBPyConnection, loaded: LoadedSpec, split: str, data: Table,
    candidate: Source, labels: tuple[str, ...], required: bool,
) -> tuple[list[Annotations], list[Problem]]:  # fmt: skip
    """What people say of a split's rows, for each baseline that names several; and what is wrong with it."""
    found: list[Annotations] = []
    problems: list[Problem] = []
    if loaded.spec.task.type not in TASKS:
        return found, problems
    for name, baseline in loaded.spec.baselines.items():
        place = ("baselines", name, "columns")
        columns = [data.column(column) for column in baseline.columns or ()]
        missing = [one for one, real in zip(baseline.columns or (), columns, strict=True) if real is None]
        if required:
            problems += [loaded.problem(place, no_column(one, data, f"data.{split}")) for one in missing]
        known = [column for column in columns if column is not None]
        if not known or (required and missing):
            continue
        people = [Source(name, place, "human", None, column, ()) for column in known]
        wrong = value_problems(connection, loaded, join(connection, loaded.spec.task, split, data, people))
        problems += wrong
        if not wrong:
            found += _annotations(connection, loaded, split, data, candidate, labels, name, known)
    return found, problems


def _annotations(
    connection: DuckDBPyConnection, loaded: LoadedSpec, split: str, data: Table,
    candidate: Source, labels: tuple[str, ...], name: str, columns: list[str],
) -> list[Annotations]:  # fmt: skip
    spec, task = loaded.spec, loaded.spec.task
    table = _expanded(connection, loaded, data, columns)
    shown = (
        code_of(label_text("__sg_annotation", "VARCHAR", task)) if task.type in CLASSES
        else "__sg_annotation" if task.type == "regression"
        else "dense_rank() OVER (ORDER BY __sg_annotation)"
    )  # fmt: skip
    fetched = connection.execute(
        f"SELECT __sg_row, dense_rank() OVER (ORDER BY __sg_unit) AS unit, ({shown})::DOUBLE AS label,"
        f" {ANNOTATOR} AS person FROM {table.sql}"
    ).fetchnumpy()
    if not len(fetched["label"]):
        return []
    people = np.asarray(fetched["person"]).astype(str)
    person = Source(name, ("baselines", name, "columns"), "human", None, "__sg_annotation", ())
    by_person = (Slice.model_validate({"by": [ANNOTATOR]}),)
    ways = (
        spec.model_copy(update={"task": task.model_copy(update={"weight": "__sg_weight", "unit": "__sg_unit"})}),
        spec.model_copy(update={"slices": by_person, "key_examples": (), "milestones": ()}),
    )  # fmt: skip
    pooled, apart = (
        build_rows(
            connection, replace(loaded, spec=one),
            join(connection, one.task, split, table, [candidate, person]), labels, None,
        )
        for one in ways
    )  # fmt: skip
    return [
        Annotations(
            name, pooled, apart, np.asarray(fetched["__sg_row"], dtype=np.int64),
            np.asarray(fetched["unit"], dtype=np.int64), np.asarray(fetched["label"], dtype=float),
            {column: int((people == column).sum()) for column in columns},
        )
    ]  # fmt: skip


def _expanded(connection: DuckDBPyConnection, loaded: LoadedSpec, data: Table, columns: list[str]) -> Table:
    """The data with a row for each label that a person gave."""
    task = loaded.spec.task
    weight = data.column(task.weight) if task.weight else None
    unit = data.column(task.unit) if task.unit else None
    known = " + ".join(f"({quote(column)} IS NOT NULL)::BIGINT" for column in columns)
    added = (
        f"{number_of(quote(weight), data.columns[weight]) if weight else '1.0'} / ({known}) AS __sg_weight,"
        f" {quote(unit) if unit else 'row_number() OVER ()'} AS __sg_unit, row_number() OVER () AS __sg_row"
    )
    kept = f"annotated_{len(connection.execute('SHOW TABLES').fetchall())}"
    connection.execute(f"CREATE TABLE {kept}_rows AS SELECT *, {added} FROM {data.sql}")
    numbers = task.type == "regression"
    parts = [
        f"SELECT *, {literal(column)} AS {ANNOTATOR},"
        f" {(number_of if numbers else text_of)(quote(column), data.columns[column])} AS __sg_annotation"
        f" FROM {kept}_rows WHERE {quote(column)} IS NOT NULL"
        for column in columns
    ]
    connection.execute(f"CREATE TABLE {kept} AS {' UNION ALL '.join(parts)}")
    kinds = {row[0]: row[1] for row in connection.execute(f"DESCRIBE {kept}").fetchall()}
    return Table(kept, kinds, data.files)
