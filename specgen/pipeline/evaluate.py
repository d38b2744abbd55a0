"""From a spec to its result: inputs, one pass a split, measurements, gates, verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from specgen.checks.fairness import fairness, fairness_uses
from specgen.checks.gaps import FairnessCheck
from specgen.diagnosis.class_gaps import ClassGap
from specgen.diagnosis.people import Agreement
from specgen.diagnosis.reference import Reference, reference
from specgen.diagnosis.support import ClassSupport, class_supports
from specgen.engine.cells import WHOLE, SplitCells, Vector
from specgen.engine.collapse import collapse
from specgen.engine.label_cells import label_cells
from specgen.engine.rankings import add_rankings
from specgen.inputs.annotators import Annotations
from specgen.inputs.load import EVALUATED_TASKS, Inputs, kept_tables, load_inputs
from specgen.inputs.rows import Rows
from specgen.inputs.shares import without_shares
from specgen.inputs.unlabelled import unlabelled_rows
from specgen.metrics.registry import SUMMED
from specgen.metrics.requests import request_problems
from specgen.metrics.uses import Use, class_uses, measurable, model_terms, spec_uses, vector
from specgen.pipeline.business import business_terms, threshold_choices, worths
from specgen.pipeline.check import judged_splits, open_checked
from specgen.pipeline.diagnosis import diagnosed
from specgen.pipeline.drift import Drifts, compared_splits
from specgen.pipeline.empty import empty_slices
from specgen.pipeline.fairness import fairness_notes, unknown_references
from specgen.pipeline.notes import notes
from specgen.pipeline.over_time import OverTimes, over_time
from specgen.pipeline.people import with_people
from specgen.pipeline.potentials import with_potentials
from specgen.record import describe, provenance
from specgen.record.measurements import baseline_gaps, confusions, measurements
from specgen.record.result import BaselineGap, Measurement, Result, Run
from specgen.record.shrunken import with_shrunken
from specgen.spec.declared import all_gates, metric_key
from specgen.spec.load import LoadedSpec
from specgen.spec.milestones import Gate
from specgen.spec.problems import SpecError
from specgen.spec.spec import Spec
from specgen.verdict.evidence import Evidence
from specgen.verdict.gates import judge_gate
from specgen.verdict.milestones import climb, overall
from specgen.verdict.page_one import page_one
from specgen.verdict.standing import standing

Progress = Callable[[str], None]


@dataclass(frozen=True)
class MeasuredSplit:
    """What the pass has left of a split, and all numbers that follow from it."""

    cells: SplitCells
    measurements: tuple[Measurement, ...]
    gaps: tuple[BaselineGap, ...]
    fairness: tuple[FairnessCheck, ...]
    class_gaps: tuple[ClassGap, ...]
    agreements: tuple[Agreement, ...]
    supports: tuple[ClassSupport, ...]


@dataclass(frozen=True)
class MeasuredSpec:
    """The splits that could be evaluated, and what was measured on them."""

    inputs: Inputs
    splits: Mapping[str, MeasuredSplit]
    uses: tuple[Use, ...]
    class_counts: Mapping[str, Mapping[str, int]]
    drift: Drifts = field(default_factory=Drifts)
    over_time: OverTimes = field(default_factory=OverTimes)

    def reference(self, spec: Spec, seed: int) -> Reference | None:
        """Which baseline stands for irreducible error on the primary metric; None where nothing was measured."""
        return reference(spec, self.cells, self.uses[0], seed) if self.uses else None

    @property
    def cells(self) -> dict[str, SplitCells]:
        """Cells by split."""
        return {name: split.cells for name, split in self.splits.items()}


def evaluate(
    loaded: LoadedSpec, *, milestone: str | None = None, seed: int = 0, progress: Progress = lambda _: None
) -> Result:
    """Measure a spec's models and judge its milestones, up to `milestone` if one is named.

    Raises SpecError for whatever is wrong with the spec, its data or its predictions, all at once.
    """
    started, clock = provenance.now(), time.perf_counter()
    spec = loaded.spec
    found = _measured(loaded, milestone, seed, progress)
    stages = spec.milestones[: _position(spec, milestone)]
    evidence = Evidence(spec, found.cells, found.inputs.not_evaluated, seed, found.drift.by_split)
    progress("judging gates")
    gates = tuple(judge_gate(evidence, stage, promise) for stage in stages for promise in stage.gates)
    ladder = climb(stages, gates)
    verdict = overall(ladder)
    lost = diagnosed(spec, found.uses, found.cells, found.inputs.not_evaluated, stages, seed)
    reasons, changes = page_one(gates, verdict, lost.lead if lost else None)
    splits = found.splits.values()
    fair = tuple(check for split in splits for check in split.fairness)
    return Result(
        project=spec.project.name, verdict=verdict, reasons=reasons, changes=changes,
        about=describe.about(spec),
        metrics=tuple(describe.metric_infos(spec, found.uses)),
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
        key_examples=tuple(one for rows in found.inputs.rows.values() for one in rows.examples),
        fairness=fair, drift=found.drift.records(spec), over_time=found.over_time.found,
        notes=notes(loaded, found.inputs, found.cells, milestone, [
            *fairness_notes(fair, [s.split for s in stages]), *found.drift.notes, *found.over_time.notes,
        ]),
        run=_run(loaded, found.inputs, seed, started, clock),
    )  # fmt: skip


def _position(spec: Spec, milestone: str | None) -> int:
    names = [stage.name for stage in spec.milestones]
    return names.index(milestone) + 1 if milestone else len(names)


def _measured(loaded: LoadedSpec, milestone: str | None, seed: int, progress: Progress) -> MeasuredSpec:
    """Read, check and measure the splits; a task of a later version leaves nothing to measure."""
    spec = loaded.spec
    if spec.task.type not in EVALUATED_TASKS:
        why = f"tasks of type {spec.task.type} are not evaluated by this version of specgen"
        return MeasuredSpec(Inputs({}, dict.fromkeys(spec.data, why), None, (), ()), {}, (), {})
    progress("reading data")
    required = judged_splits(loaded, milestone)
    connection, tables = open_checked(loaded)
    tables = kept_tables(connection, loaded, tables)
    inputs = load_inputs(connection, loaded, tables, required)
    drift = compared_splits(connection, loaded, tables, seed, progress)
    if not inputs.rows:
        return MeasuredSpec(inputs, {}, (), {}, drift)
    labels = next(iter(inputs.rows.values())).labels
    wrong = request_problems(loaded, labels or None)
    if wrong:
        raise SpecError(wrong)
    spec = without_shares(spec) if inputs.impossible_shares else spec
    uses, classes = spec_uses(spec, labels), class_uses(spec, labels)
    compared = fairness_uses(spec, labels)
    progress(f"measuring {sum(rows.count for rows in inputs.rows.values()):,} rows")
    with ThreadPoolExecutor() as pool:
        of_split = partial(
            _split,
            people=inputs.annotations,
            spec=spec,
            uses=uses,
            classes=classes,
            compared=compared,
            seed=seed,
        )
        splits = dict(zip(inputs.rows, pool.map(of_split, inputs.rows.values()), strict=True))
    cells = {split: one.cells for split, one in splits.items()}
    empty = [*empty_slices(loaded, cells), *unknown_references(loaded, cells, required)]
    if empty:
        raise SpecError(empty)
    counts = {split: _class_counts(one.cells) for split, one in splits.items() if labels}
    collapsed = partial(_collapsed, spec.model_copy(update={"business": ()}))
    unlabelled = unlabelled_rows(connection, loaded, tables, labels)
    followed = over_time(spec, inputs.rows, unlabelled, uses, seed, collapsed, progress)
    return MeasuredSpec(inputs, splits, uses + classes + compared, counts, drift, followed)


def _collapsed(spec: Spec, rows: Rows, uses: Sequence[Use]) -> SplitCells:
    """The pass over other rows than a split's, for some uses only."""
    return split_cells(rows, spec, uses)


