"""Whether the data has what a spec names in it, as far as columns and files tell without reading rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.inputs.features import feature_problems
from specgen.inputs.own_columns import no_column, own_columns
from specgen.inputs.slicing import example_column, key_ids, truth
from specgen.inputs.tables import Table, quote
from specgen.inputs.values import is_number
from specgen.spec.conditions import parse_condition
from specgen.spec.load import LoadedSpec
from specgen.spec.part import Key
from specgen.spec.problems import Problem, did_you_mean
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def input_problems(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table], required: tuple[str, ...]
) -> list[Problem]:
    """Missing targets, bins over text, conditions of the wrong type, missing files of ids."""
    problems = [*_key_files(loaded), *_time(loaded, tables), *_searched(loaded, tables)]
    problems += feature_problems(loaded, tables, required)
    for split, table in tables.items():
        if split in required:
            problems += _target(loaded, split, table)
            problems += _named(loaded, split, table)
            problems += _own(loaded, split, table)
        problems += _bins(loaded, split, table)
        problems += _conditions(connection, loaded, split, table)
    first: dict[object, Problem] = {}
    for problem in problems:
        first.setdefault(problem.path, problem)
    return list(first.values())


def _key_files(loaded: LoadedSpec) -> Iterator[Problem]:
    for i, part in enumerate(loaded.spec.key_examples):
        try:
            ids = key_ids(part, Path(loaded.path).parent)
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8 text"
            yield loaded.problem(("key_examples", i, "ids"), f"cannot read '{part.ids}': {why}")
        else:
            if ids == ():
                yield loaded.problem(("key_examples", i, "ids"), f"'{part.ids}' holds no id")
            if ids is not None and example_column(loaded.spec.task) is None:
                yield loaded.problem(
                    ("key_examples", i, "ids"), "ids need task.id, the column that holds them"
                )


def _time(loaded: LoadedSpec, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A column of the time that no split has; where some have it, these are followed."""
    name = loaded.spec.task.time
    if name and tables and all(table.column(name) is None for table in tables.values()):
        split, table = next(iter(tables.items()))
        hint = did_you_mean(name, list(table.columns))
        yield loaded.problem(("task", "time"), f"no column '{name}' in data.{split} or any other split{hint}")


def _searched(loaded: LoadedSpec, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Columns that error analysis names and that no split has, or not the one that it names."""
    asked = loaded.spec.error_analysis
    if asked is None or not tables:
        return
    names = [asked.split] if asked.split is not None and asked.split in tables else list(tables)
    shown = asked.shown.named if asked.shown else ()
    for place, columns in ((("columns",), asked.named), (("examples", "columns"), shown)):
        for i, name in enumerate(columns):
            if all(tables[split].column(name) is None for split in names):
                message = no_column(name, tables[names[0]], f"data.{names[0]}")
                yield loaded.problem(("error_analysis", *place, i), message)


def _target(loaded: LoadedSpec, split: str, table: Table) -> Iterator[Problem]:
    task = loaded.spec.task
    for j, name in enumerate(task.targets):
        if table.column(name) is None:
            hint = did_you_mean(name, list(table.columns))
            path: tuple[str | int, ...] = (
                ("task", "target") if isinstance(task.target, str) else ("task", "target", j)
            )
            yield loaded.problem(path, f"no column '{name}' in data.{split}{hint}")


def _named(loaded: LoadedSpec, split: str, table: Table) -> Iterator[Problem]:
    """Columns of the task, of people's labels and of models whose predictions are the data's, that a split lacks."""
    for path, named in _data_columns(loaded.spec):
        for j, column in enumerate((named,) if isinstance(named, str) else named or ()):
            if table.column(column) is None:
                place = path if isinstance(named, str) else (*path, j)
                yield loaded.problem(place, no_column(column, table, f"data.{split}"))


def _data_columns(spec: Spec) -> Iterator[tuple[Key, str | tuple[str, ...] | None]]:
    for key in ("id", "unit", "weight", "query", "item"):
        yield ("task", key), getattr(spec.task, key)
    for name, baseline in spec.baselines.items():
        yield ("baselines", name, "column"), baseline.column
        yield ("baselines", name, "columns"), baseline.columns
    for name, model in spec.models.items():
        if model.columns is not None and model.predictions is None:
            yield ("models", name, "columns", "prediction"), model.columns.prediction
            yield ("models", name, "columns", "score"), model.columns.score


def _own(loaded: LoadedSpec, split: str, table: Table) -> list[Problem]:
    """Columns that metrics name and that the data lacks, where the candidate's are the data's."""
    spec = loaded.spec
    model = spec.models.get(spec.candidate_name)
    if model is not None and (model.predictions is not None or model.is_live):
        return []
    return own_columns(loaded, spec.candidate_name, None, table, split)[1]


def _bins(loaded: LoadedSpec, split: str, table: Table) -> Iterator[Problem]:
    for i, part in enumerate(loaded.spec.slices):
        column = table.column(part.by[0]) if part.bins and part.by else None
        if column is not None and not is_number(table.columns[column]):
            kind = table.columns[column].lower()
            message = f"bins need numbers; column '{column}' of data.{split} holds {kind}"
            yield loaded.problem(("slices", i, "bins"), message)


def _conditions(
    connection: DuckDBPyConnection, loaded: LoadedSpec, split: str, table: Table
) -> Iterator[Problem]:
    """Conditions that the engine cannot bind to the columns' types, such as `age LIKE 'x'`."""
    import duckdb

    spec = loaded.spec
    texts = {("slices", i, "where"): part.where for i, part in enumerate(spec.slices) if part.where}
    texts |= {
        ("key_examples", i, "where"): part.where for i, part in enumerate(spec.key_examples) if part.where
    }
    # A row of NULLs of the columns' types binds like the table, without parsing its file again.
    typed = "SELECT " + ", ".join(f"CAST(NULL AS {kind}) AS {quote(c)}" for c, kind in table.columns.items())
    bound = {path: truth(parse_condition(text, None)) for path, text in texts.items()}
    with suppress(duckdb.BinderException):
        connection.execute(f"SELECT {', '.join(bound.values()) or 'NULL'} FROM ({typed})")
        return
    for path, condition in bound.items():
        try:
            connection.execute(f"SELECT {condition} FROM ({typed})")
        except duckdb.BinderException as error:
            if "not found in FROM" not in str(error):
                yield loaded.problem(path, f"does not fit the columns of data.{split}: {plain(error)}")


def plain(error: Exception) -> str:
    """The engine's message without its own prefix, position and SQL."""
    first = str(error).splitlines()[0]
    return first.partition("Error: ")[2] or first
