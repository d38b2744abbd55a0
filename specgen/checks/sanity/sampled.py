"""Rows to ask the running model about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specgen.checks.sanity.running import RunningModel
from specgen.checks.sanity.scene import Scene
from specgen.inputs.tables import quote

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ROW = "__sg_row"


@dataclass(frozen=True)
class Sampled:
    """Some rows of a split with all columns that a check needs, and what people call each row."""

    split: str
    rows: pa.Table
    names: tuple[str, ...]

    def first(self, count: int) -> Sampled:
        """The first so many of them."""
        return Sampled(self.split, self.rows.slice(0, count), self.names[:count])

    def named(self, chosen: np.ndarray[Any, Any]) -> tuple[str, ...]:
        """Names of the rows where `chosen` is true."""
        return tuple(name for name, one in zip(self.names, chosen, strict=True) if one)


def live_of(scene: Scene) -> RunningModel:
    """The running model; checks that are registered as live are called only where there is one."""
    assert scene.live is not None
    return scene.live


def asked_split(scene: Scene) -> str:
    """The split to ask the model about: the last that was evaluated, else the last that has all its features."""
    if scene.evaluated:
        return scene.evaluated[-1]
    features = live_of(scene).features
    whole = [name for name, table in scene.tables.items() if all(map(table.column, features))]
    return (whole or list(scene.tables))[-1]


def train_split(scene: Scene) -> str:
    """The split that a model is trained on: `train`, else the first."""
    return "train" if "train" in scene.tables else next(iter(scene.tables))


def sampled(scene: Scene, split: str, count: int, *, labelled: bool = False) -> Sampled:
    """At most so many rows by chance, the same for a seed; `labelled` takes those with all their labels."""
    table, task = scene.tables[split], scene.spec.task
    targets = task.targets if labelled else ()
    wanted = dict.fromkeys((*live_of(scene).features, *targets, *((task.id,) if task.id else ())))
    listed = ", ".join(f"{quote(table.column(name) or name)} AS {quote(name)}" for name in wanted)
    known = " AND ".join(f"{quote(name)} IS NOT NULL" for name in targets) or "true"
    rows = scene.connection.sql(
        f"SELECT * FROM (SELECT {listed}, row_number() OVER () AS {ROW} FROM {table.sql}) WHERE {known}"
        f" ORDER BY hash({ROW}, {scene.seed}), {ROW} LIMIT {count}"
    ).to_arrow_table()
    names = rows[task.id].to_pylist() if task.id else [f"row {row}" for row in rows[ROW].to_pylist()]
    return Sampled(split, rows, tuple(map(str, names)))
