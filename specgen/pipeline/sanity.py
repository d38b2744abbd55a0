"""Sanity checks of a run: the scene that they look at, and what they find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from specgen.checks.sanity.found import SanityCheck
from specgen.checks.sanity.named import asked_checks
from specgen.checks.sanity.registry import all_checks, run_check
from specgen.checks.sanity.running import LiveModel, RunningModel, running_model
from specgen.checks.sanity.scene import NAIVE, WITH, WITHOUT, Scene
from specgen.engine.cells import SplitCells
from specgen.inputs.build import build_rows
from specgen.inputs.features import feature_columns
from specgen.inputs.naive import Naive, fit_naive
from specgen.inputs.predictions import Source
from specgen.inputs.rows import Rows
from specgen.inputs.tables import quote
from specgen.pipeline.passes import split_cells
from specgen.spec.baselines import Baseline
from specgen.spec.load import LoadedSpec
from specgen.spec.slices import Slice
from specgen.spec.spec import Spec
from specgen.verdict.words import plural

if TYPE_CHECKING:
    from specgen.pipeline.measured import MeasuredSpec, Progress

MOST_COLUMNS = 30


def sanity_checks(
    loaded: LoadedSpec, found: MeasuredSpec, seed: int, progress: Progress, live: LiveModel | None = None
) -> tuple[SanityCheck, ...]:
    """Every check that the spec asks for; none where nothing could be read."""
    asked = asked_checks(loaded.spec)
    if not asked or found.connection is None:
        return ()
    progress(f"running {plural(len(asked), 'sanity check')}")
    known = all_checks()
    with running_model(live) as model:
        scene = scene_of(loaded, found, seed, model)
        return tuple(run_check(known[name], scene) for name in asked)


def scene_of(loaded: LoadedSpec, found: MeasuredSpec, seed: int, live: RunningModel | None = None) -> Scene:
    """What the checks may look at of what was measured; AssertionError where no data was read."""
    assert found.connection is not None
    again = partial(_again, loaded, found)
    return Scene(
        loaded.spec, found.connection, found.tables, found.inputs.rows, found.cells, seed, live, again
    )


def _again(loaded: LoadedSpec, found: MeasuredSpec) -> Mapping[str, SplitCells]:
    """The candidate's primary metric beside the naive model's, with and without each column that some rows lack."""
    spec = loaded.spec
    rows = {
        s: one for s, one in found.inputs.rows.items() if spec.candidate_name in one.models and one.joined
    }
    labels = next((one.labels for one in rows.values()), ())
    slices = _slices(spec, rows)
    asked = replace(loaded, spec=_narrowed(spec, slices))
    naive = found.inputs.naive or _fitted(spec, found, labels)
    return {split: _cells(asked, one, naive, found) for split, one in rows.items()}


def _fitted(spec: Spec, found: MeasuredSpec, labels: tuple[str, ...]) -> Naive | None:
    if spec.task.type == "scores" or found.connection is None:
        return None
    split = "train" if "train" in found.tables else next(iter(found.inputs.rows))
    return fit_naive(found.connection, spec.task, split, found.tables[split], labels)


def _narrowed(spec: Spec, slices: tuple[Slice, ...]) -> Spec:
    """The spec with one model, one metric and these slices."""
    stages = tuple(stage.model_copy(update={"gates": ()}) for stage in spec.milestones)
    name = spec.candidate_name
    return spec.model_copy(
        update={
            "models": {name: spec.models[name]} if name in spec.models else {}, "candidate": name,
            "metrics": spec.metrics[:1], "baselines": {NAIVE: Baseline.model_validate({"kind": "naive"})},
            "slices": slices, "key_examples": (), "business": (), "fairness": (), "milestones": stages,
        }
    )  # fmt: skip


def _slices(spec: Spec, rows: Mapping[str, Rows]) -> tuple[Slice, ...]:
    """Rows with and without a value, for columns that all splits have and of which some rows have none."""
    joined = [one.joined for one in rows.values() if one.joined]
    columns = (
        [c for c in feature_columns(spec, joined[0].data) if all(c in one.data.columns for one in joined)]
        if joined
        else []
    )
    counted = ", ".join(f"count(*) - count({quote(column)})" for column in columns)
    lacking: dict[str, int] = dict.fromkeys(columns, 0)
    for one in rows.values() if columns else ():
        found = one.connection.execute(
            f"SELECT {counted} FROM {one.joined.data.sql if one.joined else ''}"
        ).fetchall()[0]
        lacking = {column: lacking[column] + int(n) for column, n in zip(columns, found, strict=True)}
    chosen: Sequence[str] = sorted((c for c in columns if lacking[c]), key=lambda c: -lacking[c])[
        :MOST_COLUMNS
    ]
    pairs = ((WITHOUT, "IS NULL"), (WITH, "IS NOT NULL"))
    return tuple(
        Slice.model_validate({"name": name.format(column), "where": f"{quote(column)} {condition}"})
        for column in chosen for name, condition in pairs
    )  # fmt: skip


def _cells(loaded: LoadedSpec, rows: Rows, naive: Naive | None, found: MeasuredSpec) -> SplitCells:
    assert rows.joined is not None
    relation = f"sanity_{rows.joined.relation}"
    rows.connection.execute(f"CREATE OR REPLACE VIEW {relation} AS SELECT * FROM {rows.joined.relation}")
    sources = [rows.joined.sources[0]]  # the candidate's is the first
    sources += [Source(NAIVE, ("baselines", NAIVE), "naive", None, None, ())] if naive else []
    joined = replace(rows.joined, relation=relation, sources=tuple(sources))
    built = build_rows(rows.connection, loaded, joined, rows.labels, naive)
    primary = next(
        use
        for use in found.uses
        if use.key == loaded.spec.metrics[0].key and use.label == loaded.spec.metrics[0].label
    )
    return split_cells(built, loaded.spec, (primary,))
