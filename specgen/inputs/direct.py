"""Splits whose outcomes and slices follow from a few columns of parquet files: counted without a table between.

What a row is for the metrics then depends only on the positions of its values among each column's
distinct values, so labels, conditions and bins are asked of the values and of their combinations, by
the same SQL as for rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from specgen.inputs.axes import Axis, combinations, find_axes, numbers, sizes
from specgen.inputs.joining import Joined, joined_columns, own_columns
from specgen.inputs.labels import CLASSES, code_of
from specgen.inputs.naive import Naive
from specgen.inputs.predictions import Source
from specgen.inputs.slicing import Slicing, declared_families, truth, value_sql
from specgen.inputs.tables import Table, quote
from specgen.inputs.values import is_number, label_text
from specgen.spec.conditions import columns_of, parse_condition
from specgen.spec.load import LoadedSpec
from specgen.spec.task import Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_COMBINATIONS = 250_000


@dataclass(frozen=True, eq=False)
class Coded:
    """A label or prediction: a code for each value of a column (-1 for none), a constant, or a score's side."""

    column: str | None
    codes: NDArray[np.int64] | None = None
    constant: int | None = None
    threshold: float | None = None


@dataclass(frozen=True, eq=False)
class Cut:
    """Slices by the values of some columns: `slices` has a slice's code (-1 for none) for each combination."""

    columns: tuple[str, ...]
    slices: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Direct:
    """What to read of the files, and what it means; `cuts` are by the rows table's column of a mask or family.

    `columns` are those of the files, `joined` the names under which predictions and scores are known in
    SQL, `rows` the SQL of the rows table's columns over both, and `scores` the models' score columns.
    """

    files: tuple[Path, ...]
    axes: Mapping[str, Axis]
    label: Coded
    predictions: tuple[Coded, ...]
    weight: str | None
    cuts: Mapping[str, Cut]
    columns: tuple[str, ...]
    joined: Mapping[str, str]
    rows: Mapping[str, str]
    scores: Mapping[str, str]


def split_axes(connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined) -> dict[str, Axis]:
    """Columns of few values that outcomes and slices may depend on; none where rows have to be joined or computed."""
    spec, data = loaded.spec, joined.data
    apart = any(source.table is not None for source in joined.sources)
    if spec.task.type not in CLASSES or spec.task.unit or apart or not data.sql.startswith("read_parquet"):
        return {}
    if not _alike(data):
        return {}
    wanted = [spec.task.target if isinstance(spec.task.target, str) else None]
    wanted += [source.prediction for source in joined.sources]
    wanted += [column for part in declared_families(spec) for column in part.by or ()]
    for condition in _conditions(loaded):
        wanted += sorted(columns_of(condition))
    real = dict.fromkeys(data.column(name) for name in wanted if name)
    return find_axes(connection, data, [name for name in real if name], joined.relation)


def direct(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, axes: Mapping[str, Axis],
    sliced: Slicing, rows: Mapping[str, str], naive: Naive | None,
) -> Direct | None:  # fmt: skip
    """How to read a split's outcomes straight from its files; None where some do not follow from `axes`.

    `rows` is the SQL of the rows table's columns.
    """
    task, data = loaded.spec.task, joined.data
    target = data.column(task.target if isinstance(task.target, str) else "") or ""
    if target not in axes:
        return None
    weight = data.column(task.weight) if task.weight else None
    coded = [_coded(connection, task, axes, source, naive) for source in joined.sources]
    predictions = tuple(one for one in coded if one is not None)
    numbers = [one.column for one in predictions if one.threshold is not None] + [weight]
    if len(predictions) < len(coded) or not all(is_number(data.columns[name]) for name in numbers if name):
        return None
    label = Coded(target, _label_codes(connection, task, axes[target]))
    cuts = dict(_cuts(connection, loaded, joined, sliced, axes))
    named = {
        name: column for i, source in enumerate(joined.sources) for name, column in joined_columns(i, source)
    }
    named |= {
        name: own.column for i, source in enumerate(joined.sources) for name, own in own_columns(i, source)
    }
    scores = {
        source.model: source.scores[0] for source in joined.sources
        if task.type == "binary" and source.scores and is_number(data.columns[source.scores[0]])
    }  # fmt: skip
    return Direct(
        data.files, axes, label, predictions, weight, cuts, tuple(data.columns), named, rows, scores
    )  # fmt: skip


def _alike(data: Table) -> bool:
    """Whether each file has just the table's columns, of one type in all.

    Else the engine fills in what some files lack, widens types, or takes columns from folders' names.
    """
    from pyarrow import parquet

    first, *others = [parquet.read_schema(file).remove_metadata() for file in data.files]
    return set(first.names) == set(data.columns) and all(first.equals(other) for other in others)


def _conditions(loaded: LoadedSpec) -> list[str]:
    found = [part.where for part in loaded.spec.slices]
    found += [part.where for part in loaded.spec.key_examples]
    return [condition for condition in found if condition]


def _label_codes(connection: DuckDBPyConnection, task: Task, axis: Axis) -> NDArray[np.int64]:
    kind = connection.execute(f"DESCRIBE {axis.relation}").fetchall()[0][1]
    found = numbers(connection, axis, code_of(label_text(quote(axis.column), kind, task)))
    return np.array([-1 if code is None else code for code in found], dtype=np.int64)


def _coded(
    connection: DuckDBPyConnection, task: Task, axes: Mapping[str, Axis], source: Source, naive: Naive | None
) -> Coded | None:
    if source.kind == "naive":
        return Coded(None, constant=int(naive.value)) if naive else None
    if source.prediction is None:
        score = source.scores[0] if task.type == "binary" and source.scores else None
        return Coded(score, threshold=task.threshold) if score else None
    axis = axes.get(source.prediction)
    return Coded(axis.column, _label_codes(connection, task, axis)) if axis else None


def _cuts(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, sliced: Slicing, axes: Mapping[str, Axis]
) -> Iterator[tuple[str, Cut]]:  # fmt: skip
    """The slices that follow from axes; the others are left to the engine's own group-bys."""
    data, spec = joined.data, loaded.spec
    parts = [part for part in spec.slices if part.where] + list(spec.key_examples)
    alike: dict[tuple[str, ...], dict[str, str]] = {}
    for mask, part in zip(sliced.masks, parts, strict=True):
        if not part.where:
            continue
        columns = tuple(sorted({data.column(name) or name for name in columns_of(part.where)}))
        if columns and _few(axes, columns):
            alike.setdefault(columns, {})[mask.column] = truth(parse_condition(part.where, data.columns))
    for columns, conditions in alike.items():
        met = combinations(connection, [axes[column] for column in columns], list(conditions.values()))
        for name, one in zip(conditions, met, strict=True):
            yield name, Cut(columns, np.where(one, 0, -1))
    named: dict[str, NDArray[np.int64]] = {}
    for family, part in zip(sliced.families, declared_families(spec), strict=True):
        columns = tuple(data.column(name) or name for name in part.by or ())
        if _few(axes, columns):
            codes = np.zeros((), dtype=np.int64)
            for column, (_, values) in zip(columns, family.keys, strict=True):
                text, _ = value_sql(part, column, data.columns[column])
                if text not in named:
                    place = {value: position for position, value in enumerate(values)}
                    named[text] = np.array([place[name] for name in numbers(connection, axes[column], text)])
                codes = codes[..., None] * len(values) + named[text]
            yield family.column, Cut(columns, codes)


def _few(axes: Mapping[str, Axis], columns: tuple[str, ...]) -> bool:
    return all(column in axes for column in columns) and sizes(axes, columns) <= MOST_COMBINATIONS
