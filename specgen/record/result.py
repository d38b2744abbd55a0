"""The result of a run: everything that was promised, measured and judged, as one document.

`results.json` is this model written as JSON (format 1). Reports, history and comparisons read
nothing else, so whatever a reader may want to know about a run has its place here.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Decision = Literal["go", "no-go", "inconclusive"]
GateVerdict = Literal["pass", "fail", "inconclusive", "error"]
Direction = Literal["higher", "lower"]


class Record(BaseModel):
    """A frozen part of the result; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class InputFile(Record):
    """A file that the run read."""

    path: str = Field(description="As written in the spec, relative to the spec's folder.")
    sha256: str
    rows: int | None = Field(description="Rows read from it; null where it holds no rows.")
    role: str = Field(description="What it is for: `data.test`, `models.candidate`, …")


class Hardware(Record):
    """The machine that measured."""

    cpu: str
    cores: int
    memory_gb: float
    system: str


class Run(Record):
    """Provenance: enough to find out a year later what was measured, on what, by what."""

    id: str
    started: str = Field(description="UTC, ISO 8601.")
    seconds: float = Field(description="Wall time from start to this document.")
    spec: str = Field(description="Path of the spec as it was given.")
    spec_sha256: str
    inputs: tuple[InputFile, ...]
    seed: int
    engine: str
    versions: dict[str, str] = Field(description="specgen, python and the libraries that compute.")
    hardware: Hardware


class About(Record):
    """What the spec says about the project."""

    description: str | None
    owner: str | None
    purpose: Literal["explore", "deploy"]
    task: str
    target: str
    candidate: str
    models: tuple[str, ...]
    primary_metric: str = Field(description="Key of the first metric, as in `metrics`.")
    confidence: float


class MetricInfo(Record):
    """What a measured number means."""

    key: str = Field(description="As in `measurements.metric`.")
    title: str = Field(description="For people: `Word accuracy`.")
    kind: Literal["metric", "business"]
    better: Direction
    low: float | None = Field(description="Smallest possible value; null when unbounded.")
    high: float | None
    unit: str | None = Field(description="`EUR`, `min`; null for a pure number.")
    definition: str = Field(description="One sentence.")


class SliceInfo(Record):
    """A part of the rows that has a name."""

    name: str
    kind: Literal["all", "where", "by", "key_examples"]
    definition: str = Field(description="The SQL condition, the columns, or the file of ids.")
    family: str = Field(description="Slices declared together: `noise`, `gender & language`; else the name.")
    min_rows: int
    declared_share: float | None


class SplitInfo(Record):
    """A data split and what was done with it."""

    name: str
    rows: int | None
    units: int | None = Field(description="Sampling units, where `task.unit` is declared.")
    evaluated: bool
    note: str = Field(description="Why it was not evaluated, or empty.")
    class_counts: dict[str, int] = Field(description="Rows of each label; empty where there are no classes.")


class Measurement(Record):
    """One number and its doubt."""

    split: str
    model: str
    slice: str
    metric: str
    label: str | None
    value: float | None = Field(description="null: not measurable, see `reason`.")
    low: float | None = Field(description="Two-sided bound at `confidence`.")
    high: float | None
    confidence: float
    n: int = Field(description="Rows (or sampling units) that the number rests on.")
    method: str
    reason: str | None = Field(default=None, description="Why there is no value or no interval.")


class BaselineInfo(Record):
    """Where a baseline comes from."""

    name: str
    kind: Literal["human", "literature", "open_source", "previous", "naive"]
    origin: Literal["per row", "published"]
    description: str = Field(description="`column second_annotator`, `majority class of train`, a citation.")
    url: str | None = None


class BaselineGap(Record):
    """How far the candidate is from a baseline on a slice, and what closing the gap would bring."""

    baseline: str
    split: str
    slice: str
    metric: str
    label: str | None = None
    value: float = Field(description="The baseline's value.")
    low: float | None = None
    high: float | None = None
    measured: float | None = Field(description="The candidate's value.")
    gap: float | None = Field(description="Baseline minus candidate, in the direction of more to gain.")
    gap_low: float | None = None
    gap_high: float | None = None
    share: float = Field(description="The slice's share of rows, or its declared share.")
    potential: float | None = Field(description="max(gap, 0) × share.")
    method: str = Field(description="Of the gap's interval.")


class GateMember(Record):
    """A gate over many slices judges each of them."""

    name: str = Field(description="Slice, or `a − b` for gaps, `a ÷ b` for ratios between slices.")
    verdict: GateVerdict
    measured: float | None
    low: float | None = Field(description="One-sided bound at the gate's confidence.")
    high: float | None
    bound: float | None
    n: int
    method: str
    more_examples: int | None
    reason: str
    suspect: bool = Field(
        default=False, description="Fails by itself, but not after correction for the number of slices."
    )


class Gate(Record):
    """A promise and whether it was kept."""

    milestone: str
    gate: str = Field(description="The promise in words: `recall for every slice at least 0.8`.")
    verdict: GateVerdict
    severity: Literal["must", "should"]
    if_inconclusive: Literal["hold", "warn"]
    evidence: Literal["confident", "point"]
    confidence: float
    kind: Literal["metric", "business", "constraint", "sanity", "drift"]
    metric: str | None
    label: str | None = None
    split: str
    measured: float | None = Field(description="On one slice: its value. Over many: the worst member's.")
    low: float | None
    high: float | None
    bound: float | None = Field(description="The number to meet, with the baseline's value worked in.")
    better: Literal["at_least", "at_most", "gap_at_most", "ratio_at_least"] | None
    baseline: str | None = None
    margin: float | None = None
    n: int | None
    method: str
    reason: str = Field(description="In plain words, one or two sentences.")
    more_examples: int | None = Field(
        description="Further examples that would likely settle it; null when it is settled, or never would be."
    )
    members: tuple[GateMember, ...] = ()


class Milestone(Record):
    """A rung of the ladder."""

    name: str
    split: str
    verdict: Decision
    reason: str


class Confusion(Record):
    """Counts of label (rows) against prediction (columns) on a whole split."""

    split: str
    model: str
    labels: tuple[str, ...]
    counts: tuple[tuple[float, ...], ...]


class Finding(Record):
    """A slice that nobody declared, found by error analysis."""

    where: str
    split: str
    metric: str
    value: float
    rows: int
    potential: float
    confirmed: bool


class Note(Record):
    """Something that a reader must know: an assumption, a warning, a part that was not evaluated."""

    level: Literal["warning", "info"]
    text: str
    place: str = Field(description="Key path in the spec, or empty.")


class Result(Record):
    """A whole run (results.json, format 1)."""

    specgen: Literal[1] = 1
    project: str
    verdict: Decision
    reasons: tuple[str, ...] = Field(description="Why, in plain words, the weightiest first.")
    changes: tuple[str, ...] = Field(description="What would change the verdict.")
    about: About
    run: Run
    metrics: tuple[MetricInfo, ...]
    slices: tuple[SliceInfo, ...]
    splits: tuple[SplitInfo, ...]
    measurements: tuple[Measurement, ...]
    baseline_sources: tuple[BaselineInfo, ...]
    baselines: tuple[BaselineGap, ...]
    gates: tuple[Gate, ...]
    milestones: tuple[Milestone, ...]
    confusions: tuple[Confusion, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()
