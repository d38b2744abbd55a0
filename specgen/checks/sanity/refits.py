"""A running model trained anew on a few rows, and how well it then does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specgen.checks.sanity.answers import numbers
from specgen.checks.sanity.sampled import ROW, Sampled, live_of, sampled
from specgen.checks.sanity.scene import Scene
from specgen.spec.label_text import label_text

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Array = np.ndarray[Any, Any]

CLASSES = ("binary", "multiclass")
TASKS = (*CLASSES, "regression")


@dataclass(frozen=True)
class Learnt:
    """Rows to train on or to predict, with their labels: as the data have them, and as text or number."""

    rows: pa.Table
    labels: pa.Array
    values: Array


def why_not(scene: Scene) -> str | None:
    """Why the model cannot be trained anew for a check; None where it can."""
    if scene.spec.task.type not in TASKS:
        return f"a model of a {scene.spec.task.type} task is not trained anew by this check"
    if not live_of(scene).can_fit:
        return "this kind of model cannot be trained anew"
    return None


def learnt(found: Sampled, scene: Scene) -> Learnt:
    """A sample with its labels."""
    import numpy as np

    labels = found.rows[scene.spec.task.targets[0]].combine_chunks()
    if scene.spec.task.type == "regression":
        return Learnt(found.rows, labels, np.asarray(labels.to_pylist(), dtype=float))
    texts = [str(label_text(value)) for value in labels.to_pylist()]
    return Learnt(found.rows, labels, np.array(texts, dtype=object))


def chosen(some: Learnt, at: Array) -> Learnt:
    """The rows at these positions."""
    return Learnt(some.rows.take(at), some.labels.take(at), some.values[at])


def balanced(some: Learnt, count: int, task: str) -> Learnt:
    """So many rows: of classes equally many, at most as the rarest allows; numbers over their whole range."""
    import numpy as np

    if task not in CLASSES:
        by_value = np.argsort(some.values, kind="stable")
        return chosen(
            some, np.sort(by_value[np.unique(np.linspace(0, len(by_value) - 1, count).astype(int))])
        )
    by_class = [np.flatnonzero(some.values == label) for label in np.unique(some.values)]
    each = min(max(count // len(by_class), 1), *(len(at) for at in by_class))
    return chosen(some, np.sort(np.concatenate([at[:each] for at in by_class])))


def distinct(some: Learnt, features: Sequence[str]) -> Learnt:
    """The first row of those that have the same features: one row with two labels cannot be learnt."""
    import numpy as np
    import pyarrow as pa

    at = some.rows.select(list(features)).append_column(ROW, pa.array(np.arange(len(some.values))))
    first = at.group_by(list(features)).aggregate([(ROW, "min")])[f"{ROW}_min"]
    return chosen(some, np.sort(first.to_numpy()))


def labelled_sample(scene: Scene, split: str, count: int) -> Learnt:
    """Labelled rows of a split."""
    return learnt(sampled(scene, split, count, labelled=True), scene)


def said(answer: pa.Table, scene: Scene) -> Array:
    """Predicted labels as text, from scores where the model gives no more; numbers in a regression task."""
    import numpy as np

    outputs, task = live_of(scene).outputs, scene.spec.task
    name = outputs.prediction[0]
    if task.type == "regression":
        return numbers(answer, name)
    if name in answer.column_names:
        return np.array([str(label_text(value)) for value in answer[name].to_pylist()], dtype=object)
    scores = np.column_stack([numbers(answer, score) for score in outputs.scores])
    if task.type == "multiclass":
        return np.asarray(np.array(outputs.labels, dtype=object)[scores.argmax(axis=1)])
    other = next((label for label in outputs.labels if label != outputs.positive), "")
    either = np.array([other, outputs.positive], dtype=object)
    return np.asarray(either[(scores[:, 0] >= task.threshold).astype(int)])


def score_of(answer: pa.Table, scene: Scene) -> Array | None:
    """The probability of the positive label in a binary task, where the model gives it."""
    outputs = live_of(scene).outputs
    if scene.spec.task.type != "binary" or not outputs.scores or outputs.scores[0] not in answer.column_names:
        return None
    return numbers(answer, outputs.scores[0])
