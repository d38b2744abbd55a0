"""Where each model has the columns that a spec's metrics name by `column`, `lower` and `upper`."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.inputs.tables import Table
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem, did_you_mean
from specgen.spec.row_values import model_columns
from specgen.spec.spec import Spec

Own = tuple["OwnColumn | None", ...]


@dataclass(frozen=True)
class OwnColumn:
    """A model's column: of the data, or else of its predictions file."""

    column: str
    in_data: bool


def no_column(name: str, table: Table, where: str) -> str:
    """That a table lacks a column, with the nearest one that it has."""
    return f"no column '{name}' in {where}{did_you_mean(name, list(table.columns))}"


def own_columns(
    loaded: LoadedSpec, model: str, file: Table | None, data: Table, split: str
) -> tuple[Own, list[Problem]]:
    """A model's columns, None for each that it lacks, and what is wrong.

    They stand in its predictions file. The data's columns are the candidate's; another model says which
    of them are its own by `others`. The candidate must have them all.
    """
    spec = loaded.spec
    declared = spec.models[model].columns if model in spec.models else None
    renamed = {
        name.lower(): column for name, column in ((declared.others if declared else None) or {}).items()
    }
    found: list[OwnColumn | None] = []
    problems = []
    for name, place in model_columns(spec).items():
        column = renamed.get(name.lower(), name)
        asked = name.lower() in renamed
        real = file.column(column) if file else None
        in_data = data.column(column) if file is None or not asked else None
        if real is None and in_data is not None and (asked or model == spec.candidate_name):
            found.append(OwnColumn(in_data, True))
        else:
            found.append(OwnColumn(real, False) if real else None)
        if found[-1] is None and (asked or model == spec.candidate_name):
            at = ("models", model, "columns", "others", name) if asked else place
            where = f"data.{split}" if file is None else f"{file.files[0].name} or data.{split}"
            problems.append(loaded.problem(at, no_column(column, file or data, where)))
    return tuple(found), problems


def human_columns(spec: Spec, real: str) -> Own:
    """In a scores task a person's column holds values of the first metric's column; elsewhere, labels."""
    first = spec.metrics[0].column
    if spec.task.type != "scores" or first is None:
        return ()
    return tuple(
        OwnColumn(real, True) if name.lower() == first.lower() else None for name in model_columns(spec)
    )
