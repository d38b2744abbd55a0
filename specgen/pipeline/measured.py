"""From a spec to numbers: inputs, one pass a split, measurements and what is checked on its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from specgen.checks.fairness import fairness, fairness_uses
from specgen.checks.gaps import FairnessCheck
from specgen.diagnosis.choices import Calibration, ScoreCurve
from specgen.diagnosis.flips import flip_uses, flips
from specgen.diagnosis.found import Agreement, ClassGap, ClassSupport, Flips
from specgen.diagnosis.reference import Reference, reference
from specgen.diagnosis.score_curves import calibrations, score_curves
from specgen.diagnosis.support import class_supports
from specgen.engine.cells import WHOLE, SplitCells
from specgen.inputs.annotators import Annotations
from specgen.inputs.live import UNTRUSTED, Running
from specgen.inputs.load import EVALUATED_TASKS, Inputs, load_inputs
from specgen.inputs.rows import Rows
from specgen.inputs.shares import without_shares
from specgen.inputs.splits import kept_tables
from specgen.inputs.tables import Table
from specgen.inputs.unlabelled import unlabelled_rows
from specgen.metrics.requests import request_problems
from specgen.metrics.uses import Use, class_uses, spec_uses
from specgen.pipeline.check import judged_splits, open_checked
from specgen.pipeline.drift import Drifts, compared_splits
from specgen.pipeline.empty import empty_slices
from specgen.pipeline.fairness import unknown_references
from specgen.pipeline.over_time import OverTimes, over_time
from specgen.pipeline.passes import split_cells
from specgen.pipeline.people import with_people
from specgen.pipeline.potentials import with_potentials
from specgen.record.measurements import Number, baseline_gaps, measurements, numbers
from specgen.record.result import BaselineGap, Measurement
from specgen.record.shrunken import shrink
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import SpecError
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

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
    flips: tuple[Flips, ...]
    curves: tuple[ScoreCurve, ...]
    calibrations: tuple[Calibration, ...]


@dataclass(frozen=True)
class MeasuredSpec:
    """The splits that could be evaluated, and what was measured on them."""

    inputs: Inputs
    splits: Mapping[str, MeasuredSplit]
    uses: tuple[Use, ...]
    class_counts: Mapping[str, Mapping[str, int]]
    drift: Drifts = field(default_factory=Drifts)
    over_time: OverTimes = field(default_factory=OverTimes)
    connection: DuckDBPyConnection | None = None
    tables: Mapping[str, Table] = field(default_factory=dict)

    def reference(self, spec: Spec, seed: int) -> Reference | None:
        """Which baseline stands for irreducible error on the primary metric; None where nothing was measured."""
        return reference(spec, self.cells, self.uses[0], seed) if self.uses else None

    @property
    def flips(self) -> tuple[Flips, ...]:
        """What the candidate breaks and mends, of all splits."""
        return tuple(one for split in self.splits.values() for one in split.flips)

    @property
    def cells(self) -> dict[str, SplitCells]:
        """Cells by split."""
        return {name: split.cells for name, split in self.splits.items()}


def measured(
    loaded: LoadedSpec, milestone: str | None, seed: int, progress: Progress, running: Running = UNTRUSTED
) -> MeasuredSpec:
    """Read, check and measure the splits; a task of a later version leaves nothing to measure."""
    spec = loaded.spec
    if spec.task.type not in EVALUATED_TASKS:
        why = f"tasks of type {spec.task.type} are not evaluated by this version of specgen"
        return MeasuredSpec(Inputs({}, dict.fromkeys(spec.data, why), None, (), ()), {}, (), {})
    progress("reading data")
    required = judged_splits(loaded, milestone)
    connection, tables = open_checked(loaded, milestone)
    tables = kept_tables(connection, loaded, tables)
    inputs = load_inputs(connection, loaded, tables, required, running)
    answers = inputs.live.of(spec.candidate_name)
    drifts = partial(compared_splits, connection.cursor(), loaded, tables, seed, progress, answers)
    if not inputs.rows:
        return MeasuredSpec(inputs, {}, (), {}, drifts(), connection=connection, tables=tables)
    labels = next(iter(inputs.rows.values())).labels
    wrong = request_problems(loaded, labels or None)
    if wrong:
        raise SpecError(wrong)
    spec = without_shares(spec) if inputs.impossible_shares else spec
    uses, classes = spec_uses(spec, labels), class_uses(spec, labels)
    compared = fairness_uses(spec, labels)
    progress(f"measuring {sum(rows.count for rows in inputs.rows.values()):,} rows")
    # BLAS on threads of its own waits for itself where splits go side by side, and is no faster alone.
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor() as pool:
        drift_later = pool.submit(drifts)
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
        drift = drift_later.result()
    cells = {split: one.cells for split, one in splits.items()}
    empty = empty_slices(loaded, {split: one.rows for split, one in cells.items()})
    empty += unknown_references(loaded, cells, required)
    if empty:
        raise SpecError(empty)
    counts = {split: _class_counts(one.cells) for split, one in splits.items() if labels}
    collapsed = partial(_collapsed, spec.model_copy(update={"business": ()}))
    unlabelled = unlabelled_rows(connection, loaded, tables, labels, inputs.live)
    followed = over_time(spec, inputs.rows, unlabelled, uses, seed, collapsed, progress)
    return MeasuredSpec(
        inputs, splits, uses + classes + compared, counts, drift, followed, connection, tables
    )  # fmt: skip


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
    cells = split_cells(rows, spec, uses + compared + flip_uses(spec, rows.labels), classes=classes)
    collapsed = partial(split_cells, spec=spec, uses=uses, classes=classes)
    cells, agreed = with_people(cells, people.get(rows.split, ()), spec, uses, collapsed, seed)
    found: list[Number] = []
    gaps: list[BaselineGap] = []
    for slice_name, some in numbers(spec, cells, uses, classes, seed):
        found += some
        gaps += baseline_gaps(spec, cells, slice_name, uses, seed)
    shrink(spec, cells, uses, found)
    ranked, class_gaps = with_potentials(rows, spec, cells, uses, gaps, seed)
    return MeasuredSplit(
        cells, measurements(found), ranked,
        tuple(fairness(spec, cells, seed)), class_gaps, agreed, tuple(class_supports(spec, cells, seed)),
        tuple(flips(spec, rows, cells, seed)),
        tuple(score_curves(spec, cells, seed)), tuple(calibrations(spec, cells, seed)),
    )  # fmt: skip
