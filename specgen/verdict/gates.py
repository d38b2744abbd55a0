"""Judges a gate: over one slice, over many, between groups; what cannot be measured is an error."""

from __future__ import annotations

import math
import re
from typing import Literal

from specgen.engine.cells import SplitCells
from specgen.metrics.uses import Use
from specgen.spec.milestones import BaselineBound, Milestone
from specgen.spec.milestones import Gate as Promise
from specgen.stats.estimate import finite
from specgen.stats.multiplicity import holm
from specgen.verdict.checked import CHECKED
from specgen.verdict.evidence import Evidence, bound_trial, error_rate, gate_slices, gate_use
from specgen.verdict.groups import group_trials
from specgen.verdict.judged import Direction, Gate, GateMember, GateVerdict
from specgen.verdict.judging import Trial, judge, outlook, p_fail
from specgen.verdict.members import SEVERITY, first_to_fail, method_of
from specgen.verdict.reasons import gate_reason, member_reason, worst_by_value
from specgen.verdict.shrunken import shrunken_by_slice
from specgen.verdict.words import gate_name


def judge_gate(evidence: Evidence, milestone: Milestone, promise: Promise) -> Gate:
    """The verdict on one gate of a milestone."""
    kind = promise.subject_kind
    if kind in CHECKED:
        judged = CHECKED[kind](evidence, milestone, promise)
        return judged if isinstance(judged, Gate) else _error(evidence, milestone, promise, judged)
    cells = evidence.cells.get(milestone.split)
    if cells is None:
        why = evidence.not_evaluated.get(milestone.split, "it could not be evaluated")
        return _error(evidence, milestone, promise, f"data.{milestone.split}: {why}")
    if evidence.spec.candidate_name not in cells.models:
        failed = evidence.failure(milestone.split)
        return _error(evidence, milestone, promise, failed or "the candidate was not measured")
    use = gate_use(evidence, promise, cells)
    slices = gate_slices(evidence.spec, promise, cells)
    alpha = error_rate(evidence, promise)
    between = promise.gap_at_most is not None or promise.ratio_at_least is not None
    if between:
        trials = group_trials(evidence, promise, use, cells, slices, alpha)
    else:
        trials = [bound_trial(evidence, promise, use, cells, name) for name in slices]
    if not trials or (between and len(slices) < 2):
        what = "groups to compare" if between else "slice to judge it on"
        return _error(evidence, milestone, promise, f"data.{milestone.split} has no {what}")
    if all(trial.surplus is None for trial in trials):
        return _error(evidence, milestone, promise, f"{trials[0].name}: {trials[0].reason or 'not measured'}")
    many = between or promise.slices is not None or promise.by is not None
    members = _members(trials, alpha, promise, between, many)
    return _judged(evidence, milestone, promise, use, cells, trials, members, many)


def _members(
    trials: list[Trial], alpha: float, promise: Promise, between: bool, many: bool
) -> list[GateMember]:
    """Verdicts of the trials together: passes stand by themselves, failures are corrected by Holm."""
    single = [judge(trial, alpha, promise.evidence) for trial in trials]
    corrected = promise.evidence == "confident" and len(trials) > 1
    rejected = (
        holm([p_fail(trial) for trial in trials], alpha) if corrected else [v == "fail" for v in single]
    )
    shrunken = shrunken_by_slice(trials) if many and not between else {}
    members = [
        _member(trial, verdict, fails, alpha, many, len(trials), shrunken.get(trial.name))
        for trial, verdict, fails in zip(trials, single, rejected, strict=True)
    ]
    return _worse_of_pairs(members) if between else members


def _worse_of_pairs(members: list[GateMember]) -> list[GateMember]:
    """Of the two directions of each pair of groups the one that says more: the worse, else the larger gap."""
    kept: dict[frozenset[str], GateMember] = {}
    for member in members:
        pair = frozenset(re.split(" [−÷] ", member.name))
        other = kept.get(pair)
        if other is None or _weight(member) < _weight(other):
            kept[pair] = member
    return list(kept.values())


def _weight(member: GateMember) -> tuple[int, float]:
    """Sorts the member that says most first."""
    distance = 0.0
    if member.measured is not None:
        distance = member.measured if "÷" in member.name else -member.measured
    elif member.verdict != "error" and "÷" in member.name:
        distance = math.inf
    return SEVERITY[member.verdict], distance


