"""What a history needs of a run, small enough that thousands are read at once.

`summary.json` lies beside results.json and says nothing that is not there: of a run without one, the history
reads results.json itself.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen
from specgen.record.result import Direction, Result
from specgen.verdict.judged import Decision, GateVerdict

SUMMARY = "summary.json"
WHOLE = "all"


class SummaryGate(Frozen):
    """A gate and its verdict."""

    milestone: str
    gate: str
    severity: Literal["must", "should"]
    verdict: GateVerdict
    measured: float | None
    bound: float | None


class SummaryMetric(Frozen):
    """A metric of the candidate on a whole split."""

    split: str
    metric: str
    label: str | None
    title: str
    better: Direction
    value: float | None
    low: float | None
    high: float | None


class SummaryMilestone(Frozen):
    """A milestone and its verdict."""

    name: str
    verdict: Decision


class Summary(Frozen):
    """A run in short."""

    specgen: Literal[1] = 1
    run: str = Field(description="The run's id.")
    started: str
    project: str
    candidate: str
    verdict: Decision
    spec_sha256: str
    milestones: tuple[SummaryMilestone, ...]
    gates: tuple[SummaryGate, ...]
    metrics: tuple[SummaryMetric, ...]


def summary_of(result: Result) -> Summary:
    """The summary of a result."""
    infos = {info.key: info for info in result.metrics}
    judged = {stage.split for stage in result.milestones}
    return Summary(
        run=result.run.id, started=result.run.started, project=result.project,
        candidate=result.about.candidate, verdict=result.verdict, spec_sha256=result.run.spec_sha256,
        milestones=tuple(SummaryMilestone(name=one.name, verdict=one.verdict) for one in result.milestones),
        gates=tuple(
            SummaryGate(
                milestone=one.milestone, gate=one.gate, severity=one.severity, verdict=one.verdict,
                measured=one.measured, bound=one.bound,
            )
            for one in result.gates
        ),
        metrics=tuple(
            SummaryMetric(
                split=one.split, metric=one.metric, label=one.label, title=infos[one.metric].title,
                better=infos[one.metric].better, value=one.value, low=one.low, high=one.high,
            )
            for one in result.measurements
            if one.model == result.about.candidate and one.slice == WHOLE and one.split in judged
            and one.metric in infos
        ),
    )  # fmt: skip
