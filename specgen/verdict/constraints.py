"""Judges a gate on deployment constraints: each number against its limit in the spec."""

from __future__ import annotations

from specgen.checks.constraints.limited import Limited
from specgen.spec.milestones import Gate as Promise
from specgen.spec.milestones import Milestone
from specgen.stats.estimate import Estimate, finite, negate, shift
from specgen.stats.multiplicity import holm
from specgen.verdict.evidence import Evidence, error_rate
from specgen.verdict.judged import Gate, GateMember, GateVerdict
from specgen.verdict.judging import Trial, judge, p_fail
from specgen.verdict.members import SEVERITY
from specgen.verdict.words import gate_name, listed, number, percent

SIGNS = {"at_least": "at least", "at_most": "at most"}


def constraint_gate(evidence: Evidence, milestone: Milestone, promise: Promise) -> Gate | str:
    """The verdict on one constraint or on all; the reason where nothing was measured.

    Where the project's purpose is to explore, it is shown and never decides.
    """
    deployed = evidence.deployed
    if deployed is None:
        return "constraints were not measured"
    about = [one for one in deployed.values if one.limit is not None]
    about = [one for one in about if promise.constraint in ("all", one.constraint)]
    if not about or all(one.estimate is None for one in about):
        return about[0].reason or "not measured" if about else f"{promise.constraint} was not measured"
    alpha = error_rate(evidence, promise)
    members = _members(about, promise, alpha)
    worst = members[0]
    many = len(members) > 1
    explored = evidence.spec.project.purpose == "explore"
    return Gate(
        milestone=milestone.name, gate=gate_name(promise, evidence.spec), verdict=worst.verdict,
        severity="should" if explored else promise.severity, if_inconclusive=promise.if_inconclusive,
        evidence=promise.evidence, confidence=1 - alpha, kind="constraint", metric=None, split=milestone.split,
        place="" if many else worst.name, measured=worst.measured, low=worst.low, high=worst.high, bound=worst.bound,
        better=worst.better, n=worst.n, worst=worst.name if many else "",
        method=worst.method if promise.evidence == "confident" else "point estimate",
        reason=_reason(members, explored), more_examples=None, members=tuple(members) if many else (),
    )  # fmt: skip


def _members(about: list[Limited], promise: Promise, alpha: float) -> list[GateMember]:
    """A member for each limit, worst first: passes stand by themselves, failures are corrected by Holm."""
    trials = [(one, _trial(one, alpha)) for one in about]
    single = [judge(trial, alpha, promise.evidence) for _, trial in trials]
    fails = [verdict == "fail" for verdict in single]
    if promise.evidence == "confident":
        fails = holm([p_fail(trial) for _, trial in trials], alpha)
    members = [
        _member(one, trial, verdict, rejected, alpha)
        for (one, trial), verdict, rejected in zip(trials, single, fails, strict=True)
    ]
    return sorted(members, key=lambda member: (SEVERITY[member.verdict], -_used(member)))


def _trial(one: Limited, alpha: float) -> Trial:
    found, limit = one.estimate, one.limit or 0.0
    if found is None:
        return Trial(one.name, None, None, None, None, limit, 0, reason=one.reason)
    surplus = _surplus(found, limit, one.direction == "at_least")
    low, high = found.lower(alpha), found.upper(alpha)
    return Trial(
        one.name, surplus, found.value, finite(low), finite(high), limit, max(found.n, 1),
        upwards=one.direction == "at_least",
    )  # fmt: skip


def _surplus(found: Estimate, limit: float, at_least: bool) -> Estimate:
    above = shift(found, -limit)
    return above if at_least else negate(above)


def _member(one: Limited, trial: Trial, single: GateVerdict, fails: bool, alpha: float) -> GateMember:
    slowed = one.slowed and (fails or single == "fail")
    suspect = single == "fail" and not fails and not slowed
    verdict: GateVerdict = "inconclusive" if suspect or slowed else "fail" if fails else single
    doubtless = one.estimate is None or one.estimate.n == 0
    return GateMember(
        name=one.name, verdict=verdict, measured=trial.measured, low=None if doubtless else trial.low,
        high=None if doubtless else trial.high, bound=one.limit, n=one.estimate.n if one.estimate else 0,
        method=one.estimate.method if one.estimate else "none", more_examples=None, better=one.direction,
        reason=_told(one, trial, verdict, alpha, suspect), suspect=suspect,
    )  # fmt: skip


def _told(one: Limited, trial: Trial, verdict: GateVerdict, alpha: float, suspect: bool) -> str:
    """One sentence about one limit."""
    if one.estimate is None:
        return f"Not measured: {one.reason}."
    text = f"{number(trial.measured)}{_unit(one)}, {SIGNS[one.direction]} {number(one.limit)} is promised"
    if one.estimate.n:
        text += f"; {_between(trial)} at {percent(1 - alpha)}"
    if one.slowed and verdict == "inconclusive":
        return f"{text}: open, since other processes kept the machine busy; measure it on a quiet one."
    if suspect:
        return f"{text}: missed by itself, but not after correction for the number of constraints."
    return f"{text}: open." if verdict == "inconclusive" else f"{text}."


def _between(trial: Trial) -> str:
    if trial.high is None:
        return f"at least {number(trial.low)}, how much more so few measurements cannot tell,"
    return f"between {number(trial.low)} and {number(trial.high)}"


def _unit(one: Limited) -> str:
    return f" {one.unit}" if one.unit else ""


def _used(member: GateMember) -> float:
    """How much of its limit a constraint uses: above 1 it is missed."""
    if member.measured is None or not member.bound:
        return 0.0
    return member.bound / member.measured if member.better == "at_least" else member.measured / member.bound


def _reason(members: list[GateMember], explored: bool) -> str:
    told = _together(members) if len(members) > 1 else members[0].reason
    return f"{told} The project explores: constraints are shown, and decide nothing." if explored else told


def _together(members: list[GateMember]) -> str:
    fails, errors, held = ([m for m in members if m.verdict == v] for v in ("fail", "error", "inconclusive"))
    count = f"{len(members)} constraints"
    if fails:
        verb = "is" if len(fails) == 1 else "are"
        return f"{len(fails)} of {count} {verb} missed: {listed(list(map(_named, fails)))}."
    if errors:
        return f"{errors[0].name}: {errors[0].reason[0].lower()}{errors[0].reason[1:]}"
    if held:
        # Of a single one there is room to say why.
        named = (
            f"{held[0].name}: {held[0].reason.rstrip('.')}"
            if len(held) == 1
            else listed(list(map(_named, held)))
        )
        return f"None of {count} is missed, but {len(held)} cannot be settled: {named}."
    return f"All {count} are met; the nearest to its limit is {_named(members[0])}."


def _named(member: GateMember) -> str:
    limit = f"{SIGNS[str(member.better)]} {number(member.bound)}"
    asked = "is promised" if member.better == "at_least" else "is allowed"
    return f"{member.name} {number(member.measured)} where {limit} {asked}"


def constraint_told(gate: Gate, where: str) -> str:
    """The gate on page one, where it did not pass."""
    return f"Deployment constraints were promised{where}. {gate.reason}"


def constraint_changes(gate: Gate) -> str:
    """What the team can do about it."""
    members = [m for m in gate.members if m.verdict == gate.verdict]
    names = listed([m.name for m in members] or [gate.place])
    if gate.verdict == "fail":
        return (
            f"Bring {names} within {'their limits' if len(members) > 1 else 'its limit'}, or move the limit."
        )
    return (
        f"Measure {names} longer, by a larger constraints.budget_s or a longer load test, on a quiet machine."
    )