def _class_counts(cells: SplitCells) -> dict[str, int]:
    """Rows of each label on the whole split."""
    if cells.task == "multilabel":
        return {label: _class_counts(cells.of_label[label])[label] for label in cells.labels}
    whole = cells.outcomes[WHOLE]
    return {label: int(whole.count[whole.label == code].sum()) for code, label in enumerate(cells.labels)}


def _split(
    rows: Rows, people: Mapping[str, Sequence[Annotations]], spec: Spec, uses: tuple[Use, ...],
    classes: tuple[Use, ...], compared: tuple[Use, ...],
    seed: int,
) -> MeasuredSplit:  # fmt: skip
    """One split's pass and numbers, over a connection of its own, so that splits go side by side.

    Slice by slice, so that what measurements and gaps both need is still there.
    """
    rows = replace(rows, connection=rows.connection.cursor())
    cells = split_cells(rows, spec, uses + compared, classes=classes)
    collapsed = partial(split_cells, spec=spec, uses=uses, classes=classes)
    cells, agreed = with_people(cells, people.get(rows.split, ()), spec, uses, collapsed, seed)
    numbers: list[Measurement] = []
    gaps: list[BaselineGap] = []
    for slice_name, found in measurements(spec, cells, uses, classes, seed):
        numbers += found
        gaps += baseline_gaps(spec, cells, slice_name, uses, seed)
    ranked, class_gaps = with_potentials(rows, spec, cells, uses, gaps, seed)
    return MeasuredSplit(
        cells, with_shrunken(spec, cells, uses, numbers), ranked, tuple(fairness(spec, cells, seed)),
        class_gaps, agreed, tuple(class_supports(spec, cells, seed)),
    )  # fmt: skip


