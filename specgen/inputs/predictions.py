"""Where each model's predictions for a split come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from specgen.inputs.own_columns import OwnColumn, human_columns, no_column, own_columns
from specgen.inputs.tables import Table, TableError, kept, open_table
from specgen.spec.load import LoadedSpec
from specgen.spec.models import Model
from specgen.spec.problems import Problem
from specgen.spec.task import Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Path_ = tuple[str | int, ...]
# A scores task may name no model: the data's own columns are then the candidate's.
DATA_ONLY = Model.model_construct(columns=None)


@dataclass(frozen=True)
class Source:
    """One model's predictions on one split.

    `table` is None when they are columns of the data. `scores` has one column for a binary task and
    one a label for a multiclass or multilabel task, and so has `predictions`, which stands for
    `prediction` in multilabel tasks. A naive source has no columns: its values are constants. `own`
    are the columns that the spec's metrics name (`model_columns`), None where the model has none.
    """

    model: str
    place: Path_
    kind: Literal["data", "file", "human", "naive"]
    table: Table | None
    prediction: str | None
    scores: tuple[str, ...]
    own: tuple[OwnColumn | None, ...] = ()
    predictions: tuple[str, ...] = ()


def sources(
    connection: DuckDBPyConnection, loaded: LoadedSpec, split: str, data: Table, required: bool,
    live: Mapping[str, Source],
) -> tuple[list[Source], list[Problem]]:  # fmt: skip
    """Sources of the candidate, the other models, human labels and the naive baseline, in that order.

    With `required` false, files that do not exist leave the model out of this split. `live` are those of
    live models that answered.
    """
    spec = loaded.spec
    names = sorted(spec.models or (spec.candidate_name,), key=lambda name: name != spec.candidate_name)
    found: list[Source] = []
    problems: list[Problem] = []
    for name in names:
        model = spec.models.get(name, DATA_ONLY)
        if model.is_live:
            found += [live[name]] if name in live else []
            continue
        if not required and _absent(loaded, model, split):
            continue
        place: Path_ = ("models", name, "columns" if model.predictions is None else "predictions")
        result = _model_source(connection, loaded, name, split, data, place if spec.models else ("metrics",))
        if isinstance(result, Source):
            result = _kept(connection, loaded, result)
        if isinstance(result, Source):
            own, wrong = own_columns(loaded, name, result.table, data, split)
            found.append(replace(result, own=own))
            problems += wrong
        else:
            problems.extend(result)
    for name, baseline in spec.baselines.items():
        if baseline.kind == "naive" and spec.task.type in (
            "binary",
            "multiclass",
            "multilabel",
            "regression",
            "ranking",
            "transcription",
        ):
            found.append(Source(name, ("baselines", name), "naive", None, None, ()))
        for column in [baseline.column] if baseline.column else []:
            place = ("baselines", name, "column")
            real = data.column(column)
            if real is not None:
                own = human_columns(spec, real)
                found.append(Source(name, place, "human", None, None if own else real, (), own))
            elif required:
                problems.append(loaded.problem(place, no_column(column, data, f"data.{split}")))
        if spec.task.type == "multilabel" and baseline.columns:
            place = ("baselines", name, "columns")
            several = _real(loaded, place, baseline.columns, data, f"data.{split}")
            if isinstance(several, tuple):
                found.append(Source(name, place, "human", None, None, (), predictions=several))
            elif required:
                problems += several
    return found, problems


def prediction_problems(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table]
) -> list[Problem]:
    """Files of predictions for these splits that are not there, or lack a column; their rows are not looked at."""
    found: dict[Path_, Problem] = {}
    for split, data in tables.items():
        for name, model in loaded.spec.models.items():
            place: Path_ = ("models", name, "predictions")
            result = _model_source(connection, loaded, name, split, data, place) if model.predictions else []
            for problem in result if isinstance(result, list) else ():
                found.setdefault(place, problem)
    return list(found.values())


def _kept(connection: DuckDBPyConnection, loaded: LoadedSpec, source: Source) -> Source | list[Problem]:
    """The source with its table read once into the database."""
    if source.table is None:
        return source
    try:
        return replace(source, table=kept(connection, source.table))
    except TableError as error:
        return [loaded.problem(source.place, str(error))]


def _absent(loaded: LoadedSpec, model: Model, split: str) -> bool:
    if model.predictions is None:
        return False
    return not any(Path(loaded.path).parent.glob(model.predictions.replace("{split}", split)))


def _model_source(
    connection: DuckDBPyConnection, loaded: LoadedSpec, name: str, split: str, data: Table, place: Path_
) -> Source | list[Problem]:
    task, model = loaded.spec.task, loaded.spec.models.get(name, DATA_ONLY)
    columns = model.columns
    predicted = (columns.prediction if columns else None) or task.prediction
    prediction = (predicted,) if isinstance(predicted, str) else tuple(predicted or ())
    score = (columns.score if columns else None) or task.score
    scores = (score,) if isinstance(score, str) else tuple(score or ())
    if model.predictions is None:
        return _chosen(loaded, Source(name, place, "data", None, None, ()), data, f"data.{split}",
                       prediction, scores, columns is not None and columns.score is not None)  # fmt: skip
    path = model.predictions.replace("{split}", split)
    try:
        table = open_table(connection, Path(loaded.path).parent, path)
    except TableError as error:
        return [loaded.problem(place, str(error))]
    problems = []
    if task.id is None:
        problems.append(
            loaded.problem(place, "predictions in a file are joined by id; add task.id, the key of both")
        )
    elif table.column(task.id) is None:
        problems.append(loaded.problem(place, no_column(task.id, table, path)))
    source = _chosen(loaded, Source(name, place, "file", table, None, ()), table, path, prediction, scores,
                     columns is not None and columns.score is not None)  # fmt: skip
    if isinstance(source, list):
        return problems + source
    return problems or source


def _chosen(
    loaded: LoadedSpec, source: Source, table: Table, where: str,
    predictions: tuple[str, ...], scores: tuple[str, ...], score_required: bool,
) -> Source | list[Problem]:  # fmt: skip
    """The source with the columns that its table has, or what is wrong with them.

    The candidate must have every column that the task names; another model may lack scores, or lack
    the prediction where it has scores.
    """
    must = source.model == loaded.spec.candidate_name
    real_scores = tuple(table.column(score) for score in scores)
    real_predictions = tuple(table.column(name) for name in predictions)
    missing = [score for score, real in zip(scores, real_scores, strict=True) if real is None]
    problems = []
    if missing and (must or score_required or len(missing) < len(scores)):
        problems += [loaded.problem(source.place, no_column(score, table, where)) for score in missing]
    has_scores = bool(scores) and not missing
    derivable = has_scores and _derivable(loaded.spec.task)
    absent = [name for name, real in zip(predictions, real_predictions, strict=True) if real is None]
    if absent and (must or not derivable or len(absent) < len(predictions)):
        problems += [loaded.problem(source.place, no_column(name, table, where)) for name in absent]
    if problems:
        return problems
    kept = tuple(real for real in real_scores if real is not None) if has_scores else ()
    written = tuple(real for real in real_predictions if real is not None)
    if loaded.spec.task.type == "multilabel":
        return replace(source, scores=kept, predictions=written)
    return replace(source, scores=kept, prediction=written[0] if written else None)


def _real(
    loaded: LoadedSpec, place: Path_, columns: tuple[str, ...], table: Table, where: str
) -> tuple[str, ...] | list[Problem]:
    """The columns as the table spells them, or those that it lacks."""
    missing = [name for name in columns if table.column(name) is None]
    if missing:
        return [loaded.problem(place, no_column(name, table, where)) for name in missing]
    return tuple(table.column(name) or name for name in columns)


def _derivable(task: Task) -> bool:
    """Whether predictions follow from scores."""
    return task.type in ("binary", "multiclass", "multilabel")
