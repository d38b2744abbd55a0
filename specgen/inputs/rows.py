"""A split's rows, joined with every model's predictions and ready to be collapsed into cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from specgen.inputs.direct import Direct
    from specgen.inputs.found import FlippedRows, KeyExample
    from specgen.inputs.joining import Joined
    from specgen.inputs.times import TimeColumn

FEW = 100_000


def every_kth(rows: int) -> int:
    """k, so that every k-th row of so many makes few."""
    return max(-(-rows // FEW), 1)


@dataclass(frozen=True)
class Mask:
    """A slice by condition (or a set of key examples): a boolean column of the rows table."""

    name: str
    column: str
    min_rows: int = 1


@dataclass(frozen=True)
class Family:
    """Slices by value: an integer column of the rows table numbers the combinations of `keys`' values.

    The last key's values change fastest: `gender=f & language=en` is 0, `gender=f & language=fr` 1.
    """

    name: str
    column: str
    keys: tuple[tuple[str, tuple[str, ...]], ...]  # (name shown, its values in order)
    min_rows: int = 1

    def slice_name(self, code: int) -> str:
        """The name of one combination of values: `gender=f & language=en`."""
        parts = []
        for shown, values in reversed(self.keys):
            code, position = divmod(code, len(values))
            parts.append(f"{shown}={values[position]}")
        return " & ".join(reversed(parts))


@dataclass(frozen=True)
class Queries:
    """Queries of a ranking task's split, and how many of them have no relevant row."""

    count: int
    without_relevant: int


@dataclass(frozen=True)
class Rows:
    """A table of a split's rows in the engine's database; `partial` models lack predictions on some rows.

    Columns: `label` (a code for classes, else a number), `p0, p1, …` the models' predictions in the
    order of `models` (codes or numbers, NULL where a model has none), `s0, …` scores, `t0, …` the
    probability given to the label that occurred, `words`, `chars`, `e0, …` word errors, `c0, …`
    character errors, `g0_0, …`, `h0_0, …` statistics of BLEU and chrF by model, `b0_0, …` row values of
    the spec's own (`specgen.spec.row_values`) by value and model, `x0_0, …` columns that its metrics
    name, `weight`, `unit`, one boolean column a mask and one integer column a family. Ranking tasks have
    `query` besides, `query_rows` and `relevant_rows`, the rows and the relevant rows of the row's query;
    their unit is the query unless the spec declares another. `absent` are the models that lack a row
    value, with its name: `x0`, `b1`. `direct` says how rows can be counted straight from their files.
    Multilabel rows have `y0, y1, …` (1 or 0) by label, `p0_0, …` and `s0_0, …` by model and label, and
    as `label`, `p0, …` and `h0, …` how many labels a row has, is predicted to have, and is rightly
    predicted to have. Multiclass rows have `s0_0, …` for labels that the spec names, and `k0, …`, the
    label's rank by score, where it asks for a top k, and `q0, …`, the probability given to the label
    that is predicted. `sampled` is a table of every k-th row, where picking them from `table` would mean to
    go through all. `examples` are the spec's key examples one by one. `v0_0` and `u0_0` are 1 where the
    candidate breaks or mends a row beside a baseline (`specgen.spec.row_values.held_against`), and `flipped`
    are these rows. `row_id` is the id of rows that are kept for comparisons with later runs
    (`specgen.inputs.outcomes`). Where `time` is known, `instant` is the row's, in microseconds since 1970,
    NULL where it cannot be read. `joined` has the same rows with the data's own columns, and what stands in
    the models' (`specgen.inputs.joining`); `columns` is the SQL of the table's columns over it, but for what
    is counted of texts.
    """

    connection: DuckDBPyConnection
    table: str
    split: str
    count: int
    models: tuple[str, ...]
    scored: frozenset[str]
    partial: frozenset[str]
    labels: tuple[str, ...]
    weighted: bool
    clustered: bool
    units: int | None
    masks: tuple[Mask, ...]
    families: tuple[Family, ...]
    direct: Direct | None = None
    queries: Queries | None = None
    absent: frozenset[tuple[str, str]] = frozenset()
    sampled: str | None = None
    examples: tuple[KeyExample, ...] = ()
    flipped: tuple[FlippedRows, ...] = ()
    time: TimeColumn | None = None
    joined: Joined | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def few(self) -> str:
        """SQL of every k-th row (or all rows of every k-th unit) where there are many; else of all."""
        every = every_kth(self.count)
        if self.sampled or every == 1:
            return self.sampled or self.table
        return f"(SELECT * FROM {self.table} WHERE {'unit' if self.clustered else 'row'} % {every} = 0)"

    @property
    def relation(self) -> str:
        """SQL of the rows as they were joined."""
        return self.joined.relation if self.joined else self.table

    def index(self, model: str) -> int:
        """Position of a model in the columns' names."""
        return self.models.index(model)
