"""How sure the verdict is: what its gates' error rates promise, and whether it would stand a stricter look."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.spec.milestones import Milestone as Stage
from specgen.verdict.evidence import Evidence, error_rate
from specgen.verdict.gates import judge_gate
from specgen.verdict.judged import Certainty, Decision, Gate
from specgen.verdict.milestones import climb, overall
from specgen.verdict.words import listed, percent, plural

# A stricter look allows a fifth of the error: 99% where 95% was asked for.
STRICTER = 5


def certainty(
    evidence: Evidence, stages: Sequence[Stage], gates: Sequence[Gate], verdict: Decision
) -> Certainty:
    """How sure the verdict is, `gates` being those of the stages in order."""
    promises = [(stage, promise) for stage in stages for promise in stage.gates]
    again = []
    for (stage, promise), gate in zip(promises, gates, strict=True):
        settled = gate.verdict in ("pass", "fail") and gate.evidence == "confident"
        strict = promise.model_copy(update={"confidence": 1 - error_rate(evidence, promise) / STRICTER})
        again.append(judge_gate(evidence, stage, strict) if settled else gate)
    confidence = evidence.spec.confidence
    stricter = 1 - (1 - confidence) / STRICTER
    would_be = overall(climb(stages, again))
    decisive = "fail" if verdict == "no-go" else "pass"
    weaker = tuple(
        gate.gate
        for gate, other in zip(gates, again, strict=True)
        if gate.severity == "must" and gate.verdict == decisive != other.verdict
    )
    return Certainty(
        confidence=confidence, stricter=stricter, verdict=would_be, weaker=weaker,
        text=" ".join(_said(gates, verdict, would_be, weaker, confidence, stricter)),
    )  # fmt: skip


def _said(
    gates: Sequence[Gate], verdict: Decision, would_be: Decision, weaker: Sequence[str],
    confidence: float, stricter: float,
) -> list[str]:  # fmt: skip
    must = [gate for gate in gates if gate.severity == "must"]
    if not must:
        return ["No gate is required, so nothing is promised."]
    counted = [gate for gate in must if gate.verdict == ("fail" if verdict == "no-go" else "pass")]
    if verdict == "inconclusive":
        settled = len(must) - sum(gate.verdict == "inconclusive" for gate in must)
        return [
            f"{settled} of {plural(len(must), 'required gate')} {'is' if settled == 1 else 'are'} settled at"
            f" {percent(confidence)} confidence; the rest could go either way."
        ]
    if verdict == "no-go" and not counted:
        return [
            "This no-go says nothing about how good the model is: what is required could not be measured, and"
            " nothing unknown counts as good."
        ]
    return [*_promised(counted, verdict), *_looked_at_again(counted, verdict, would_be, weaker, stricter)]


def _promised(counted: Sequence[Gate], verdict: Decision) -> list[str]:
    """What the error rates of the gates that make the verdict promise."""
    beyond = [gate for gate in counted if gate.evidence == "confident"]
    by_value = len(counted) - len(beyond)
    found = []
    if beyond:
        rate = max(1 - gate.confidence for gate in beyond)
        chance = f"in at most {100 * rate:.3g} of 100 runs"
        found.append(
            f"{_each(len(beyond))} would fail by chance {chance} if the model kept its promise."
            if verdict == "no-go"
            else f"{_if_broken(len(beyond))} would pass by chance {chance}."
        )
    if by_value:
        found.append(
            f"{plural(by_value, 'gate')} {'is' if by_value == 1 else 'are'} judged by the value alone, without"
            " allowance for chance."
        )
    return found


def _each(count: int) -> str:
    return "The required gate that fails" if count == 1 else f"Each of the {count:,} required gates that fail"


def _if_broken(count: int) -> str:
    return (
        "If the promise were broken, the gate"
        if count == 1
        else f"If any of the {count:,} promises were broken, all"
    )


def _looked_at_again(
    counted: Sequence[Gate], verdict: Decision, would_be: Decision, weaker: Sequence[str], stricter: float
) -> list[str]:
    if not any(gate.evidence == "confident" for gate in counted):
        return []
    if would_be == verdict:
        return [f"At {percent(stricter)} confidence the verdict is the same."]
    return [
        f"At {percent(stricter)} confidence it would be {would_be}: {listed(list(weaker), 2)} would be open."
    ]
