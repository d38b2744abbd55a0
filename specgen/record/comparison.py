"""What changed from one run to another: the document behind `specgen compare`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.diagnosis.found import FlipRate
from specgen.frozen import Frozen
from specgen.record.result import Direction
from specgen.verdict.judged import Decision, GateVerdict

Turn = Literal["better", "worse", "same", "new", "gone"]
Finding = Literal["better", "worse", "suspect", "open"]


class ComparedRun(Frozen):
    """One of the two runs."""

    run: str
    started: str
    project: str
    candidate: str
    verdict: Decision
    spec_sha256: str
    folder: str


class GateChange(Frozen):
    """A gate in both runs, known by its words; None where a run does not have it."""

    milestone: str
    gate: str
    severity: Literal["must", "should"]
    was: GateVerdict | None
    now: GateVerdict | None
    was_measured: float | None
    now_measured: float | None
    turn: Turn


class MetricChange(Frozen):
    """A metric of the candidate on a slice in both runs. The difference is the new value less the old one."""

    split: str
    slice: str
    metric: str
    label: str | None
    title: str
    better: Direction
    share: bool = Field(description="Whether differences are percentage points.")
    unit: str | None
    was: float | None
    now: float | None
    difference: float | None
    low: float | None = Field(description="Two-sided bound of the difference at `confidence`.")
    high: float | None
    rows: int = Field(description="Rows in common where it is paired, else of the new run.")
    paired: bool
    method: str
    finding: Finding = Field(
        description="better or worse: shown, after Holm's correction over the slices of a metric; suspect: worse by"
        " itself, but not after it."
    )


class FlippedSlice(Frozen):
    """Rows of a slice that the new candidate breaks and mends beside the old one."""

    slice: str
    rows: int
    broken: int
    mended: int
    negative: FlipRate
    positive: FlipRate


class ComparedSplit(Frozen):
    """Whether a split's rows could be compared one by one, and if not, why."""

    split: str
    paired: bool
    reason: str
    rows: int = Field(description="Rows in common that are compared.")
    was_rows: int | None
    now_rows: int | None
    relabelled: int = Field(description="Rows in common that have another label by now; left out.")
    flips: tuple[FlippedSlice, ...] = ()
    broken: tuple[str, ...] = Field(default=(), description="Ids of newly broken rows, at most 100.")
    mended: tuple[str, ...] = ()


class Comparison(Frozen):
    """Two runs beside each other; `old` is the first that was named."""

    specgen: Literal[1] = 1
    old: ComparedRun
    new: ComparedRun
    confidence: float
    verdict: Turn
    primary_metric: str
    gates: tuple[GateChange, ...]
    splits: tuple[ComparedSplit, ...]
    changes: tuple[MetricChange, ...]
    regressions: tuple[str, ...] = Field(
        description="What got worse: the verdict, a must gate, the primary metric as shown on a slice."
    )
    notes: tuple[str, ...]
