"""Row values that a spec names besides the task's columns: columns that models fill, and SQL over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specgen.spec.part import Key
from specgen.spec.spec import Spec

# Tasks of which a row's answer is simply right or wrong.
RIGHT_OR_WRONG = ("binary", "multiclass", "multilabel", "transcription")


@dataclass(frozen=True)
class RowValue:
    """SQL of the spec's own. `name` begins its columns in the rows table: `b0_1` is that of model 1."""

    name: str
    place: Key
    sql: str


def row_values(spec: Spec) -> tuple[RowValue, ...]:
    """The SQL row values of business metrics and of the spec's own metrics."""
    found = [
        RowValue(f"b{k}", ("business", k, "per_row"), business.per_row)
        for k, business in enumerate(spec.business)
        if business.per_row
    ]
    for k, request in enumerate(spec.metrics):
        for letter, key in (("o", "sql"), ("n", "numerator"), ("d", "denominator")):
            sql = getattr(request, key)
            if sql:
                found.append(RowValue(f"{letter}{k}", ("metrics", k, key), sql))
    return tuple(found)


def model_columns(spec: Spec) -> Mapping[str, Key]:
    """Columns that metrics name and every model fills for itself, in order, and where each is named first.

    The j-th is the column `xj_i` of model i in the rows table. Names differ in more than case.
    """
    found: dict[str, Key] = {}
    for name, place in _named(spec):
        if all(name.lower() != other.lower() for other in found):
            found[name] = place
    return found


def _named(spec: Spec) -> Iterator[tuple[str, Key]]:
    for k, request in enumerate(spec.metrics):
        for key in ("column", "lower", "upper"):
            name = getattr(request, key)
            if name:
                yield name, ("metrics", k, key)
    for model, one in spec.models.items():
        for name in (one.columns.others if one.columns else None) or {}:
            yield name, ("models", model, "columns", "others", name)


def own_column(spec: Spec, name: str) -> str:
    """What begins a model column's names in the rows table: `x0`."""
    return f"x{[known.lower() for known in model_columns(spec)].index(name.lower())}"


def held_against(spec: Spec) -> Mapping[str, tuple[str, str]]:
    """Baselines that the candidate is held against row by row: those that it would replace, and those asked for.

    Each with what begins its columns in the rows table: `v0` (newly broken rows) and `u0` (mended ones).
    """
    if spec.task.type not in RIGHT_OR_WRONG:
        return {}
    asked = {request.baseline for request in spec.metrics}
    for stage in spec.milestones:
        asked |= {gate.baseline for gate in stage.gates}
        asked |= {gate.metric.partition("@")[2] for gate in stage.gates if gate.metric}
        asked |= {gate.regressions.baseline for gate in stage.gates if gate.regressions}
    return {
        name: (f"v{k}", f"u{k}")
        for k, (name, one) in enumerate(spec.baselines.items())
        if name in asked or (one.kind == "previous" and one.model)
    }


def task_columns(spec: Spec) -> tuple[str, ...]:
    """The task's columns that a model fills."""
    return spec.task.model_columns


def filled_by_models(spec: Spec) -> tuple[str, ...]:
    """Columns that SQL row values may name although a model, not the data, fills them."""
    return (*task_columns(spec), *model_columns(spec))
