"""Judges gates on what is checked besides metrics: drift, sanity checks, deployment constraints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from specgen.checks.sanity.named import named_checks
from specgen.metrics.uses import find_metric
from specgen.spec.milestones import Gate as Promise
from specgen.spec.milestones import Milestone
from specgen.verdict.constraints import constraint_gate
from specgen.verdict.drift import drift_members, drift_reason, drift_verdict
from specgen.verdict.evidence import Evidence, error_rate
from specgen.verdict.judged import Gate, GateMember
from specgen.verdict.members import SEVERITY, first_to_fail, method_of
from specgen.verdict.over_time import over_time_member
from specgen.verdict.regressions import regressions_gate
from specgen.verdict.sanity import sanity_gate
from specgen.verdict.words import gate_name


def drift_gate(evidence: Evidence, milestone: Milestone, promise: Promise) -> Gate | str:
    """The verdict on drift of a milestone's split, against the spec's reference."""
    compared, declared = evidence.drift.get(milestone.split), evidence.spec.drift
    if compared is None or declared is None:
        reference = declared.reference if declared else "a reference"
        return f"data.{milestone.split} was not compared with {reference}"
    named = frozenset(column.lower() for column in declared.named)
    members = drift_members(compared, promise, named, error_rate(evidence, promise))
    if promise.drift == "all":
        better = find_metric(evidence.spec, evidence.spec.metrics[0].key)
        followed = over_time_member(
            evidence.over_time,
            milestone.split,
            better.better if better else "neither",
            declared.at_most.performance,
        )
        members = sorted([*members, *([followed] if followed else [])], key=lambda m: SEVERITY[m.verdict])
    if all(member.measured is None for member in members):
        why = members[0].reason if members else f"{promise.drift} is not among the columns compared"
        return why.rstrip(".")
    verdict, worst, confidence = drift_verdict(members), members[0], 1 - error_rate(evidence, promise)
    many = promise.drift == "all" or len(members) > 1
    return Gate(
        milestone=milestone.name, gate=gate_name(promise, evidence.spec), verdict=verdict, severity=promise.severity,
        if_inconclusive=promise.if_inconclusive, evidence=promise.evidence, confidence=confidence,
        kind="drift", metric=None, split=milestone.split, place="" if many else str(promise.drift),
        measured=worst.measured, low=worst.low, high=worst.high, bound=worst.bound, better="at_most",
        n=worst.n, worst=worst.name if many else "", method=method_of(worst, many, promise),
        reason=drift_reason(compared, members),
        more_examples=_neediest(members, "more_examples"), more_to_pass=_neediest(members, "more_to_pass"),
        more_to_fail=first_to_fail(members), members=tuple(members) if many else (),
    )  # fmt: skip


def checked_sanity(evidence: Evidence, milestone: Milestone, promise: Promise) -> Gate | str:
    """The verdict on sanity checks; what the candidate failed at is never made good by checks elsewhere."""
    named = named_checks(evidence.spec)
    found = sanity_gate(evidence.sanity, milestone, promise, named, 1 - error_rate(evidence, promise))
    failed = evidence.failure(milestone.split)
    if failed is not None and (found is None or found.verdict != "fail"):
        return f"data.{milestone.split}: {failed}"
    return found or "there was nothing for a sanity check to look at"


def _neediest(members: list[GateMember], key: Literal["more_examples", "more_to_pass"]) -> int | None:
    """Rows for the open member that needs most, since all columns are of the same rows; None if no number does."""
    needed: list[int | None] = [getattr(m, key) for m in members if m.verdict == "inconclusive"]
    known = [more for more in needed if more is not None]
    return max(known) if known and len(known) == len(needed) else None


# Each gives the verdict, or the reason why there is none.
CHECKED: Mapping[str, Callable[[Evidence, Milestone, Promise], Gate | str]] = {
    "drift": drift_gate,
    "sanity": checked_sanity,
    "constraint": constraint_gate,
    "regressions": regressions_gate,
}
