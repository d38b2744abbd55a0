"""Which columns of the data a model may look at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from specgen.inputs.own_columns import no_column
from specgen.inputs.tables import Table
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem
from specgen.spec.row_values import model_columns
from specgen.spec.spec import Spec


def feature_columns(spec: Spec, table: Table, name: str | None = None) -> tuple[str, ...]:
    """A model's declared `features`, the candidate's if none is named, as the table spells them.

    Without them every column that is not known to be something else.
    """
    model = spec.models.get(name or spec.candidate_name)
    if model is not None and model.features is not None:
        return tuple(real for name in model.features if (real := table.column(name)) is not None)
    others = not_features(spec)
    return tuple(name for name in table.columns if name.lower() not in others)


def not_features(spec: Spec) -> frozenset[str]:
    """Columns, in lower case, that say which row it is, what it counts, or what it is labelled or predicted as."""
    task = spec.task
    names = {task.id, task.unit, task.query, task.time, task.weight, *task.targets, *task.model_columns}
    names |= set(model_columns(spec))
    for model in spec.models.values():
        if model.columns is not None:
            for one in (model.columns.prediction, model.columns.score):
                names |= {one} if isinstance(one, str) else set(one or ())
            names |= set((model.columns.others or {}).values())
    for baseline in spec.baselines.values():
        names |= {baseline.column, *(baseline.columns or ())}
    return frozenset(name.lower() for name in names if name is not None)


def feature_problems(
    loaded: LoadedSpec, tables: Mapping[str, Table], required: Collection[str]
) -> Iterator[Problem]:
    """Features that a split to be judged lacks, and labels among them."""
    task = loaded.spec.task
    labels = {name.lower() for name in task.targets}
    for name, model in loaded.spec.models.items():
        for j, feature in enumerate(model.features or ()):
            place = ("models", name, "features", j)
            if feature.lower() in labels:
                yield loaded.problem(place, f"'{feature}' is the label that the model has to tell; remove it")
            lacking = next((s for s in required if s in tables and tables[s].column(feature) is None), None)
            if lacking is not None:
                yield loaded.problem(place, no_column(feature, tables[lacking], f"data.{lacking}"))
