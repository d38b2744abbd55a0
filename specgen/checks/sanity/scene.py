"""All that a sanity check may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from specgen.checks.sanity.running import RunningModel
from specgen.inputs.features import feature_columns
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from specgen.engine.cells import SplitCells
    from specgen.inputs.rows import Rows
    from specgen.inputs.tables import Table
    from specgen.metrics.uses import Use

NAIVE = "the naive model"
WITHOUT, WITH = "without {}", "with {}"


@dataclass(frozen=True)
class Scene:
    """The spec, every split's table, rows and cells of those that were evaluated, and the live model if there is one.

    `tables` are the splits as they were read, by name in the spec's order; `rows` has them joined with
    every model's predictions (`specgen.inputs.rows`), `cells` what the pass has left of them. `again`
    measures the primary metric once more, for `closer`.
    """

    spec: Spec
    connection: DuckDBPyConnection
    tables: Mapping[str, Table]
    rows: Mapping[str, Rows]
    cells: Mapping[str, SplitCells]
    seed: int
    live: RunningModel | None = None
    again: Callable[[], Mapping[str, SplitCells]] = dict

    @property
    def candidate(self) -> str:
        """The model under review."""
        return self.spec.candidate_name

    @property
    def evaluated(self) -> tuple[str, ...]:
        """Splits on which the candidate was measured, in the spec's order."""
        return tuple(
            split for split in self.spec.data
            if split in self.rows and split in self.cells and self.candidate in self.rows[split].models
        )  # fmt: skip

    @cached_property
    def closer(self) -> Mapping[str, SplitCells]:
        """The primary metric of the candidate and of the model called NAIVE, by split.

        Slices are, of each feature that some rows lack, the rows without and with it: `WITHOUT.format(column)`.
        """
        return self.again()

    @cached_property
    def primary(self) -> Use:
        """The spec's first metric."""
        from specgen.metrics.uses import metric_use

        first = self.spec.metrics[0]
        labels = next((rows.labels for rows in self.rows.values()), ())
        return metric_use(self.spec, labels, first.key, first.label)

    def features(self, split: str) -> tuple[str, ...]:
        """Columns of a split that a model may look at: those it declares, else all that are not known to be others."""
        return feature_columns(self.spec, self.tables[split])

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows that a query gives."""
        return self.connection.execute(sql).fetchall()
