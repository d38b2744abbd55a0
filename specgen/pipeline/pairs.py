"""Two runs' candidates on the rows that both answered, through the same pass and statistics as within a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from specgen.diagnosis.found import FlipRate
from specgen.diagnosis.listed import listed_slices
from specgen.engine.cells import WHOLE, SplitCells, Vector
from specgen.engine.flips import flip_counts
from specgen.inputs.outcomes import OLD, OUTCOMES, Kept, pair_rows, read_kept
from specgen.inputs.rows import Rows
from specgen.inputs.tables import connect
from specgen.metrics.uses import Use, class_uses, measurable, spec_uses
from specgen.pipeline.passes import split_cells
from specgen.record.comparison import ComparedSplit, FlippedSlice
from specgen.record.folder import SPEC
from specgen.record.result import Result
from specgen.spec.load import load_spec
from specgen.spec.problems import SpecError
from specgen.spec.row_values import RIGHT_OR_WRONG
from specgen.spec.spec import Spec
from specgen.stats.estimate import Estimate, finite
from specgen.stats.measure import difference, measure
from specgen.stats.share_estimates import share_estimate

MOST_IDS = 100
Place = tuple[str, str, str, str | None]  # split, slice, metric, label


@dataclass(frozen=True)
class Paired:
    """A metric of both candidates on the rows in common. Deciding bounds beside those shown."""

    was: float | None
    now: float | None
    shown: Estimate
    decision: Estimate
    rows: int


@dataclass(frozen=True)
class Pairs:
    """What pairing has found, by place; and of each split whether it could be done."""

    splits: tuple[ComparedSplit, ...]
    found: dict[Place, Paired] = field(default_factory=dict)


@dataclass(frozen=True)
class RunFolder:
    """A run that is compared: its result, and where it lies."""

    result: Result
    folder: Path

    def rows_of(self, split: str) -> int | None:
        """Rows of a split, where it is known."""
        return next((one.rows for one in self.result.splits if one.name == split), None)

    def digests(self, split: str) -> frozenset[str]:
        """Digests of a split's data."""
        return frozenset(one.sha256 for one in self.result.run.inputs if one.role == f"data.{split}")


def judged_splits(result: Result) -> tuple[str, ...]:
    """Splits of the milestones, in order."""
    return tuple(dict.fromkeys(stage.split for stage in result.milestones))


def paired(old: RunFolder, new: RunFolder, judged: Sequence[str], only: str | None = None) -> Pairs:
    """Splits of the new run, paired with the old run's rows where these are to be had; all metrics, or only one."""
    kept = [read_kept(one.folder / OUTCOMES) for one in (old, new)]
    spec = _spec(new)
    splits: list[ComparedSplit] = []
    found: dict[Place, Paired] = {}
    for split in judged:
        why = _why_not(old, new, kept, split, spec)
        if why or spec is None or kept[0] is None or kept[1] is None:
            splits.append(_unpaired(old, new, split, why))
            continue
        told, numbers = _split(old, new, (kept[0], kept[1]), split, spec, only)
        splits.append(told)
        found |= numbers
    return Pairs(tuple(splits), found)


def _unpaired(old: RunFolder, new: RunFolder, split: str, why: str) -> ComparedSplit:
    return ComparedSplit(
        split=split, paired=False, reason=why, rows=0, was_rows=old.rows_of(split), now_rows=new.rows_of(split),
        relabelled=0,
    )  # fmt: skip


def _spec(new: RunFolder) -> Spec | None:
    """The new run's spec as it lies beside its results; None where it is another one, or is not there."""
    try:
        loaded = load_spec(new.folder / SPEC)
    except SpecError:
        return None
    return loaded.spec if loaded.sha256 == new.result.run.spec_sha256 else None


def _why_not(
    old: RunFolder, new: RunFolder, kept: Sequence[Kept | None], split: str, spec: Spec | None
) -> str:
    """Why a split's rows cannot be compared one by one; empty if they can."""
    for run, one in zip((old, new), kept, strict=True):
        if one is None:
            return f"{run.folder.name} keeps no outcomes row by row ({OUTCOMES})"
        if split not in one.splits:
            return f"{run.folder.name} has no outcomes of {split}"
    if spec is None:
        return f"the {SPEC} beside {new.folder.name} is missing, or not the one of the run"
    first, second = kept
    if first is None or second is None:
        return ""
    if old.result.about.task != new.result.about.task:
        return "the tasks are of different types"
    if first.splits[split]["labels"] != second.splits[split]["labels"]:
        return "the labels are not the same in both runs"
    if not (first.has_ids and second.has_ids) and old.digests(split) != new.digests(split):
        return "rows have no ids (task.id), and the data is not the same"
    return ""