def split_cells(
    rows: Rows, spec: Spec, uses: Sequence[Use], more: Sequence[Vector] = (), classes: Sequence[Use] = ()
) -> SplitCells:
    """The pass over a split: all that is left of its rows for what is to be measured, and sums of `more` vectors."""
    together = [use for use in uses if not use.alone]
    vectors = [*split_vectors(rows, spec, together), *more]
    terms = [*_terms(rows, together), *business_terms(spec, rows)]
    if rows.queries:
        add_rankings(rows, [*terms, *(term for one in vectors for term in one.terms)])
    cells = collapse(rows, spec.task.type, vectors, terms, _named(spec, together))
    return replace(cells, of_label=_of_label(rows, spec, cells, uses, classes))


def _named(spec: Spec, uses: Sequence[Use]) -> frozenset[str]:
    """Slices that a gate names for a metric of samples: these are measured exactly, however many rows there are."""
    sampled = {use.key for use in uses if use.metric.state == "sample"}
    gates = [
        gate for _, gate in all_gates(spec)
        if gate.metric and metric_key(spec, gate.metric, gate.label, gate.k) in sampled
    ]  # fmt: skip
    named = {name for gate in gates for name in (gate.slice, gate.key_examples, *_listed(gate)) if name}
    whole = any(not (gate.slice or gate.slices or gate.key_examples or gate.by) for gate in gates)
    return frozenset(named | ({WHOLE} if whole else set()))


def _listed(gate: Gate) -> tuple[str, ...]:
    return gate.slices if isinstance(gate.slices, tuple) else ()


def _of_label(
    rows: Rows, spec: Spec, cells: SplitCells, uses: Sequence[Use], classes: Sequence[Use]
) -> dict[str, SplitCells]:
    """Cells of every label that is measured by itself; slices only of those that the spec names."""
    by_label: dict[str, list[Use]] = {}
    for use in (*uses, *classes):
        if use.alone and use.label is not None:
            by_label.setdefault(use.label, []).append(use)
    named = {use.label for use in uses}
    return {
        label: label_cells(
            cells, rows, label, split_vectors(rows, spec, own, "binary"), _terms(rows, own),
            whole_only=label not in named,
        )
        for label, own in by_label.items()
    }  # fmt: skip


def _terms(rows: Rows, uses: Sequence[Use]) -> list[str]:
    """Row values that metrics of samples want to know, of each model."""
    sampled = [use for use in uses if use.metric.state == "sample"]
    return [term for use in sampled for i, _ in _usable(rows, use) for term in model_terms(use, i)]


def _usable(rows: Rows, use: Use) -> list[tuple[int, str]]:
    """The models that have what a metric needs, with their numbers."""
    return [(i, name) for i, name in enumerate(rows.models) if measurable(use, name, rows)]


def split_vectors(rows: Rows, spec: Spec, uses: Sequence[Use], task: str | None = None) -> list[Vector]:
    """Row values to sum: each model by itself, and the candidate together with each other model."""
    vectors, task = [], task or spec.task.type
    partial = [rows.index(model) for model in rows.partial]
    for use in (use for use in uses if use.metric.state in SUMMED):
        usable = [i for i, _ in _usable(rows, use)]
        vectors += [vector(use, (i,), task, partial) for i in usable]
        if spec.candidate_name in rows.models:
            first = rows.index(spec.candidate_name)
            vectors += [
                vector(use, (first, i), task, partial) for i in usable if i != first and first in usable
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
