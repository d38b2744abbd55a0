"""The primary metric once more for the sanity checks: beside the naive model, and by missing values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from specgen.checks.sanity.scene import NAIVE, WITH, WITHOUT
from specgen.engine.cells import SplitCells
from specgen.inputs.build import build_rows
from specgen.inputs.features import feature_columns
from specgen.inputs.joining import Joined
from specgen.inputs.naive import Naive, fit_naive
from specgen.inputs.predictions import Source
from specgen.inputs.rows import Rows
from specgen.inputs.tables import quote
from specgen.metrics.uses import Use
from specgen.pipeline.passes import split_cells
from specgen.spec.baselines import Baseline
from specgen.spec.load import LoadedSpec
from specgen.spec.slices import Slice
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from specgen.pipeline.measured import MeasuredSpec

MOST_COLUMNS = 30


def measured_closer(loaded: LoadedSpec, found: MeasuredSpec) -> Mapping[str, SplitCells]:
    """The candidate's primary metric beside the naive model's, with and without each column that some rows lack.

    By split, of the rows that were joined already; the spec need not declare the naive model.
    """
    spec = loaded.spec
    rows = {
        s: one for s, one in found.inputs.rows.items() if spec.candidate_name in one.models and one.joined
    }
    joined = [one.joined for one in rows.values() if one.joined]
    if not joined:
        return {}
    asked = replace(loaded, spec=_narrowed(spec, _slices(spec, rows, joined)))
    labels = next(iter(rows.values())).labels
    naive = found.inputs.naive or _fitted(spec, found, labels)
    first = spec.metrics[0]
    primary = next(use for use in found.uses if (use.key, use.label) == (first.key, first.label))
    return {split: _cells(asked, one, naive, primary) for split, one in rows.items()}


def _fitted(spec: Spec, found: MeasuredSpec, labels: tuple[str, ...]) -> Naive | None:
    if spec.task.type == "scores" or found.connection is None:
        return None
    split = "train" if "train" in found.tables else next(iter(found.inputs.rows))
    return fit_naive(found.connection, spec.task, split, found.tables[split], labels)


def _narrowed(spec: Spec, slices: tuple[Slice, ...]) -> Spec:
    """The spec with one model, one metric and these slices."""
    stages = tuple(stage.model_copy(update={"gates": ()}) for stage in spec.milestones)
    name, naive = spec.candidate_name, Baseline.model_validate({"kind": "naive"})
    return spec.model_copy(
        update={
            "models": {name: spec.models[name]} if name in spec.models else {}, "candidate": name,
            "metrics": spec.metrics[:1], "baselines": {NAIVE: naive}, "slices": slices,
            "key_examples": (), "business": (), "fairness": (), "milestones": stages,
        }
    )  # fmt: skip


def _slices(spec: Spec, rows: Mapping[str, Rows], joined: list[Joined]) -> tuple[Slice, ...]:
    """Rows with and without a value, for columns that all splits have and of which some rows have none."""
    shared = [
        c for c in feature_columns(spec, joined[0].data) if all(c in one.data.columns for one in joined)
    ]
    counted = ", ".join(f"count(*) - count({quote(column)})" for column in shared)
    lacking = dict.fromkeys(shared, 0)
    for one in rows.values() if shared else ():
        found = one.connection.execute(f"SELECT {counted} FROM {one.relation}").fetchall()[0]
        lacking = {column: lacking[column] + int(n) for column, n in zip(shared, found, strict=True)}
    some = sorted((column for column in shared if lacking[column]), key=lambda column: -lacking[column])
    return tuple(
        Slice.model_validate({"name": name.format(column), "where": f"{quote(column)} {condition}"})
        for column in some[:MOST_COLUMNS] for name, condition in ((WITHOUT, "IS NULL"), (WITH, "IS NOT NULL"))
    )  # fmt: skip


def _cells(loaded: LoadedSpec, rows: Rows, naive: Naive | None, primary: Use) -> SplitCells:
    """One split's pass, over the rows as they were joined; the candidate's source is the first."""
    assert rows.joined is not None
    relation = f"closer_{rows.joined.relation}"
    rows.connection.execute(f"CREATE VIEW {relation} AS SELECT * FROM {rows.joined.relation}")
    constant = [Source(NAIVE, ("baselines", NAIVE), "naive", None, None, ())] if naive else []
    joined = replace(rows.joined, relation=relation, sources=(rows.joined.sources[0], *constant))
    built = build_rows(rows.connection, loaded, joined, rows.labels, naive)
    return split_cells(built, loaded.spec, (primary,))
