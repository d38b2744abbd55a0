"""What lies beside results.json in a run's folder, and comes from the evaluation itself."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.inputs.outcomes import OUTCOMES, outcomes_file
from specgen.pipeline.measured import MeasuredSpec
from specgen.record.folder import SPEC
from specgen.spec.load import LoadedSpec
from specgen.spec.milestones import Milestone


def beside(loaded: LoadedSpec, found: MeasuredSpec, stages: Sequence[Milestone]) -> dict[str, str | bytes]:
    """Files by name: the spec as it was, and the candidate's outcomes on the judged splits."""
    rows = [found.inputs.rows[split] for split in dict.fromkeys(stage.split for stage in stages)
            if split in found.inputs.rows]  # fmt: skip
    outcomes = outcomes_file(rows, loaded.spec.candidate_name, loaded.spec.task.id is not None)
    return {SPEC: loaded.written, **({OUTCOMES: outcomes} if outcomes is not None else {})}
