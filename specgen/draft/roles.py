"""What the columns of a table are to a model: the task, and which column holds what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from specgen.draft.columns import Column, Look
from specgen.spec.task import TaskType


class DraftError(Exception):
    """No draft can be made; the message says why and what to give, for people."""


@dataclass(frozen=True)
class Asked:
    """What people said about the columns; what is empty is to be found out."""

    type: TaskType | None = None
    target: tuple[str, ...] = ()
    prediction: tuple[str, ...] = ()
    score: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keys:
    """Columns that say which row it is, and which rows belong together."""

    id: str | None = None
    unit: str | None = None
    time: str | None = None
    query: str | None = None
    item: str | None = None
    weight: str | None = None

    @property
    def taken(self) -> frozenset[str]:
        """All of them."""
        found = (self.id, self.unit, self.time, self.query, self.item, self.weight)
        return frozenset(name for name in found if name)


@dataclass(frozen=True)
class Roles:
    """The task and its columns, with `doubts`: what to check, by the key of `task` that it is about."""

    type: TaskType
    target: tuple[str, ...] = ()
    prediction: tuple[str, ...] = ()
    score: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    positive: str | None = None
    keys: Keys = field(default_factory=Keys)
    doubts: tuple[tuple[str, str], ...] = ()

    @property
    def taken(self) -> frozenset[str]:
        """Columns that are no features."""
        return frozenset((*self.target, *self.prediction, *self.score)) | self.keys.taken

    def doubting(self, key: str, text: str) -> Roles:
        """The same with one doubt more."""
        return replace(self, doubts=(*self.doubts, (key, text)))


def best(columns: Iterable[Column], worth: dict[str, float], least: float) -> Column | None:
    """The column worth most, if it is worth `least` or more; of equal ones the first."""
    found = [column for column in columns if worth.get(column.name, 0.0) >= least]
    return max(found, key=lambda column: worth[column.name], default=None)


def free(look: Look, keys: Keys, *others: str) -> list[Column]:
    """Columns that hold values and that nothing is known of yet."""
    return [
        column for column in look.columns
        if column.kind != "other" and column.name not in keys.taken and column.name not in others and column.distinct
    ]  # fmt: skip