def _split(
    old: RunFolder, new: RunFolder, kept: tuple[Kept, Kept], split: str, spec: Spec, only: str | None
) -> tuple[ComparedSplit, dict[Place, Paired]]:
    with connect() as connection:
        pair = pair_rows(connection, *kept, split, spec.candidate_name)
        if not pair.rows.count:
            return _unpaired(old, new, split, "no row is in both runs"), {}
        same_spec = old.result.run.spec_sha256 == new.result.run.spec_sha256
        whole, classes = (
            tuple(use for use in some if only in (None, use.key) and _comparable(use, pair.rows, same_spec))
            for some in (spec_uses(spec, pair.rows.labels), class_uses(spec, pair.rows.labels))
        )
        flipped = _flip_columns(pair.rows, spec.task.type)
        rates = [Vector((name, "1"), f"{name} IS NOT NULL") for name in flipped]
        cells = split_cells(pair.rows, spec, whole, rates, classes)
        names = listed_slices(spec, cells)
        found = {
            (split, name, use.key, use.label): one for name in names
            for use in (dict.fromkeys(whole + classes) if name == WHOLE else whole)
            if (one := _number(use, cells, name, spec.candidate_name)) is not None
        }  # fmt: skip
        told = ComparedSplit(
            split=split, paired=True, reason="", rows=pair.rows.count, was_rows=old.rows_of(split),
            now_rows=new.rows_of(split), relabelled=pair.relabelled,
            flips=tuple(_flips(spec, pair.rows, cells, names, flipped, rates)) if flipped else (),
            broken=_ids(pair.rows, flipped[0]) if flipped else (),
            mended=_ids(pair.rows, flipped[1]) if flipped else (),
        )  # fmt: skip
        return told, found


def _comparable(use: Use, rows: Rows, same_spec: bool) -> bool:
    """Whether a metric means the same in both runs, and both have what it needs.

    Row values of a spec's own may have another meaning under another spec; a metric against a baseline is
    none of two candidates.
    """
    if use.metric.against or (not same_spec and (use.business or use.needs or not use.metric.tasks)):
        return False
    return all(measurable(use, model, rows) for model in rows.models)


def _number(use: Use, cells: SplitCells, name: str, candidate: str) -> Paired | None:
    apart = difference(use, cells, name, candidate, OLD, 0)
    if apart.shown is None or apart.decision is None:
        return None
    now, was = (measure(use, cells, name, model, 0).value for model in (candidate, OLD))
    return Paired(was, now, apart.shown, apart.decision, cells.rows[name])


def _flip_columns(rows: Rows, task: str) -> tuple[str, ...]:
    """Columns `broken` and `mended`, made where a row is right or wrong."""
    if task not in RIGHT_OR_WRONG:
        return ()
    right = {
        "transcription": "(e{i} = 0)",
        "multilabel": "(label = h{i} AND p{i} = h{i})",
    }.get(task, "(label = p{i})")
    mine, theirs = (right.format(i=i) for i in (0, 1))
    for name, sql in (("broken", f"{theirs} AND NOT {mine}"), ("mended", f"{mine} AND NOT {theirs}")):
        rows.connection.execute(f"ALTER TABLE {rows.table} ADD COLUMN {name} DOUBLE")
        rows.connection.execute(f"UPDATE {rows.table} SET {name} = ({sql})::DOUBLE")
    return "broken", "mended"


def _flips(
    spec: Spec, rows: Rows, cells: SplitCells, names: Sequence[str], flipped: Sequence[str], rates: Sequence[Vector]
) -> Iterator[FlippedSlice]:  # fmt: skip
    counts = dict(flip_counts(rows, *flipped))
    plain = not rows.weighted and not rows.clustered
    for name in names:
        negative, positive = (_rate(spec, cells, name, vector, plain=plain) for vector in rates)
        one = counts[name]
        yield FlippedSlice(
            slice=name, rows=one.compared, broken=one.broken, mended=one.mended, negative=negative,
            positive=positive,
        )  # fmt: skip


def _rate(spec: Spec, cells: SplitCells, name: str, vector: Vector, *, plain: bool) -> FlipRate:
    found = share_estimate(cells.moments[name, vector], plain=plain)
    low, high = found.shown.interval(spec.confidence) if found.shown else (None, None)
    return FlipRate(value=found.value, low=finite(low), high=finite(high), method=found.method)


def _ids(rows: Rows, column: str) -> tuple[str, ...]:
    found = rows.connection.execute(
        f"SELECT row_id FROM {rows.table} WHERE {column} = 1 ORDER BY row_id LIMIT {MOST_IDS}"
    ).fetchall()
    return tuple(str(row[0]) for row in found)
