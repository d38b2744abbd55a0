"""Metrics, models and baselines of a draft, each with why it is there and what to change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgen.draft.columns import Look
from specgen.draft.lines import Choices, Line
from specgen.draft.metrics import task_metrics
from specgen.draft.others import Other
from specgen.draft.roles import Roles
from specgen.draft.scores import score_choices
from specgen.inputs.logs.log import EvaluationLog


def choose(
    look: Look, roles: Roles, others: Sequence[Other], log: EvaluationLog | None, file: str | None
) -> Choices:
    """Metrics by the task, the candidate (in `file`, or in the data's own columns) and the others as baselines."""
    if roles.type == "scores":
        return score_choices(look, roles, log, file)
    metrics, primary = task_metrics(look, roles)
    own: dict[str, Any] = {"predictions": file} if file else {}
    if not file:
        own["columns"] = {key: _one(value) for key, value in
                          (("prediction", roles.prediction), ("score", roles.score)) if value}  # fmt: skip
        many = roles.type in ("multilabel", "multiclass")
        own["columns"] |= {"score": list(roles.score)} if many and roles.score else {}
        own["columns"] |= (
            {"prediction": list(roles.prediction)} if roles.type == "multilabel" and roles.prediction else {}
        )
    models = {"candidate": Line(own, "the model under review")}
    baselines: dict[str, Line] = {}
    if roles.type != "ranking":
        baselines["naive"] = Line({"kind": "naive"}, _naive(roles))
    for other in others:
        if other.kind == "human":
            baselines[other.name] = Line(
                {"kind": "human", "column": other.column}, f"{other.why}; remove it if it is no person's"
            )
        else:
            where = {"predictions": file} if file else {}
            models[other.name] = Line(
                where | {"columns": {"prediction": other.column}}, f"{other.why}; another model?"
            )
            baselines[other.name] = Line(
                {"kind": "previous", "model": other.name}, "what the candidate has to beat"
            )
    return Choices(tuple(metrics), primary, models, baselines)


def _one(value: tuple[str, ...]) -> Any:
    return value[0] if len(value) == 1 else list(value)


def _naive(roles: Roles) -> str:
    says = {
        "regression": "always says the mean",
        "transcription": "always says nothing",
        "multilabel": "says of each label what most rows have",
    }
    return f"{says.get(roles.type, 'always says the most frequent label')}: the least a model has to beat"
