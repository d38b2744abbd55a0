"""From gates to milestones to one verdict, and the words of page one."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.spec.milestones import Milestone as Stage
from specgen.verdict.judged import Decision, Gate, Milestone
from specgen.verdict.words import listed, plural

RANK: dict[Decision, int] = {"go": 0, "inconclusive": 1, "no-go": 2}
MOST = 5


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
        below = next((m for m in ladder if RANK[m.verdict] > RANK[own]), None)
        verdict = below.verdict if below else own
        reason = _reason([gate for gate in gates if gate.milestone == stage.name], own)
        if below:
            first = next(m for m in ladder if m.verdict == below.verdict)
            reason = f"Held back by {first.name}. {reason}"
        ladder.append(Milestone(name=stage.name, split=stage.split, verdict=verdict, reason=reason))
    return tuple(ladder)


def _reason(gates: Sequence[Gate], own: Decision) -> str:
    if not gates:
        return "No gate is declared."
    counts = [
        (verdict, sum(gate.verdict == verdict and gate.severity == "must" for gate in gates))
        for verdict in ("fail", "error", "inconclusive")
    ]
    words = {"fail": "failed", "error": "not measured", "inconclusive": "inconclusive"}
    told = [f"{count} {words[verdict]}" for verdict, count in counts if count]
    passed = sum(gate.verdict == "pass" for gate in gates)
    text = f"{passed} of {plural(len(gates), 'gate')} passed"
    if told:
        text += f", {', '.join(told)}"
    if own == "go" and any(gate.verdict == "inconclusive" for gate in gates):
        text += "; what is inconclusive does not hold it"
    return text + "."


def overall(ladder: Sequence[Milestone]) -> Decision:
    """The run's verdict: that of the last rung, which no earlier one was better than."""
    return ladder[-1].verdict if ladder else "inconclusive"


def page_one(gates: Sequence[Gate], verdict: Decision) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Reasons for the verdict, the weightiest first, and what would change it."""
    must = [gate for gate in gates if gate.severity == "must"]
    failed = [gate for gate in must if gate.verdict == "fail"]
    errors = [gate for gate in must if gate.verdict == "error"]
    held = [gate for gate in must if gate.verdict == "inconclusive" and gate.if_inconclusive == "hold"]
    weighty = failed + errors + held
    reasons = [_told(gate) for gate in weighty[:MOST]]
    if len(weighty) > MOST:
        reasons.append(f"{plural(len(weighty) - MOST, 'more gate')} of the same kind; see the gates' table.")
    passed = [gate.gate for gate in must if gate.verdict == "pass"]
    if passed:
        reasons.append(_kept(passed, everything=len(passed) == len(must)))
    warned = [g for g in gates if g.verdict != "pass" and g not in weighty]
    reasons += [f"Warning only: {_told(gate)}" for gate in warned[:2]]
    return tuple(reasons), tuple(_changes(failed, errors, held, verdict))


def _kept(passed: list[str], *, everything: bool) -> str:
    """One sentence about the promises that hold."""
    if everything:
        return f"Every promise is kept: {listed(passed, 4)}."
    return f"Kept, by contrast: {listed(passed, 2)}."


def _told(gate: Gate) -> str:
    word = {
        "fail": "fails",
        "error": "could not be measured",
        "inconclusive": "is not settled",
        "pass": "is kept",
    }
    return f"{gate.milestone}: {gate.gate} {word[gate.verdict]}. {gate.reason}"


def _better(gate: Gate) -> str:
    """What a failed gate asks of the model."""
    worst = [member.name for member in gate.members if member.verdict == "fail"]
    if gate.better in ("gap_at_most", "ratio_at_least"):
        pairs = [name.replace(" − ", " and ").replace(" ÷ ", " and ") for name in worst]
        return f"Groups that are closer in {gate.metric}, {listed(pairs)}"
    on = f" on {listed(worst)}" if worst else ""
    return f"A better {gate.metric}{f' of {gate.label}' if gate.label else ''}{on}"


def _changes(
    failed: Sequence[Gate], errors: Sequence[Gate], held: Sequence[Gate], verdict: Decision
) -> list[str]:
    """What the team can do about it."""
    if verdict == "go":
        return ["New data or a new model: the verdict holds for this model on these splits."]
    changes = [f"{_better(gate)}: {gate.gate}." for gate in failed]
    changes += [f"Measuring {gate.gate}." for gate in errors]
    changes += [_settled(gate) for gate in held]
    return changes[:MOST]


def _settled(gate: Gate) -> str:
    """What an open gate asks for."""
    if gate.more_examples:
        more = plural(gate.more_examples, "further labelled example")
        return f"About {more} of data.{gate.split} for {gate.gate}."
    return f"A clear margin on {gate.gate}: its values lie at their bounds, where no number of examples settles it."
