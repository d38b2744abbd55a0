"""Judges a gate on regressions: key examples that a baseline is right about and the candidate is wrong about."""

from __future__ import annotations

from specgen.spec.milestones import Gate as Promise
from specgen.spec.milestones import Milestone
from specgen.verdict.evidence import Evidence, error_rate
from specgen.verdict.judged import Gate, GateVerdict
from specgen.verdict.words import gate_name, listed, number, plural

SHOWN = 5


def regressions_gate(evidence: Evidence, milestone: Milestone, promise: Promise) -> Gate | str:
    """The verdict. Key examples are what they are and no sample, so they are counted, without an interval.

    Examples on which the baseline or the candidate has no answer may all be regressions.
    """
    baseline, name = promise.regressions.baseline if promise.regressions else "", promise.key_examples or ""
    if milestone.split not in evidence.cells:
        why = evidence.not_evaluated.get(milestone.split, "it could not be evaluated")
        return f"data.{milestone.split}: {why}"
    found = next((f for f in evidence.flips if (f.split, f.baseline) == (milestone.split, baseline)), None)
    if found is None:
        failed = evidence.failure(milestone.split)
        return (
            failed or f"{baseline} has no answers on data.{milestone.split} to hold the candidate's against"
        )
    part = found.of(name)
    if part is None:
        return f"data.{milestone.split} has none of the key examples {name}"
    limit = promise.at_most if isinstance(promise.at_most, float) else 0.0
    unknown = part.rows - part.compared
    verdict: GateVerdict = (
        "fail" if part.broken > limit else "inconclusive" if part.broken + unknown > limit else "pass"
    )
    ids = [row.id for row in found.broken if name in row.key_examples]
    return Gate(
        milestone=milestone.name, gate=gate_name(promise, evidence.spec), verdict=verdict, severity=promise.severity,
        if_inconclusive=promise.if_inconclusive, evidence=promise.evidence,
        confidence=1 - error_rate(evidence, promise), kind="regressions", metric=None, split=milestone.split,
        place=name, measured=float(part.broken), low=float(part.broken), high=float(part.broken + unknown),
        bound=limit, better="at_most", baseline=baseline, n=part.rows, method="count",
        reason=_reason(part.broken, part.mended, part.rows, unknown, limit, baseline, ids), more_examples=None,
    )  # fmt: skip


def _reason(
    broken: int, mended: int, rows: int, unknown: int, limit: float, baseline: str, ids: list[str]
) -> str:
    few = f": {listed(ids[:SHOWN], SHOWN)}" if ids else ""
    few += f" and {len(ids) - SHOWN:,} more" if len(ids) > SHOWN else ""
    count = "None" if not broken else f"{broken:,}"
    verb = "is" if broken <= 1 else "are"
    told = f"{count} of {plural(rows, 'example')} {verb} newly wrong{few}; at most {number(limit)} may be."
    if mended:
        told += f" {mended:,} that {baseline} got wrong {'is' if mended == 1 else 'are'} now right."
    if unknown:
        told += (
            f" On {unknown:,} {baseline} or the candidate has no answer, so whether they broke is unknown."
        )
    return told


def regressions_told(gate: Gate, where: str) -> str:
    """The gate on page one, where it did not pass."""
    return f"Key examples {gate.place}, beside {gate.baseline}{where}: {gate.reason}"


def regressions_changes(gate: Gate) -> str:
    """What the team can do about it."""
    return f"Look at the key examples of {gate.place} that {gate.baseline} got right, one by one."
