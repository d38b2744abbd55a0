"""What changed between two runs: verdict, gates, metrics by slice; paired where both kept their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from scipy import special

from specgen.pipeline.pairs import Paired, Pairs, Place, RunFolder, judged_splits, paired
from specgen.record.comparison import (
    ComparedRun,
    ComparedSplit,
    Comparison,
    Finding,
    GateChange,
    MetricChange,
    Turn,
)
from specgen.record.folder import read_result
from specgen.record.result import Gate, Measurement, MetricInfo, Result
from specgen.record.runs import find_run
from specgen.stats.estimate import Estimate, finite
from specgen.stats.multiplicity import holm
from specgen.stats.unpaired import mover
from specgen.verdict.members import SEVERITY

VERDICTS = ("no-go", "inconclusive", "go")
WHOLE = "all"
# Of one candidate beside a baseline, so nothing between two candidates.
AGAINST = ("negative_flip_rate@", "positive_flip_rate@")
UNPAIRED = "unpaired, from both intervals"


def compare_runs(old: Path, new: Path) -> Comparison:
    """Two runs, by folder or results.json. Raises FolderError where one cannot be read."""
    return compared(open_run(old), open_run(new))


def open_run(path: Path) -> RunFolder:
    """A run by its folder, its results.json, or as `PROJECT/latest`; FolderError where it cannot be read."""
    folder = find_run(path)
    return RunFolder(read_result(folder), folder.resolve())


def compared(old: RunFolder, new: RunFolder) -> Comparison:
    """What changed from the old run to the new one."""
    pairs = paired(old, new, judged_splits(new.result))
    gates = tuple(_gates(old.result, new.result))
    changes = tuple(_changes(old.result, new.result, pairs, judged_splits(new.result)))
    before, after = VERDICTS.index(old.result.verdict), VERDICTS.index(new.result.verdict)
    turn: Turn = "same" if before == after else "better" if after > before else "worse"
    primary = new.result.about.primary_metric
    return Comparison(
        old=_run(old), new=_run(new), confidence=new.result.about.confidence, verdict=turn, primary_metric=primary,
        gates=gates, splits=pairs.splits, changes=changes,
        regressions=tuple(_regressions(old.result, new.result, turn, gates, changes, primary)),
        notes=tuple(_notes(old, new)),
    )  # fmt: skip


def primary_changes(old: RunFolder, new: RunFolder) -> tuple[ComparedSplit, tuple[MetricChange, ...]]:
    """The primary metric by slice on the split that was judged last, and how it was compared."""
    primary, last = new.result.about.primary_metric, judged_splits(new.result)[-1:]
    pairs = paired(old, new, last, primary)
    changes = _changes(old.result, new.result, pairs, last, primary)
    return pairs.splits[0], tuple(changes)


def _run(one: RunFolder) -> ComparedRun:
    result = one.result
    return ComparedRun(
        run=result.run.id, started=result.run.started, project=result.project, candidate=result.about.candidate,
        verdict=result.verdict, spec_sha256=result.run.spec_sha256, folder=str(one.folder),
    )  # fmt: skip


def _gates(old: Result, new: Result) -> Iterator[GateChange]:
    """Gates of both runs; those of the same words and milestone are the same, in their order."""
    before, after = _numbered(old.gates), _numbered(new.gates)
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        known = now or was
        if known is None:
            continue
        yield GateChange(
            milestone=known.milestone, gate=known.gate, severity=known.severity,
            was=was.verdict if was else None, now=now.verdict if now else None,
            was_measured=was.measured if was else None, now_measured=now.measured if now else None,
            turn=_turn(was, now),
        )  # fmt: skip


def _numbered(gates: Sequence[Gate]) -> dict[tuple[str, str, int], Gate]:
    seen: dict[tuple[str, str], int] = defaultdict(int)
    found = {}
    for gate in gates:
        key = gate.milestone, gate.gate
        found[*key, seen[key]] = gate
        seen[key] += 1
    return found


def _turn(was: Gate | None, now: Gate | None) -> Turn:
    if was is None:
        return "new"
    if now is None:
        return "gone"
    step = SEVERITY[now.verdict] - SEVERITY[was.verdict]
    return "better" if step > 0 else "worse" if step < 0 else "same"


def _changes(
    old: Result, new: Result, pairs: Pairs, judged: Sequence[str], only: str | None = None
) -> Iterator[MetricChange]:
    """Every metric of both candidates on each slice, families of slices corrected together."""
    before, after = _measured(old), _measured(new)
    infos = {info.key: info for info in new.metrics}
    apart = {
        place: pairs.found.get(place) or _from_intervals(before[place], after[place])
        for place in after if place in before and place[0] in judged and place[2] in infos
        and not place[2].startswith(AGAINST) and only in (None, place[2])
    }  # fmt: skip
    families: dict[tuple[str, str, str | None, bool], list[Place]] = defaultdict(list)
    for place in apart:
        families[place[0], place[2], place[3], place[1] == WHOLE].append(place)
    alpha = (1 - new.about.confidence) / 2
    findings: dict[Place, Finding] = {}
    for (_, metric, _, _), places in families.items():
        findings |= _findings(infos[metric], {place: apart[place] for place in places}, alpha)
    for place, one in apart.items():
        yield _change(new, infos[place[2]], place, before[place], after[place], one,
                      findings[place], is_paired=place in pairs.found)  # fmt: skip


def _measured(result: Result) -> dict[Place, Measurement]:
    return {
        (one.split, one.slice, one.metric, one.label): one
        for one in result.measurements if one.model == result.about.candidate
    }  # fmt: skip


def _from_intervals(was: Measurement, now: Measurement) -> Paired | None:
    """The difference of two values as if their rows had nothing in common (MOVER); None without both intervals.

    The intervals are known at one confidence; at others they are taken to grow as a normal estimate's.
    """
    ends = (was.value, was.low, was.high, now.value, now.low, now.high)
    if None in ends:
        return None
    apart = mover(_estimate(now), _estimate(was))
    return Paired(was.value, now.value, apart, apart, now.rows)


def _estimate(one: Measurement) -> Estimate:
    value, low, high = one.value or 0.0, one.low or 0.0, one.high or 0.0
    known = float(special.ndtri((1 + one.confidence) / 2))

    def grown(alpha: float) -> float:
        return -float(special.ndtri(alpha)) / known

    return Estimate(
        value, one.n, one.method,
        lambda alpha: value - (value - low) * grown(alpha), lambda alpha: value + (high - value) * grown(alpha),
    )  # fmt: skip


def _findings(info: MetricInfo, family: Mapping[Place, Paired | None], alpha: float) -> dict[Place, Finding]:
    """What is shown of each slice, after Holm's correction over all of them, in both directions."""
    known = {place: one for place, one in family.items() if one is not None}
    found: dict[Place, Finding] = dict.fromkeys(family, "open")
    if info.better == "neither" or not known:
        return found
    down = {place: one.decision.p_below(0.0) for place, one in known.items()}
    up = {place: one.decision.p_above(0.0) for place, one in known.items()}
    worse, better = (down, up) if info.better == "higher" else (up, down)
    for place, shown in zip(known, holm(list(better.values()), alpha), strict=True):
        found[place] = "better" if shown else "open"
    for place, shown in zip(known, holm(list(worse.values()), alpha), strict=True):
        if shown:
            found[place] = "worse"
        elif worse[place] <= alpha:
            found[place] = "suspect"
    return found


