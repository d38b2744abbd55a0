"""Where a split has a column, its rows' weights and their sampling units, as SQL."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.inputs.tables import Table, quote
from specgen.inputs.values import FLOATS, number_of, text_of
from specgen.spec.task import Task


@dataclass(frozen=True)
class Side:
    """A column of a split: `relation` stands after FROM; `weight` and `unit` are SQL, None where there is none."""

    relation: str
    column: str
    kind: str
    weight: str | None
    unit: str | None

    @classmethod
    def of(cls, table: Table, task: Task) -> Side:
        """A split's relation without a column yet. Rows of a ranking's query are one unit."""
        weight = table.column(task.weight) if task.weight else None
        unit = table.column(task.unit or task.query or "")
        amount = f"coalesce({number_of(quote(weight), table.columns[weight])}, 0)" if weight else None
        return cls(table.sql, "", "", amount, quote(unit) if unit else None)

    @property
    def text(self) -> str:
        """SQL text of a value; what is no number is missing."""
        column = quote(self.column)
        text = text_of(column, self.kind)
        if self.kind.upper().startswith(FLOATS[:2]):
            return f"(CASE WHEN isnan({column}) THEN NULL ELSE {text} END)"
        return text

    @property
    def number(self) -> str:
        """SQL number of a value, NaN where it is missing."""
        return f"coalesce({number_of(quote(self.column), self.kind)}, 'nan'::DOUBLE)"

    @property
    def weighted(self) -> bool:
        """Whether its rows do not all count alike, or are not independent."""
        return self.weight is not None or self.unit is not None
