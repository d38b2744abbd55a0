"""Why a baseline is the reference for irreducible error, or is not, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specgen.diagnosis.baselines import REFERENCES, reference_baseline
from specgen.engine.cells import SplitCells
from specgen.metrics.uses import Use
from specgen.spec.spec import Spec

NEVER = {
    "previous": "a system in use says nothing of what is possible",
    "naive": "a rule that learns nothing says nothing of what is possible",
}


@dataclass(frozen=True)
class Reference:
    """The baseline that stands for irreducible error on the primary metric, and of each one why it does or not."""

    name: str | None
    reasons: Mapping[str, str]


def reference(spec: Spec, splits: Mapping[str, SplitCells], use: Use, seed: int) -> Reference:
    """Which baseline it is, by `reference_baseline`, and why."""
    name = reference_baseline(spec, splits, use, seed)
    return Reference(name, {one: _reason(spec, one, name, use) for one in spec.baselines})


def _reason(spec: Spec, name: str, chosen: str | None, use: Use) -> str:
    kind = spec.baselines[name].kind
    if kind in NEVER:
        return NEVER[kind]
    human = kind in REFERENCES[0]
    if name == chosen:
        return (
            "the best human level that is known" if human
            else "no human level is known; the best published or open-source result stands in for it"
        )  # fmt: skip
    if chosen is None:
        return f"it has no value of {use.title} on a whole split"
    if spec.baselines[chosen].kind in REFERENCES[0] and not human:
        return "a human level is known, which is nearer to what is possible"
    return f"{chosen} is better, or it has no value of {use.title} on a whole split"
