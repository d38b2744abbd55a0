"""Columns as the search sees them: a code below 256 for each row, and the condition that each code stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specgen.inputs.tables import quote
from specgen.spec.conditions import ConditionError, columns_of, parse_condition

MOST_VALUES = 254


@dataclass(frozen=True)
class Condition:
    """Codes `first` to `last` of the column at a position; more than one only where they are in order."""

    column: int
    first: int
    last: int


@dataclass(frozen=True)
class Column:
    """A column of the data, or of what was computed from one.

    `values` are SQL literals of its categories, or, with `edges`, the edges between its ranges. Codes are
    counted in their order; where some rows lack a value, the last code stands for that. `top` is the largest
    number where the last range has to say so, since some rows hold what is no number. `conditions` are
    given where a code stands for something that is not compared with a value; with `examples`, ids of rows by
    code, they are no SQL but names of clusters.
    """

    name: str
    sql: str
    values: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    ordered: bool = False
    missing: str = ""
    top: str = ""
    conditions: tuple[str, ...] = ()
    examples: tuple[tuple[str, ...], ...] = ()

    @property
    def known(self) -> int:
        """Codes of values, without the one for a missing value."""
        return len(self.conditions) or len(self.values) or len(self.edges) + 1

    @property
    def codes(self) -> int:
        """All codes that stand for a condition."""
        return self.known + bool(self.missing)

    def condition(self, first: int, last: int) -> str:
        """The SQL condition of some codes that follow each other, as people write it."""
        if first >= self.known:
            return self.missing
        if self.conditions:
            return self.conditions[first]
        if not self.edges:
            return self._of_values(first, last)
        parts = [f"{self.sql} >= {self.edges[first - 1]}"] if first else []
        if last < len(self.edges):
            parts.append(f"{self.sql} < {self.edges[last]}")
        elif self.top:
            parts.append(f"{self.sql} <= {self.top}")
        return " AND ".join(parts) or f"{self.sql} IS NOT NULL"

    def _of_values(self, first: int, last: int) -> str:
        if first == last:
            return f"{self.sql} = {self.values[first]}"
        parts = [f"{self.sql} >= {self.values[first]}"] if first else []
        parts += [f"{self.sql} <= {self.values[last]}"] if last < self.known - 1 or self.top else []
        return " AND ".join(parts) or f"{self.sql} IS NOT NULL"


def written(columns: Sequence[Column], conditions: Sequence[Condition]) -> str:
    """A slice's condition, ready to stand as `where` in a spec."""
    parts = [columns[one.column].condition(one.first, one.last) for one in conditions]
    return " AND ".join(f"({part})" if " OR " in part else part for part in parts)


def name_sql(name: str, names: Sequence[str]) -> str:
    """A column's name as a condition names it: in quotes only where it must be."""
    try:
        parse_condition(f"{name} IS NULL", names)
        plain = name.isidentifier() and name in columns_of(f"{name} = 1")
    except ConditionError:
        plain = False
    return name if plain else quote(name)
