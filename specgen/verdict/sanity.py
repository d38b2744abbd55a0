"""Judges a sanity gate: every check that was run, or the one that it names."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from specgen.checks.sanity.found import Finding, SanityCheck, Verdict
from specgen.spec.milestones import Gate as Promise
from specgen.spec.milestones import Milestone
from specgen.verdict.judged import Gate, GateMember, GateVerdict
from specgen.verdict.members import SEVERITY
from specgen.verdict.words import gate_name, listed, plural

VERDICTS: dict[Verdict, GateVerdict] = {
    "failed": "fail", "inconclusive": "inconclusive", "passed": "pass", "not_applicable": "error",
}  # fmt: skip


def sanity_gate(
    checks: Sequence[SanityCheck], milestone: Milestone, promise: Promise, named: Collection[str],
    confidence: float,
) -> Gate | None:  # fmt: skip
    """The verdict on a gate; None where no check could say anything.

    A check that is not applicable is no obstacle under `all`, but an error where the spec names it.
    The findings of all splits count, whatever the milestone's: what is wrong with one split makes the
    numbers of the others doubtful.
    """
    about = [one for one in checks if promise.sanity in ("all", one.name)]
    members = sorted(
        (_member(one) for one in about if one.verdict != "not_applicable" or one.name in named),
        key=lambda member: SEVERITY[member.verdict],
    )
    if not members:
        return None
    many = promise.sanity == "all"
    return Gate(
        milestone=milestone.name, gate=gate_name(promise), verdict=members[0].verdict, severity=promise.severity,
        if_inconclusive=promise.if_inconclusive, evidence=promise.evidence, confidence=confidence, kind="sanity",
        metric=None, split=milestone.split, place="", measured=None, low=None, high=None, bound=None, better=None,
        n=None, method="sanity checks", reason=_reason(members, many), more_examples=None,
        members=tuple(members) if many else (),
    )  # fmt: skip


def _member(check: SanityCheck) -> GateMember:
    first = check.findings[0]
    return GateMember(
        name=check.title, verdict=VERDICTS[check.verdict], measured=None, low=None, high=None, bound=None,
        n=first.count or 0, method="sanity check", more_examples=None, reason=told(first),
    )  # fmt: skip


def told(finding: Finding) -> str:
    """A finding as a sentence, or two where something is to do."""
    found = f"{finding.found[:1].upper()}{finding.found[1:]}."
    return f"{found} {finding.do}" if finding.do else found


def _reason(members: Sequence[GateMember], many: bool) -> str:
    if not many:
        return members[0].reason
    wrong = [member for member in members if member.verdict == members[0].verdict]
    names = listed([member.name for member in wrong], 5)
    of = plural(len(members), "sanity check")
    if members[0].verdict == "fail":
        return f"{len(wrong)} of {of} failed: {names}."
    if members[0].verdict == "error":
        return f"{len(wrong)} of {of} that the spec names could not be applied: {names}."
    if members[0].verdict == "inconclusive":
        return f"None of {of} failed, but {len(wrong)} could not be settled: {names}."
    return f"All {of} passed."


def sanity_told(gate: Gate, where: str) -> str:
    """The gate on page one, where it did not pass."""
    worst = [member for member in gate.members if member.verdict == gate.verdict]
    if len(worst) == 1:
        return f"Sanity check{where}: {worst[0].name}. {worst[0].reason}"
    return f"Sanity checks{where}: {gate.reason}"


def sanity_changes(gate: Gate) -> str:
    """What the team can do about it."""
    open_ = [member.name for member in gate.members if member.verdict == gate.verdict]
    what = f": {listed(open_, 5)}" if open_ else ""
    verb = "Settle" if gate.verdict == "inconclusive" else "Repair"
    return f"{verb} what the sanity checks found{what}; their section says how."
