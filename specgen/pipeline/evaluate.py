"""From a spec to its result: inputs, one pass a split, measurements, gates, verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from specgen.engine.cells import SplitCells, Vector
from specgen.engine.collapse import collapse
from specgen.inputs.build import class_counts
from specgen.inputs.load import EVALUATED_TASKS, Inputs, load_inputs
from specgen.inputs.rows import Rows
from specgen.metrics.uses import Use, class_uses, spec_uses, vector
from specgen.pipeline.check import judged_splits, open_checked
from specgen.pipeline.notes import notes
from specgen.record import describe, provenance
from specgen.record.measurements import baseline_gaps, confusions, measurements
from specgen.record.result import BaselineGap, Measurement, Result, Run
from specgen.spec.load import LoadedSpec
from specgen.spec.spec import Spec
from specgen.verdict.evidence import Evidence
from specgen.verdict.gates import judge_gate
from specgen.verdict.milestones import climb, overall
from specgen.verdict.page_one import page_one

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Measurable:
    """What the pass has left of every split, and what is to be measured on it."""

    inputs: Inputs
    cells: Mapping[str, SplitCells]
    uses: tuple[Use, ...]
    classes: tuple[Use, ...]
    class_counts: Mapping[str, Mapping[str, int]]


def evaluate(
    loaded: LoadedSpec, *, milestone: str | None = None, seed: int = 0, progress: Progress = lambda _: None
) -> Result:
    """Measure a spec's models and judge its milestones, up to `milestone` if one is named.

    Raises SpecError for whatever is wrong with the spec, its data or its predictions, all at once.
    """
    started, clock = provenance.now(), time.perf_counter()
    spec = loaded.spec
    found = _collapsed(loaded, milestone, progress)
    stages = spec.milestones[: _position(spec, milestone)]
    evidence = Evidence(spec, found.cells, found.inputs.not_evaluated, seed)
    progress("judging gates")
    gates = tuple(judge_gate(evidence, stage, promise) for stage in stages for promise in stage.gates)
    ladder = climb(stages, gates)
    verdict = overall(ladder)
    reasons, changes = page_one(gates, verdict)
    progress("measuring every slice")
    splits = found.cells.values()
    numbers, gaps = _numbers(spec, found, seed)
    return Result(
        project=spec.project.name, verdict=verdict, reasons=reasons, changes=changes,
        about=describe.about(spec),
        metrics=tuple(describe.metric_infos(spec, found.uses + found.classes)),
        slices=tuple(describe.slice_infos(spec, found.cells)),
        splits=tuple(describe.split_infos(spec, found.cells, found.inputs.not_evaluated, found.class_counts)),
        measurements=numbers,
        baseline_sources=tuple(describe.baseline_infos(spec, found.inputs.naive)),
        baselines=gaps,
        gates=gates, milestones=ladder,
        confusions=tuple(c for one in splits for c in confusions(one)),
        notes=notes(loaded, found.inputs, milestone),
        run=_run(loaded, found.inputs, seed, started, clock),
    )  # fmt: skip


def _numbers(
    spec: Spec, found: Measurable, seed: int
) -> tuple[tuple[Measurement, ...], tuple[BaselineGap, ...]]:
    """Measurements and gaps to the baselines, slice by slice, so that what both need is there."""
    numbers: list[Measurement] = []
    gaps: list[BaselineGap] = []
    for cells in found.cells.values():
        for slice_name in cells.rows:
            numbers += measurements(spec, cells, slice_name, found.uses, found.classes, seed)
            gaps += baseline_gaps(spec, cells, slice_name, found.uses, seed)
    return tuple(numbers), tuple(gaps)


def _position(spec: Spec, milestone: str | None) -> int:
    names = [stage.name for stage in spec.milestones]
    return names.index(milestone) + 1 if milestone else len(names)


def _collapsed(loaded: LoadedSpec, milestone: str | None, progress: Progress) -> Measurable:
    """Read, check and collapse the splits; a task of a later version leaves nothing to measure."""
    spec = loaded.spec
    if spec.task.type not in EVALUATED_TASKS:
        why = f"tasks of type {spec.task.type} are not evaluated by this version of specgen"
        return Measurable(Inputs({}, dict.fromkeys(spec.data, why), None, (), ()), {}, (), (), {})
    progress("reading data")
    required = judged_splits(loaded, milestone)
    connection, tables = open_checked(loaded)
    inputs = load_inputs(connection, loaded, tables, required)
    labels = next((rows.labels for rows in inputs.rows.values()), ())
    uses, classes = spec_uses(spec, labels), class_uses(spec.task.type, labels)
    progress(f"collapsing {sum(rows.count for rows in inputs.rows.values()):,} rows")
    with ThreadPoolExecutor() as pool:
        collapsed = pool.map(lambda rows: _collapse(rows, spec, uses), inputs.rows.values())
        cells = dict(zip(inputs.rows, collapsed, strict=True))
    counts = {split: class_counts(rows, labels) for split, rows in inputs.rows.items() if labels}
    return Measurable(inputs, cells, uses, classes, counts)


def _collapse(rows: Rows, spec: Spec, uses: Sequence[Use]) -> SplitCells:
    """One split's pass, over a connection of its own, so that splits are passed over side by side."""
    rows = replace(rows, connection=rows.connection.cursor())
    with_ranks = any(use.metric.state == "ranks" for use in uses) and bool(rows.scored)
    return collapse(rows, spec.task.type, _vectors(rows, spec, uses), with_ranks)


def _vectors(rows: Rows, spec: Spec, uses: Sequence[Use]) -> list[Vector]:
    """Row values to sum: each model by itself, and the candidate together with each other model."""
    vectors = []
    partial = [rows.index(model) for model in rows.partial]
    for use in (use for use in uses if use.metric.state == "moments"):
        usable = [
            i for i, name in enumerate(rows.models) if not use.metric.needs_score or name in rows.scored
        ]
        vectors += [vector(use, (i,), spec.task.type, partial) for i in usable]
        if spec.candidate_name in rows.models:
            first = rows.index(spec.candidate_name)
            vectors += [
                vector(use, (first, i), spec.task.type, partial)
                for i in usable
                if i != first and first in usable
            ]
    return vectors


def _run(loaded: LoadedSpec, inputs: Inputs, seed: int, started: datetime, clock: float) -> Run:
    folder = Path(loaded.path).parent
    return Run(
        id=provenance.run_id(started), started=started.isoformat(timespec="seconds"),
        spec=str(loaded.path), spec_sha256=loaded.sha256,
        inputs=tuple(provenance.input_files(inputs.files, folder)), seed=seed, engine="duckdb",
        versions=provenance.versions(), hardware=provenance.hardware(),
        seconds=round(time.perf_counter() - clock, 3),
    )  # fmt: skip
