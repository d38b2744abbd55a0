"""The diagnosis of a run: the ladder of its primary metric on all splits that were measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specgen.diagnosis.advice import diagnose
from specgen.diagnosis.found import Diagnosis
from specgen.diagnosis.ladder import Ladder
from specgen.engine.cells import SplitCells
from specgen.metrics.uses import Use
from specgen.spec.milestones import Milestone
from specgen.spec.spec import Spec


def diagnosed(
    spec: Spec, uses: Sequence[Use], cells: Mapping[str, SplitCells], not_evaluated: Mapping[str, str],
    stages: Sequence[Milestone], seed: int,
) -> Diagnosis | None:  # fmt: skip
    """What the gaps of the first metric say; None where nothing of it was measured."""
    if not uses or not stages:
        return None
    return diagnose(Ladder(spec, uses[0], cells, not_evaluated, seed), stages[-1].split)
