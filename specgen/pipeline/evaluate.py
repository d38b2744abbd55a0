"""From a spec to its result: measured, judged, and written down as one document."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specgen.inputs.frames import with_frames
from specgen.inputs.live import UNTRUSTED, Running
from specgen.inputs.load import ReadFile
from specgen.pipeline.beside import beside
from specgen.pipeline.business import threshold_choices, worths
from specgen.pipeline.check import checked_spec, judged_splits
from specgen.pipeline.constraints import run_constraints
from specgen.pipeline.diagnosis import diagnosed
from specgen.pipeline.error_analysis import error_analysis
from specgen.pipeline.fairness import fairness_notes
from specgen.pipeline.live import live_candidate
from specgen.pipeline.look import spec_look
from specgen.pipeline.measured import Progress, measured
from specgen.pipeline.notes import notes
from specgen.pipeline.sanity import sanity_checks
from specgen.record import describe, provenance
from specgen.record.measurements import confusions
from specgen.record.result import Result, Run
from specgen.spec.load import LoadedSpec
from specgen.spec.spec import Spec
from specgen.verdict.certainty import certainty
from specgen.verdict.evidence import Evidence
from specgen.verdict.gates import judge_gate
from specgen.verdict.milestones import climb, overall
from specgen.verdict.page_one import page_one
from specgen.verdict.standing import standing

if TYPE_CHECKING:
    from specgen.report.brand.folder import OwnLook


def evaluate(
    loaded: LoadedSpec | str | Path, data: Any = None, *, milestone: str | None = None, seed: int = 0,
    progress: Progress = lambda _: None,
    running: Running = UNTRUSTED,
    own: OwnLook | None = None,
) -> Result:  # fmt: skip
    """Measure a spec's models and judge its milestones, up to `milestone` if one is named.

    `loaded` is a spec from `load_spec`, or its path. `data` are rows in place of the spec's files: a frame of
    pandas, polars, Arrow or anything with Arrow's PyCapsule interface, or a mapping of a frame by split.
    `own` is the look that reports will wear, where it is not read from the spec's `report.templates`.

    Raises SpecError for whatever is wrong with the spec, its data or its predictions, all at once.
    """
    started, clock = provenance.now(), time.perf_counter()
    loaded = loaded if isinstance(loaded, LoadedSpec) else checked_spec(loaded)
    if data is not None:
        loaded = with_frames(loaded, data, judged_splits(loaded, milestone))
    spec, look = loaded.spec, own or spec_look(loaded)
    found = measured(loaded, milestone, seed, progress, running)
    stages = spec.milestones[: _position(spec, milestone)]
    checked = sanity_checks(loaded, found, seed, progress, live_candidate(loaded, found, running))
    deployment = run_constraints(loaded, found, stages, running, seed, progress)
    evidence = Evidence(
        spec, found.cells, found.inputs.not_evaluated, seed, found.drift.by_split, found.over_time.found,
        checked, found.inputs.live.failures, deployment.deployed, found.flips,
    )  # fmt: skip
    progress("judging gates")
    gates = tuple(judge_gate(evidence, stage, promise) for stage in stages for promise in stage.gates)
    ladder = climb(stages, gates)
    verdict = overall(ladder)
    lost = diagnosed(spec, found.uses, found.cells, found.inputs.not_evaluated, stages, seed)
    errors = error_analysis(loaded, found, seed, progress)
    reasons, changes = page_one(gates, verdict, lost.lead if lost else None)
    splits = found.splits.values()
    fair = tuple(check for split in splits for check in split.fairness)
    result = Result(
        project=spec.project.name, verdict=verdict, reasons=reasons, changes=changes,
        certainty=certainty(evidence, stages, gates, verdict),
        about=describe.about(spec),
        metrics=tuple(describe.metric_infos(spec, (*found.uses, *errors.uses))),
        slices=tuple(describe.slice_infos(spec, found.cells)),
        splits=tuple(describe.split_infos(spec, found.cells, found.inputs.not_evaluated, found.class_counts)),
        measurements=tuple(number for split in splits for number in split.measurements),
        baseline_sources=tuple(describe.baseline_infos(spec, found.inputs.naive, found.reference(spec, seed))),
        baselines=tuple(gap for split in splits for gap in split.gaps),
        class_gaps=tuple(gap for split in splits for gap in split.class_gaps),
        class_supports=tuple(one for split in splits for one in split.supports),
        agreements=tuple(one for split in splits for one in split.agreements),
        gates=gates, milestones=ladder, standing=standing(ladder, gates),
        diagnosis=lost,
        worths=tuple(worths(spec, found.cells, seed)),
        thresholds=tuple(threshold_choices(spec, found.cells, [stage.split for stage in stages], seed)),
        confusions=tuple(c for split in splits for c in confusions(split.cells)),
        score_curves=tuple(one for split in splits for one in split.curves),
        calibrations=tuple(one for split in splits for one in split.calibrations),
        key_examples=tuple(one for rows in found.inputs.rows.values() for one in rows.examples),
        live_runs=tuple(found.inputs.live.runs), live_failures=tuple(found.inputs.live.failures),
        fairness=fair, flips=found.flips, drift=found.drift.records(spec), over_time=found.over_time.found,
        sanity=checked, findings=errors.findings, searched=errors.searched,
        error_examples=errors.rows.examples, error_causes=errors.rows.causes, label_doubts=errors.rows.doubts,
        constraints=deployment.record,
        notes=notes(loaded, found.inputs, found.cells, milestone, [
            *fairness_notes(fair, [s.split for s in stages]), *found.drift.notes, *found.over_time.notes,
            *deployment.notes, *errors.notes,
        ]),
        run=_run(
            loaded, (*found.inputs.files, *deployment.files, *errors.rows.files), seed, started, clock, look
        ),
    )  # fmt: skip
    return result.keep_beside(partial(beside, loaded, found, stages))


def _position(spec: Spec, milestone: str | None) -> int:
    names = [stage.name for stage in spec.milestones]
    return names.index(milestone) + 1 if milestone else len(names)


def _run(
    loaded: LoadedSpec, files: tuple[ReadFile, ...], seed: int, started: datetime, clock: float,
    look: OwnLook | None,
) -> Run:  # fmt: skip
    folder = Path(loaded.path).parent
    return Run(
        id=provenance.run_id(started), started=started.isoformat(timespec="seconds"),
        spec=str(loaded.path), spec_sha256=loaded.sha256,
        inputs=tuple(provenance.input_files(files, folder)), seed=seed, engine="duckdb",
        versions=provenance.versions(), hardware=provenance.hardware(),
        seconds=round(time.perf_counter() - clock, 3), templates=look.used if look else None,
    )  # fmt: skip
