"""From gates to milestones to one verdict."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.spec.milestones import Milestone as Stage
from specgen.verdict.judged import Decision, Gate, Milestone
from specgen.verdict.words import plural

RANK: dict[Decision, int] = {"go": 0, "inconclusive": 1, "no-go": 2}


def own_verdict(gates: Sequence[Gate]) -> Decision:
    """What a milestone's own gates say: unknown is never go."""
    must = [gate for gate in gates if gate.severity == "must"]
    if any(gate.verdict in ("fail", "error") for gate in must):
        return "no-go"
    held = [gate for gate in must if gate.verdict == "inconclusive" and gate.if_inconclusive == "hold"]
    return "inconclusive" if held else "go"


def climb(stages: Sequence[Stage], gates: Sequence[Gate]) -> tuple[Milestone, ...]:
    """The ladder: a milestone is at best as good as every earlier one."""
    ladder: list[Milestone] = []
    for stage in stages:
        own = own_verdict([gate for gate in gates if gate.milestone == stage.name])
        worst = max(ladder, key=lambda m: RANK[m.verdict], default=None)
        below = worst if worst and RANK[worst.verdict] > RANK[own] else None
        verdict = below.verdict if below else own
        reason = _reason([gate for gate in gates if gate.milestone == stage.name], own)
        if below:
            reason = f"Held back by {below.name}. {reason}"
        ladder.append(Milestone(name=stage.name, split=stage.split, verdict=verdict, reason=reason))
    return tuple(ladder)


def _reason(gates: Sequence[Gate], own: Decision) -> str:
    if not gates:
        return "No gate is declared."
    counts = [
        (verdict, sum(gate.verdict == verdict for gate in gates))
        for verdict in ("fail", "error", "inconclusive")
    ]
    words = {"fail": "failed", "error": "not measured", "inconclusive": "inconclusive"}
    told = [f"{count} {words[verdict]}" for verdict, count in counts if count]
    passed = sum(gate.verdict == "pass" for gate in gates)
    text = f"{passed} of {plural(len(gates), 'gate')} passed"
    if told:
        text += f", {', '.join(told)}"
    if own == "go" and passed < len(gates):
        text += "; what did not pass does not decide"
    return text + "."


def overall(ladder: Sequence[Milestone]) -> Decision:
    """The run's verdict: that of the last rung, which no earlier one was better than."""
    return ladder[-1].verdict if ladder else "inconclusive"
