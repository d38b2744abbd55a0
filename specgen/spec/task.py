"""`task`: what the model does, and the columns that hold it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from specgen.spec.label_text import label_text
from specgen.spec.part import LABEL_SCHEMA, Fault, Label, OneOrMany, Part, Text

TaskType = Literal["binary", "multiclass", "multilabel", "regression", "ranking", "transcription", "scores"]

# Columns by task: what each type needs, what it takes besides, and which of these are lists.
NEEDS: dict[str, tuple[str, ...]] = {
    "binary": ("target", "positive"),
    "multiclass": ("target",),
    "multilabel": ("target",),
    "regression": ("target", "prediction"),
    "ranking": ("target", "prediction", "query"),
    "transcription": ("target", "prediction"),
    "scores": (),
}
TAKES: dict[str, tuple[str, ...]] = {
    "binary": ("prediction", "score", "threshold", "labels"),
    "multiclass": ("prediction", "score", "labels"),
    "multilabel": ("prediction", "score", "threshold", "labels"),
    "ranking": ("item",),
}
LISTS: dict[str, tuple[str, ...]] = {
    "multiclass": ("score",),
    "multilabel": ("target", "prediction", "score"),
}
COLUMNS = ("target", "prediction", "positive", "score", "threshold", "labels", "query", "item")


class Task(Part):
    """The type of task and its columns; see "Columns by task" in the format's description."""

    type: TaskType = Field(description="What the model does; decides which metrics and columns there are.")
    target: OneOrMany | None = Field(
        None, description="Column of the true labels, numbers or texts; a list of 0/1 columns for multilabel."
    )
    prediction: OneOrMany | None = Field(
        None, description="Column that the model fills; a list for multilabel."
    )
    positive: Annotated[str | bool | int | float, LABEL_SCHEMA] | None = Field(
        None, description="The positive label of a binary task, as it stands in the target column."
    )
    score: OneOrMany | None = Field(
        None,
        description="Column of the probability of `positive`; a list in the order of `labels` otherwise.",
    )
    threshold: Annotated[float, Field(strict=True, ge=0, le=1)] = Field(
        0.5, description="Score from which a row is predicted positive (binary and multilabel)."
    )
    labels: Annotated[tuple[Label, ...], Field(min_length=2)] | None = Field(
        None,
        description="All labels, in the order of the score columns; multilabel: names of the target columns.",
    )
    id: Text | None = Field(
        None,
        description="Column that tells rows apart; joins predictions and labels to data, and errors name it.",
    )
    unit: Text | None = Field(
        None, description="Column of the sampling unit, such as the speaker: its rows are not independent."
    )
    weight: Text | None = Field(None, description="Column of row weights.")
    time: Text | None = Field(None, description="Column of the time, for performance over time and drift.")
    query: Text | None = Field(None, description="Column of the query within which a ranking is sorted.")
    item: Text | None = Field(
        None,
        description="Column of the ranked item, such as the product; the naive baseline sorts by popularity.",
    )

    @property
    def positive_text(self) -> str | None:
        """The positive label as text: `true`, `1`, `>50K`."""
        return None if self.positive is None else str(label_text(self.positive))

    @property
    def targets(self) -> tuple[str, ...]:
        """The target columns, one but in a multilabel task."""
        return (self.target,) if isinstance(self.target, str) else self.target or ()

    @property
    def model_columns(self) -> tuple[str, ...]:
        """Columns that a model fills, not the data, unless they are there already."""
        found = (self.prediction, self.score)
        if self.type == "multilabel":
            return tuple(name for one in found for name in one or ())
        return tuple(name for name in found if isinstance(name, str))

    def rules(self) -> Iterator[Fault]:
        """Columns by task."""
        needs = NEEDS[self.type]
        takes = (*needs, *TAKES.get(self.type, ()))
        yield from (((key,), f"missing; a {self.type} task needs it") for key in needs if self._lacks(key))
        for key in COLUMNS:
            if key not in takes and key in self.model_fields_set and not self._lacks(key):
                yield (key,), f"a {self.type} task has no '{key}'; remove it"
        if "score" in takes and self.prediction is None and self.score is None:
            yield ("prediction",), f"missing; a {self.type} task needs 'prediction', 'score' or both"
        yield from self._forms(takes)
        yield from self._labels()

    def _lacks(self, key: str) -> bool:
        return getattr(self, key) is None

    def _forms(self, takes: tuple[str, ...]) -> Iterator[Fault]:
        lists = LISTS.get(self.type, ())
        for key in ("target", "prediction", "score"):
            value = getattr(self, key)
            if value is None or key not in takes:
                continue
            if key in lists and isinstance(value, str):
                yield (
                    (key,),
                    f"expected a list of columns for a {self.type} task, got '{value}'; write [{value}, ...]",
                )
            if key not in lists and not isinstance(value, str):
                yield (key,), f"expected one column for a {self.type} task, got a list of {len(value)}"

    def _labels(self) -> Iterator[Fault]:
        if self.labels is not None and len(set(self.labels)) < len(self.labels):
            yield ("labels",), "a label stands there twice; name each once"
        if self.type == "binary" and self.labels is not None:
            if len(self.labels) != 2:
                yield ("labels",), f"a binary task has two labels, got {len(self.labels)}"
            elif self.positive is not None and self.positive_text not in self.labels:
                yield (
                    ("positive",),
                    f"'{self.positive_text}' is not among the labels {', '.join(self.labels)}",
                )
        if self.type == "multiclass" and isinstance(self.score, tuple):
            if self.labels is None:
                yield ("labels",), "missing; score columns need 'labels' in the same order"
            elif len(self.labels) != len(self.score):
                yield ("score",), f"{len(self.score)} columns for {len(self.labels)} labels; give one a label"
        if self.type == "multilabel" and isinstance(self.target, tuple):
            for key in ("target", "prediction", "score"):
                listed = getattr(self, key)
                if isinstance(listed, tuple) and len({name.lower() for name in listed}) < len(listed):
                    yield (key,), "a column stands there twice; name each once"
            for key in ("prediction", "score", "labels"):
                value = getattr(self, key)
                if isinstance(value, tuple) and len(value) != len(self.target):
                    yield (key,), f"{len(value)} given for {len(self.target)} target columns; give one each"