def _member(
    trial: Trial, single: GateVerdict, fails: bool, alpha: float, many: bool, trials: int,
    shrunken: float | None,
) -> GateMember:  # fmt: skip
    suspect = single == "fail" and not fails
    verdict: GateVerdict = "fail" if fails else "inconclusive" if suspect else single
    if many and verdict == "error" and trial.rows > 0 and not trial.unavailable:
        verdict = "inconclusive"
    # Among many it has to fail at the corrected level: the first step of Holm's is alpha over all.
    further = outlook(trial, alpha, alpha / trials) if verdict == "inconclusive" else None
    return GateMember(
        name=trial.name, verdict=verdict, measured=trial.measured, low=finite(trial.low), high=finite(trial.high),
        bound=trial.bound, n=trial.surplus.n if trial.surplus else 0, rows=trial.rows,
        method=trial.surplus.method if trial.surplus else "none", more_examples=further.rows if further else None,
        more_to_pass=further.to_pass if further else None, more_to_fail=further.to_fail if further else None,
        shrunken=shrunken, reason=member_reason(trial, verdict, alpha, suspect, further), suspect=suspect,
    )  # fmt: skip


def _verdict(members: list[GateMember]) -> GateVerdict:
    """Fail before error before inconclusive: what is not known never excuses what is."""
    verdicts = [member.verdict for member in members]
    return min(verdicts, key=lambda verdict: SEVERITY[verdict])


def _worst(members: list[GateMember], trials: list[Trial]) -> GateMember:
    """The member furthest on the wrong side of its bound (of those that failed, if any did)."""
    surplus = {trial.name: trial.surplus.value if trial.surplus else math.inf for trial in trials}
    return min(members, key=lambda member: (SEVERITY[member.verdict], surplus[member.name]))


def _judged(
    evidence: Evidence, milestone: Milestone, promise: Promise, use: Use, cells: SplitCells,
    trials: list[Trial], members: list[GateMember], many: bool,
) -> Gate:  # fmt: skip
    verdict = _verdict(members)
    worst = _worst(members, trials)
    bound = promise.at_least if promise.at_least is not None else promise.at_most
    baseline = bound if isinstance(bound, BaselineBound) else None
    confidence = 1 - error_rate(evidence, promise)
    further = outlook(trials[0], 1 - confidence)
    return Gate(
        milestone=milestone.name, gate=gate_name(promise, evidence.spec), verdict=verdict, severity=promise.severity,
        if_inconclusive=promise.if_inconclusive, evidence=promise.evidence, confidence=confidence,
        kind="business" if use.business else "metric", metric=use.key, label=use.label,
        split=milestone.split, place=promise.slice or promise.key_examples or "",
        measured=worst.measured, low=worst.low, high=worst.high, bound=worst.bound,
        better=_direction(promise), baseline=baseline.baseline if baseline else None,
        margin=baseline.margin if baseline else None, n=worst.n, rows=worst.rows,
        worst=worst.name if many else "",
        method=method_of(worst, many, promise), reason=gate_reason(promise, verdict, members, worst, many, further)
        + worst_by_value(
            members, {t.name: t.surplus.value for t in trials if t.surplus},
            {t.name: t.rows for t in trials} if cells.clustered else {},
        ),
        more_examples=_more(members, "more_examples") if verdict == "inconclusive" else None,
        more_to_pass=_more(members, "more_to_pass") if verdict == "inconclusive" else None,
        more_to_fail=first_to_fail(members) if verdict == "inconclusive" else None,
        members=tuple(members) if many else (),
    )  # fmt: skip


def _more(members: list[GateMember], key: Literal["more_examples", "more_to_pass"]) -> int | None:
    """Rows for all open members; None when some member no number of rows would settle.

    Pairs of groups share their rows, so the neediest pair stands for all.
    """
    needed: list[int | None] = [
        getattr(member, key) for member in members if member.verdict == "inconclusive"
    ]
    known = [count for count in needed if count is not None]
    if len(known) < len(needed):
        return None
    between = any(sign in member.name for member in members for sign in (" − ", " ÷ "))
    return max(known) if between else sum(known)


def _direction(promise: Promise) -> Direction:
    names: tuple[Direction, ...] = ("at_least", "at_most", "gap_at_most", "ratio_at_least")
    return next(name for name in names if getattr(promise, name) is not None)


def _error(evidence: Evidence, milestone: Milestone, promise: Promise, reason: str) -> Gate:
    kind = promise.subject_kind
    shown_only = kind == "constraint" and evidence.spec.project.purpose == "explore"
    return Gate(
        milestone=milestone.name, gate=gate_name(promise, evidence.spec), verdict="error",
        severity="should" if shown_only else promise.severity, if_inconclusive=promise.if_inconclusive,
        evidence=promise.evidence, confidence=1 - error_rate(evidence, promise), kind=kind,
        metric=promise.metric or promise.business, label=promise.label, split=milestone.split,
        measured=None, low=None, high=None, bound=None, better=None, n=None, method="none",
        reason=f"Not measured: {reason}{'' if reason.endswith(('.', '?')) else '.'}", more_examples=None,
    )  # fmt: skip
