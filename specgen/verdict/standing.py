"""Where the model stands on the milestones, what holds it there, and whether the business agrees with the metrics."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.verdict.judged import Gate, Milestone, Standing
from specgen.verdict.milestones import own_verdict
from specgen.verdict.words import listed


def standing(milestones: Sequence[Milestone], gates: Sequence[Gate]) -> Standing:
    """Where the ladder ends for this model."""
    reached = None
    for stage in milestones:
        if stage.verdict != "go":
            held = [gate for gate in gates if gate.milestone == stage.name and own_verdict([gate]) != "go"]
            names = tuple(gate.gate for gate in held)
            return Standing(
                reached=reached, held_at=stage.name, held_by=names, text=_text(reached, stage, names),
                business=_business(gates),
            )  # fmt: skip
        reached = stage.name
    return Standing(
        reached=reached, held_at=None, held_by=(), text="Every milestone is go.", business=_business(gates)
    )


def _text(reached: str | None, held: Milestone, names: tuple[str, ...]) -> str:
    start = f"The model has passed {reached}" if reached else "The model has passed no milestone yet"
    by = f" by {listed(list(names))}" if names else ""
    return f"{start}; {held.name} is {held.verdict}, held{by}."


def _business(gates: Sequence[Gate]) -> str | None:
    """Test metrics and business metrics should rise together; where they do not, one of them is the wrong goal."""
    worth = [gate for gate in gates if gate.kind == "business" and gate.severity == "must"]
    metrics = [gate for gate in gates if gate.kind == "metric" and gate.severity == "must"]
    if not worth or not metrics:
        return None
    loses = [gate.gate for gate in worth if gate.verdict == "fail"]
    misses = [gate.gate for gate in metrics if gate.verdict == "fail"]
    if loses and all(gate.verdict == "pass" for gate in metrics):
        return (
            f"Every metric meets its gate and the business does not ({listed(loses)}): the metrics do not measure what"
            " the model is for. Look at the threshold and the payoffs, and give costly rows weight or a slice."
        )
    if misses and all(gate.verdict == "pass" for gate in worth):
        return (
            f"The business is served and some metrics are not ({listed(misses)}): either they guard something that the"
            " payoffs leave out, or they ask for more than is needed."
        )
    return None
