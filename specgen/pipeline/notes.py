"""What a reader must know besides the numbers: warnings, assumptions, parts that were not evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.inputs.load import Inputs
from specgen.record.result import Note
from specgen.spec.load import LoadedSpec
from specgen.spec.spec import Spec

LATER = {
    "fairness": "Fairness",
    "drift": "Drift",
    "sanity": "Sanity checks",
    "error_analysis": "Error analysis",
    "constraints": "Deployment constraints",
    "decision": "Decisions and approvals",
}


def notes(loaded: LoadedSpec, inputs: Inputs, milestone: str | None) -> tuple[Note, ...]:
    """All notes of a run, warnings first."""
    spec = loaded.spec
    found = [*_warnings(spec, inputs), *_not_yet(spec), *_assumptions(spec, inputs, milestone)]
    return tuple(sorted(found, key=lambda note: note.level != "warning"))


def _warning(text: str, place: str = "") -> Note:
    return Note(level="warning", text=text, place=place)


def _warnings(spec: Spec, inputs: Inputs) -> Iterator[Note]:
    if not spec.baselines:
        yield _warning(
            "No baseline is declared: nobody can tell what is possible, or where work pays.", "baselines"
        )
    for text, place in inputs.warnings:
        yield _warning(f"{text[0].upper()}{text[1:]}.", ".".join(map(str, place)))
    for name, model in spec.models.items():
        if model.is_live:
            yield _warning(
                f"The model {name} has to run, which this version of specgen cannot do: it was not measured.",
                f"models.{name}",
            )


def _not_yet(spec: Spec) -> Iterator[Note]:
    for key, title in LATER.items():
        if getattr(spec, key):
            verb = "is" if title in ("Fairness", "Drift", "Error analysis") else "are"
            yield _warning(f"{title} {verb} declared, but not evaluated by this version of specgen.", key)


def _assumptions(spec: Spec, inputs: Inputs, milestone: str | None) -> Iterator[Note]:
    for split, why in inputs.not_evaluated.items():
        yield Note(level="info", text=f"data.{split} was not evaluated: {why}.", place=f"data.{split}")
    for name, baseline in spec.baselines.items():
        without = [value for value in baseline.values if value.n is None]
        if without:
            text = f"{name}: published without a number of examples, so taken as exact, a fixed bound."
            yield Note(level="info", text=text, place=f"baselines.{name}.values")
    if milestone:
        later = [stage.name for stage in spec.milestones]
        rest = later[later.index(milestone) + 1 :]
        if rest:
            yield Note(
                level="info",
                text=f"Judged up to {milestone}; not judged: {', '.join(rest)}.",
                place="milestones",
            )
