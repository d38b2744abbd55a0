"""Earlier runs of the same project, as a result remembers them."""

from __future__ import annotations

from pydantic import Field

from specgen.frozen import Frozen
from specgen.verdict.judged import Decision


class EarlierValue(Frozen):
    """The primary metric of a run's candidate on all rows of a split."""

    split: str
    value: float | None
    low: float | None
    high: float | None


class EarlierRun(Frozen):
    """A run that lay in the project's folder when this one was written."""

    run: str = Field(description="The run's id.")
    started: str
    candidate: str
    verdict: Decision
    spec_sha256: str
    values: tuple[EarlierValue, ...] = Field(
        description="The primary metric of this run, on the splits of that run's milestones."
    )