def _change(
    new: Result, info: MetricInfo, place: Place, was: Measurement, now: Measurement, one: Paired | None,
    finding: Finding, *, is_paired: bool,
) -> MetricChange:  # fmt: skip
    low, high = one.shown.interval(new.about.confidence) if one else (None, None)
    before, after = (one.was, one.now) if one and is_paired else (was.value, now.value)
    apart = one.shown.value if one else None if None in (before, after) else (after or 0.0) - (before or 0.0)
    method = one.shown.method if one and is_paired else UNPAIRED if one else "none"
    return MetricChange(
        split=place[0], slice=place[1], metric=place[2], label=place[3], title=info.title, better=info.better,
        share=info.unit is None and info.high == 1.0, unit=info.unit, was=before, now=after, difference=apart,
        low=finite(low), high=finite(high), rows=one.rows if one else now.rows, paired=is_paired, method=method,
        finding=finding,
    )  # fmt: skip


def _regressions(
    old: Result, new: Result, turn: Turn, gates: Sequence[GateChange], changes: Sequence[MetricChange], primary: str
) -> Iterator[str]:  # fmt: skip
    """What got worse, in sentences."""
    if turn == "worse":
        yield f"The verdict went from {old.verdict} to {new.verdict}."
    for gate in gates:
        if gate.turn == "worse" and gate.severity == "must":
            yield f"{gate.milestone}: {gate.gate} went from {gate.was} to {gate.now}."
    for one in changes:
        if one.metric == primary and one.finding == "worse":
            where = f"all rows of {one.split}" if one.slice == WHOLE else f"{one.slice} of {one.split}"
            yield f"{one.title} is shown to be worse on {where}."


def _notes(old: RunFolder, new: RunFolder) -> Iterator[str]:
    """What else is not the same in both runs."""
    first, second = old.result, new.result
    if first.run.id == second.run.id:
        yield "Both are the same run."
    if first.project != second.project:
        yield f"The projects differ: {first.project} and {second.project}."
    if first.run.spec_sha256 != second.run.spec_sha256:
        yield "The spec has changed: gates are told apart by their words, and metrics of the spec's own are not paired."
    for split in dict.fromkeys(stage.split for stage in second.milestones):
        if old.digests(split) != new.digests(split):
            yield f"The data of {split} is not the same file."
    if first.run.versions.get("specgen") != second.run.versions.get("specgen"):
        yield "The runs were made by different versions of specgen."
