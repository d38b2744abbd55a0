"""What a live model's answer has to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specgen.spec.task import Task


@dataclass(frozen=True)
class Outputs:
    """The columns of an answer, by the task's names, and the labels that may stand in them.

    `prediction` has one name, in a multilabel task one a label; `scores` one name in a binary task, one
    a label otherwise, in the order of `labels`. `id` is the column of the row's id: an answer that has
    it is compared with the rows sent.
    """

    task: str
    prediction: tuple[str, ...]
    scores: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    positive: str | None = None
    id: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, predictions first."""
        return (*self.prediction, *self.scores)

    @property
    def scores_suffice(self) -> bool:
        """Whether predictions follow from scores."""
        return bool(self.scores) and self.task in ("binary", "multiclass", "multilabel")


def outputs_of(task: Task, labels: tuple[str, ...] = ()) -> Outputs:
    """What a task asks of a model; `labels` are those of the data where the task names none.

    A task that names no column of predictions has scores, from which they follow by its threshold.
    """
    prediction, scores = _tuple(task.prediction), _tuple(task.score)
    return Outputs(task.type, prediction, scores, task.labels or labels, task.positive_text, task.id)


def _tuple(named: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (named,) if isinstance(named, str) else named or ()


def as_json(outputs: Outputs) -> dict[str, Any]:
    """The outputs as they go to the model's process."""
    return asdict(outputs)


def from_json(data: Mapping[str, Any]) -> Outputs:
    """The outputs as they came."""
    listed = {key: tuple(data[key]) for key in ("prediction", "scores", "labels")}
    return Outputs(data["task"], **listed, positive=data["positive"], id=data["id"])
