"""Columns of several splits side by side, as sanity checks need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from specgen.checks.drift.sides import Side
from specgen.checks.sanity.scene import Scene
from specgen.inputs.tables import quote
from specgen.inputs.values import is_number, label_text, number_of, text_of

Kind = Literal["number", "text", "time"]
NESTED = ("STRUCT", "MAP", "UNION", "BLOB", "BIT")
TIMES = ("DATE", "TIME", "INTERVAL")
# A column is fine where this share of its rows, or more, have a value of their own.
FINE = 0.3
FEWEST_VALUES = 20


@dataclass(frozen=True)
class Column:
    """A column that several splits have, with its DuckDB type in each."""

    name: str
    kind: Kind
    types: dict[str, str]

    def text(self, split: str) -> str:
        """SQL text of its value, the same from numbers of any type."""
        return text_of(quote(self.name), self.types[split])

    def number(self, split: str) -> str:
        """SQL number of its value."""
        return number_of(quote(self.name), self.types[split])


def shared_columns(scene: Scene, splits: Sequence[str], names: Sequence[str] | None = None) -> list[Column]:
    """Features (or columns of these names) that all the splits have, of one kind and not nested."""
    found = []
    for name in scene.features(splits[0]) if names is None else names:
        real = [scene.tables[split].column(name) for split in splits]
        if any(one is None for one in real):
            continue
        types = {
            split: scene.tables[split].columns[one or ""] for split, one in zip(splits, real, strict=True)
        }
        kinds = {_kind(one) for one in types.values()}
        kind = kinds.pop()
        if kind is not None and not kinds:
            found.append(Column(real[0] or name, kind, types))
    return found


def _kind(duckdb_type: str) -> Kind | None:
    upper = duckdb_type.upper()
    if upper.startswith(NESTED) or upper.endswith("]"):
        return None
    return "number" if is_number(upper) else "time" if upper.startswith(TIMES) else "text"


def unit_of(scene: Scene, split: str) -> str | None:
    """SQL of a row's sampling unit, a ranking's query; None where rows are independent."""
    column = scene.tables[split].column(scene.spec.task.unit or scene.spec.task.query or "")
    return quote(column) if column else None


def fine_columns(scene: Scene, split: str, columns: Sequence[Column]) -> list[Column]:
    """Columns of which most rows (or sampling units) have a value of their own: amounts, measurements, texts."""
    if not columns:
        return []
    unit = unit_of(scene, split)
    counts = ", ".join(f"approx_count_distinct({quote(one.name)})" for one in columns)
    counted = f"count(DISTINCT {unit})" if unit else "count(*)"
    rows, *distinct = scene.ask(f"SELECT {counted}, {counts} FROM {scene.tables[split].sql}")[0]
    least = max(FINE * rows, FEWEST_VALUES)
    return [one for one, n in zip(columns, distinct, strict=True) if n >= least]


def row_id(scene: Scene, split: str) -> str:
    """SQL text of a row's id, or of its number where the spec names none."""
    task, table = scene.spec.task, scene.tables[split]
    column = table.column(task.id) if task.id else None
    return (
        text_of(quote(column), table.columns[column]) if column else "CAST(row_number() OVER () AS VARCHAR)"
    )


def target_text(scene: Scene, split: str) -> str | None:
    """SQL text of a row's labels, several joined; None where the split has none."""
    table, task = scene.tables[split], scene.spec.task
    columns = [table.column(name) for name in task.targets]
    if not columns or any(column is None for column in columns):
        return None
    texts = [label_text(quote(column), table.columns[column], task) for column in columns if column]
    return f"concat_ws('|', {', '.join(texts)})"


def earlier_and_later(splits: Sequence[str]) -> list[tuple[str, str]]:
    """Every pair of splits, the one that comes first in the spec first."""
    return [(one, other) for k, other in enumerate(splits) for one in splits[:k]]


def label_columns(scene: Scene, split: str) -> list[str]:
    """The target columns that a split has with values; all of them or none."""
    from specgen.inputs.labels import without_values

    table = scene.tables[split]
    columns = [table.column(name) for name in scene.spec.task.targets]
    if any(one is None or without_values(scene.connection, table, one) for one in columns):
        return []
    return [one for one in columns if one]


def sides(scene: Scene, name: str, splits: Sequence[str]) -> dict[str, Side]:
    """A column of each split with its rows' weights and units."""
    found = {}
    for split in splits:
        table = scene.tables[split]
        column = table.column(name) or name
        found[split] = replace(Side.of(table, scene.spec.task), column=column, kind=table.columns[column])
    return found
