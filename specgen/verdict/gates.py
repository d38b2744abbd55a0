"""Judges a gate: over one slice, over many, between groups; what cannot be measured is an error."""

from __future__ import annotations

import math

from specgen.engine.cells import SplitCells
from specgen.metrics.uses import Use
from specgen.spec.milestones import BaselineBound, Milestone
from specgen.spec.milestones import Gate as Promise
from specgen.stats.multiplicity import holm
from specgen.verdict.evidence import Evidence, bound_trial, gate_slices, gate_use
from specgen.verdict.groups import group_trials
from specgen.verdict.judged import Direction, Gate, GateMember, GateVerdict
from specgen.verdict.judging import Trial, judge, more_rows, p_fail
from specgen.verdict.reasons import gate_reason, member_reason
from specgen.verdict.words import gate_name

LATER = {
    "constraint": "deployment constraints are not evaluated by this version of specgen",
    "sanity": "sanity checks are not evaluated by this version of specgen",
    "drift": "drift is not evaluated by this version of specgen",
}


def judge_gate(evidence: Evidence, milestone: Milestone, promise: Promise) -> Gate:
    """The verdict on one gate of a milestone."""
    kind = promise.subject_kind
    if kind in LATER:
        return _error(evidence, milestone, promise, LATER[kind])
    cells = evidence.cells.get(milestone.split)
    if cells is None:
        why = evidence.not_evaluated.get(milestone.split, "it could not be evaluated")
        return _error(evidence, milestone, promise, f"data.{milestone.split}: {why}")
    if evidence.spec.candidate_name not in cells.models:
        return _error(evidence, milestone, promise, "the candidate was not measured")
    use = gate_use(evidence, promise, cells)
    slices = gate_slices(evidence.spec, promise, cells)
    alpha = 1 - _confidence(evidence, promise)
    between = promise.gap_at_most is not None or promise.ratio_at_least is not None
    if between:
        trials = group_trials(evidence, promise, use, cells, slices, alpha)
    else:
        trials = [bound_trial(evidence, promise, use, cells, name) for name in slices]
    if not trials:
        return _error(evidence, milestone, promise, f"no slice of data.{milestone.split} to judge it on")
    many = between or promise.slices is not None or promise.by is not None
    members = _members(trials, alpha, promise, between, many)
    return _judged(evidence, milestone, promise, use, cells, trials, members, many)


def _confidence(evidence: Evidence, promise: Promise) -> float:
    return promise.confidence if promise.confidence is not None else evidence.spec.confidence


def _members(
    trials: list[Trial], alpha: float, promise: Promise, between: bool, many: bool
) -> list[GateMember]:
    """Verdicts of the trials together: passes stand by themselves, failures are corrected by Holm."""
    single = [judge(trial, alpha, promise.evidence) for trial in trials]
    corrected = promise.evidence == "confident" and len(trials) > 1
    rejected = (
        holm([p_fail(trial) for trial in trials], alpha) if corrected else [v == "fail" for v in single]
    )
    members = []
    for trial, verdict, fails in zip(trials, single, rejected, strict=True):
        if between and trial.measured is not None and _mirrored(trial, promise):
            continue
        members.append(_member(trial, verdict, fails, alpha, many))
    return members


def _mirrored(trial: Trial, promise: Promise) -> bool:
    """Whether a pair of groups is the comfortable direction of two; its mirror says more."""
    measured = trial.measured or 0.0
    return measured < 0 if promise.gap_at_most is not None else measured > 1


def _member(trial: Trial, single: GateVerdict, fails: bool, alpha: float, many: bool) -> GateMember:
    suspect = single == "fail" and not fails
    verdict: GateVerdict = "fail" if fails else "inconclusive" if suspect else single
    if many and verdict == "error" and trial.rows > 0:
        verdict = "inconclusive"
    more = more_rows(trial, alpha) if verdict == "inconclusive" else None
    return GateMember(
        name=trial.name, verdict=verdict, measured=trial.measured, low=_finite(trial.low), high=_finite(trial.high),
        bound=trial.bound, n=trial.surplus.n if trial.surplus else 0,
        method=trial.surplus.method if trial.surplus else "none", more_examples=more,
        reason=member_reason(trial, verdict, alpha, suspect, more), suspect=suspect,
    )  # fmt: skip


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _verdict(members: list[GateMember]) -> GateVerdict:
    verdicts = {member.verdict for member in members}
    if verdicts == {"error"} or (len(members) == 1 and "error" in verdicts):
        return "error"
    if "fail" in verdicts:
        return "fail"
    return "pass" if verdicts == {"pass"} else "inconclusive"


def _worst(members: list[GateMember], trials: list[Trial]) -> GateMember:
    """The member furthest on the wrong side of its bound (of those that failed, if any did)."""
    surplus = {trial.name: trial.surplus.value if trial.surplus else math.inf for trial in trials}
    order = {"fail": 0, "inconclusive": 1, "error": 1, "pass": 2}
    return min(members, key=lambda member: (order[member.verdict], surplus[member.name]))


def _judged(
    evidence: Evidence, milestone: Milestone, promise: Promise, use: Use, cells: SplitCells,
    trials: list[Trial], members: list[GateMember], many: bool,
) -> Gate:  # fmt: skip
    verdict = _verdict(members)
    worst = _worst(members, trials)
    open_members = [member for member in members if member.verdict == "inconclusive"]
    needed = [member.more_examples for member in open_members if member.more_examples]
    bound = promise.at_least if promise.at_least is not None else promise.at_most
    baseline = bound if isinstance(bound, BaselineBound) else None
    confidence = _confidence(evidence, promise)
    return Gate(
        milestone=milestone.name, gate=gate_name(promise), verdict=verdict, severity=promise.severity,
        if_inconclusive=promise.if_inconclusive, evidence=promise.evidence, confidence=confidence,
        kind="business" if use.business else "metric", metric=use.key, label=use.label, split=milestone.split,
        measured=worst.measured, low=worst.low, high=worst.high, bound=worst.bound,
        better=_direction(promise), baseline=baseline.baseline if baseline else None,
        margin=baseline.margin if baseline else None, n=worst.n if not many else cells.total_rows,
        method=_method(worst, many, promise), reason=gate_reason(promise, verdict, members, worst, many),
        more_examples=sum(needed) if verdict == "inconclusive" and needed else None,
        members=tuple(members) if many else (),
    )  # fmt: skip


def _direction(promise: Promise) -> Direction:
    names: tuple[Direction, ...] = ("at_least", "at_most", "gap_at_most", "ratio_at_least")
    return next(name for name in names if getattr(promise, name) is not None)


def _method(worst: GateMember, many: bool, promise: Promise) -> str:
    if promise.evidence == "point":
        return "point estimate"
    return f"{worst.method}, Holm over members for failures" if many else worst.method


def _error(evidence: Evidence, milestone: Milestone, promise: Promise, reason: str) -> Gate:
    kind = promise.subject_kind
    shown_only = kind == "constraint" and evidence.spec.project.purpose == "explore"
    return Gate(
        milestone=milestone.name, gate=gate_name(promise), verdict="error",
        severity="should" if shown_only else promise.severity, if_inconclusive=promise.if_inconclusive,
        evidence=promise.evidence, confidence=_confidence(evidence, promise), kind=kind,
        metric=promise.metric or promise.business, label=promise.label, split=milestone.split,
        measured=None, low=None, high=None, bound=None, better=None, n=None, method="none",
        reason=f"Not measured: {reason}.", more_examples=None,
    )  # fmt: skip
