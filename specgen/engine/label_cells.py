"""Cells of one label by itself: the split's rows as a binary task of that label against the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specgen.engine.cells import SplitCells, Vector
from specgen.engine.moments import moment_plan, moment_sums
from specgen.engine.outcomes import LazyOutcomes, slice_outcomes
from specgen.engine.samples import samples
from specgen.inputs.rows import Rows


def label_cells(
    cells: SplitCells, rows: Rows, label: str, vectors: Sequence[Vector], terms: Sequence[str],
    whole_only: bool,
) -> SplitCells:  # fmt: skip
    """A split's `cells` with what one label needs; `vectors` and `terms` are over the label's own rows.

    With `whole_only` the outcomes are those of the whole split, not of its slices.
    """
    own = rows_of_label(rows, cells.task, label)
    vectors = tuple(dict.fromkeys(vectors))
    whole = replace(own, masks=(), families=()) if whole_only else own
    return replace(
        cells, task="binary", labels=own.labels,
        outcomes=LazyOutcomes(slice_outcomes(whole, None)) if cells.task == "multilabel" else {},
        moments=moment_sums(own, vectors, moment_plan(own, vectors), None),
        samples=samples(own, terms), of_label={}, memory={},
    )  # fmt: skip


def rows_of_label(rows: Rows, task: str, label: str) -> Rows:
    """The same rows with one label in place of all: `label`, `p0, …`, `s0, …` and `t0, …` are about it alone."""
    j = rows.labels.index(label)
    several = task == "multilabel"
    actual = f"y{j}" if several else f"(label = {j})::BIGINT"
    columns = {"label": actual}
    for i, model in enumerate(rows.models):
        columns[f"p{i}"] = f"p{i}_{j}" if several else f"(p{i} = {j})::BIGINT"
        if model in rows.scored:
            columns[f"s{i}"] = f"s{i}_{j}"
            columns[f"t{i}"] = f"CASE WHEN {actual} = 1 THEN s{i}_{j} ELSE 1 - s{i}_{j} END"
    replaced = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    table = f"(SELECT * REPLACE ({replaced}) FROM {rows.table})"
    return replace(rows, table=table, labels=(f"not {label}", label), direct=None)
