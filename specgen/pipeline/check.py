"""Everything that can be told about a spec without measuring: its form, references and columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.checks.drift.named import drift_problems
from specgen.checks.sanity.named import sanity_problems
from specgen.inputs.columns import input_problems
from specgen.inputs.load_tests import load_test_problems
from specgen.inputs.model_files import model_file_problems
from specgen.inputs.predictions import prediction_problems
from specgen.inputs.splits import open_splits
from specgen.inputs.tables import Table, connect
from specgen.inputs.tag_files import tag_problems
from specgen.metrics.registry import known_metrics
from specgen.metrics.requests import request_problems
from specgen.pipeline.beforehand import row_problems
from specgen.pipeline.look import look_problems
from specgen.spec.conditions import check_conditions
from specgen.spec.load import LoadedSpec, PartlyWrongError, load_spec
from specgen.spec.problems import Problem, SpecError, did_you_mean
from specgen.spec.references import check_metrics
from specgen.spec.shape import PLACEHOLDER

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def checked_spec(path: str | Path, templates: Path | None = None) -> LoadedSpec:
    """The spec, its form and references checked, and the look of its reports (in `templates`, where given).

    Its data is looked at only to tell all mistakes at once. Raises SpecError with every mistake.
    """
    try:
        loaded, problems = load_spec(path), []
    except PartlyWrongError as error:
        loaded, problems = error.loaded, list(error.problems)
        if error.doubtful:
            raise SpecError([*problems, *_besides(problems, _certain(loaded, error.doubtful))]) from None
    problems += [*check_metrics(loaded, known_metrics()), *sanity_problems(loaded)]
    problems += _besides(problems, request_problems(loaded, None))
    problems += look_problems(loaded, templates)
    if problems:
        raise SpecError([*problems, *_besides(problems, _column_problems(loaded))])
    return loaded


def _besides(told: Sequence[Problem], more: Iterable[Problem]) -> list[Problem]:
    """Those of other places: of what does not exist nothing more is worth saying."""
    places = {problem.path for problem in told}
    return [
        problem for problem in more if not any(problem.path == path[: len(problem.path)] for path in places)
    ]


def _certain(loaded: LoadedSpec, doubtful: frozenset[str]) -> Iterable[Problem]:
    """Mistakes of what is left without malformed parts, of which these cannot be the reason."""
    found = _column_problems(loaded)
    if "task" in doubtful:
        found = [one for one in found if one.path[0] in ("data", "slices")]
    else:
        found += check_metrics(loaded, known_metrics())
    return (one for one in found if PLACEHOLDER not in one.path and f"'{PLACEHOLDER}'" not in one.message)


def _column_problems(loaded: LoadedSpec) -> list[Problem]:
    try:
        open_checked(loaded)
    except SpecError as error:
        return list(error.problems)
    return []


def open_checked(
    loaded: LoadedSpec, milestone: str | None = None
) -> tuple[DuckDBPyConnection, dict[str, Table]]:
    """The spec's tables, their columns checked against its conditions, and their rows where they are few.

    Raises SpecError with every missing file and column, those of models too; predictions are looked for on the
    splits that the milestones up to `milestone` need.
    """
    connection = connect()
    tables, problems = open_splits(connection, loaded)
    problems += check_conditions(loaded, {split: tuple(table.columns) for split, table in tables.items()})
    problems += [*drift_problems(loaded, tables), *load_test_problems(loaded), *tag_problems(loaded)]
    judged = tuple(split for split in judged_splits(loaded, None) if split in tables)
    problems += input_problems(connection, loaded, tables, judged or tuple(tables))
    problems += model_file_problems(loaded)
    needed = {split: tables[split] for split in judged_splits(loaded, milestone) if split in tables}
    problems += prediction_problems(connection, loaded, needed or tables)
    tables, told = row_problems(connection, loaded, tables, judged)
    problems += _besides(problems, told)
    if problems:
        raise SpecError(problems)
    return connection, tables


def judged_splits(loaded: LoadedSpec, milestone: str | None) -> tuple[str, ...]:
    """Splits that the milestones up to and including `milestone` need."""
    names = [stage.name for stage in loaded.spec.milestones]
    last = names.index(milestone) + 1 if milestone else len(names)
    return tuple(dict.fromkeys(stage.split for stage in loaded.spec.milestones[:last]))


def unknown_milestone(loaded: LoadedSpec, milestone: str | None) -> Problem | None:
    """What is wrong with a milestone that was asked for by name."""
    names = [stage.name for stage in loaded.spec.milestones]
    if milestone is None or milestone in names:
        return None
    hint = did_you_mean(milestone, names) or f"; there are {', '.join(names)}"
    return loaded.problem(("milestones",), f"no milestone '{milestone}', which --milestone asks for{hint}")
