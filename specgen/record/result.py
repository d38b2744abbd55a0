"""The result of a run: everything that was promised, measured and judged, as one document.

`results.json` is this model written as JSON (format 1). Reports, history and comparisons read
nothing else, so whatever a reader may want to know about a run has its place here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, PrivateAttr

from specgen.checks.constraints.found import BatchLatency, ConstraintValue, Deployment
from specgen.checks.drift.found import DriftColumn, DriftEffect, SplitDrift
from specgen.checks.gaps import FairnessCheck, FourFifths, Furthest, GroupValue, MetricGaps
from specgen.checks.over_time.found import ChangePoint, Followed, OverTime, TimeTest, TimeWindow
from specgen.checks.sanity.found import SanityCheck, SanityFinding
from specgen.diagnosis.choices import (
    Amount,
    Calibration,
    CalibrationBin,
    OperatingPoint,
    Rival,
    ScoreCurve,
    ThresholdChoice,
    ThresholdValue,
    Worth,
)
from specgen.diagnosis.errors.found import (
    Cause,
    DoubtedRow,
    ErrorCauses,
    ErrorExamples,
    ErrorRow,
    ExampleGroup,
    ExampleList,
    LabelDoubts,
)
from specgen.diagnosis.found import (
    Agreed,
    Agreement,
    ClassGap,
    ClassSupport,
    Diagnosis,
    FlipRate,
    Flips,
    FlipSlice,
    Known,
    Rung,
    WeakSlice,
)
from specgen.diagnosis.search.found import Finding, SearchedSplit
from specgen.frozen import Frozen
from specgen.inputs.found import FlippedRow, KeyExample, LiveFailure, LiveRun
from specgen.record.beside import Beside
from specgen.record.earlier import EarlierRun
from specgen.spec.report import Language
from specgen.verdict.judged import Certainty, Decision, Gate, GateMember, GateVerdict, Milestone
from specgen.verdict.standing import Standing

__all__ = [
    "About", "Agreed", "Agreement", "Amount", "BaselineGap", "BaselineInfo", "BatchLatency",
    "Calibration", "CalibrationBin", "Cause", "ChangePoint", "Citation", "ClassGap", "ClassSupport",
    "Confusion", "ConstraintValue", "Decision", "Deployment", "Diagnosis", "Direction", "DoubtedRow",
    "DriftColumn", "DriftEffect", "ErrorCauses", "ErrorExamples", "ErrorRow", "ExampleGroup",
    "ExampleList", "FairnessCheck", "Finding", "FlipRate", "FlipSlice", "FlippedRow", "Flips", "Followed",
    "FourFifths", "Furthest", "Gate", "GateMember", "GateVerdict", "GroupValue", "Hardware", "InputFile",
    "KeyExample", "Known", "LabelDoubts", "LiveFailure", "LiveRun", "Measurement", "MetricGaps",
    "MetricInfo", "Milestone", "Note", "OperatingPoint", "OverTime", "Result", "Rival", "Run", "Rung",
    "SanityCheck", "SanityFinding", "ScoreCurve", "SearchedSplit", "SliceInfo", "SplitDrift", "SplitInfo",
    "Standing", "ThresholdChoice", "ThresholdValue", "TimeTest", "TimeWindow", "WeakSlice", "Worth",
]  # fmt: skip

if TYPE_CHECKING:
    import pandas

Direction = Literal["higher", "lower", "neither"]


class InputFile(Frozen):
    """A file that the run read."""

    path: str = Field(description="As written in the spec, relative to the spec's folder.")
    sha256: str
    rows: int | None = Field(description="Rows read from it; null where it holds no rows.")
    role: str = Field(description="What it is for: `data.test`, `models.candidate`, …")


class Hardware(Frozen):
    """The machine that measured."""

    cpu: str
    cores: int
    memory_gb: float
    system: str


class TemplateFile(Frozen):
    """A file of a team's look; its path inside the folder."""

    path: str
    sha256: str


class UsedTemplates(Frozen):
    """A team's look of the reports that a run wrote."""

    folder: str = Field(description="Its folder, as seen from the spec's.")
    files: tuple[TemplateFile, ...]


class Run(Frozen):
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
    templates: UsedTemplates | None = Field(
        default=None, description="The team's logo, colours and sections that reports were written with."
    )


class About(Frozen):
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
    unit: str | None = Field(
        default=None,
        description="Column whose values tell the sampling units apart: `speaker`, or the query's.",
    )
    approvers: tuple[str, ...] = Field(default=(), description="Who is to decide on the report.")
    expires_days: int | None = Field(default=None, description="Days that a decision holds.")
    language: Language = Field(
        default="en", description="Language of HTML and PDF; what stands here is English in each."
    )


class MetricInfo(Frozen):
    """What a measured number means."""

    key: str = Field(description="As in `measurements.metric`.")
    title: str = Field(description="For people: `Word accuracy`.")
    kind: Literal["metric", "business"]
    better: Direction
    low: float | None = Field(description="Smallest possible value; null when unbounded.")
    high: float | None
    unit: str | None = Field(description="`EUR`, `min`; null for a pure number.")
    definition: str = Field(description="One sentence.")
    mean_over_rows: bool = Field(
        default=True,
        description="Whether potentials add up to the whole's gain: true of accuracy, not of recall or F1.",
    )


class SliceInfo(Frozen):
    """A part of the rows that has a name."""

    name: str
    kind: Literal["all", "where", "by", "key_examples"]
    definition: str = Field(description="The SQL condition, the columns, or the file of ids.")
    family: str = Field(description="Slices declared together: `noise`, `gender & language`; else the name.")
    min_rows: int
    declared_share: float | None


class SplitInfo(Frozen):
    """A data split and what was done with it."""

    name: str
    rows: int | None
    units: int | None = Field(description="Sampling units, where `task.unit` is declared.")
    evaluated: bool
    note: str = Field(description="Why it was not evaluated, or empty.")
    class_counts: dict[str, int] = Field(description="Rows of each label; empty where there are no classes.")


class Measurement(Frozen):
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
    n: int = Field(
        description="Rows (or sampling units) that the number rests on: for recall the positive ones."
    )
    rows: int = Field(default=0, description="All rows of the slice.")
    method: str
    reason: str | None = Field(default=None, description="Why there is no value or no interval.")
    shrunken: float | None = Field(
        default=None,
        description="The candidate's proportion drawn towards those of its family, of four or more.",
    )


class Citation(Frozen):
    """A publication, as the spec gives it."""

    title: str
    authors: str | None = None
    venue: str | None = None
    year: int | None = None
    url: str | None = None


class BaselineInfo(Frozen):
    """Where a baseline comes from."""

    name: str
    kind: Literal["human", "literature", "open_source", "previous", "naive"]
    origin: Literal["per row", "published"]
    description: str = Field(description="`column second_annotator`, `majority class of train`, a citation.")
    url: str | None = None
    citation: Citation | None = None
    reference: bool = Field(
        default=False, description="Whether it stands for the irreducible error of the primary metric."
    )
    reference_reason: str = Field(default="", description="Why it does, or does not.")


class BaselineGap(Frozen):
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
    potential_low: float | None = None
    potential_high: float | None = None
    p_first: float | None = Field(
        default=None,
        description="Probability that no slice of the split has a larger potential; null for the whole split.",
    )
    p_first_of_family: float | None = Field(
        default=None, description="The same among the slices declared together; null where it is alone there."
    )
    published_se: float = Field(default=0.0, description="Standard error of a published value with its n.")
    method: str = Field(description="Of the gap's interval.")


class Confusion(Frozen):
    """Counts of label (rows) against prediction (columns) on a whole split."""

    split: str
    model: str
    label: str | None = Field(
        default=None, description="Where rows have several labels: the one that is there or not."
    )
    labels: tuple[str, ...]
    counts: tuple[tuple[float, ...], ...]


class Note(Frozen):
    """Something that a reader must know: an assumption, a warning, a part that was not evaluated."""

    level: Literal["warning", "info"]
    text: str
    place: str = Field(description="Key path in the spec, or empty.")


class Result(Frozen):
    """A whole run (results.json, format 1)."""

    specgen: Literal[1] = 1
    project: str
    verdict: Decision
    reasons: tuple[str, ...] = Field(description="Why, in plain words, the weightiest first.")
    changes: tuple[str, ...] = Field(description="What would change the verdict.")
    certainty: Certainty | None = Field(default=None, description="How sure the verdict is.")
    about: About
    run: Run
    metrics: tuple[MetricInfo, ...]
    slices: tuple[SliceInfo, ...]
    splits: tuple[SplitInfo, ...]
    measurements: tuple[Measurement, ...]
    baseline_sources: tuple[BaselineInfo, ...]
    baselines: tuple[BaselineGap, ...]
    class_gaps: tuple[ClassGap, ...] = Field(default=(), description="The same on each class.")
    gates: tuple[Gate, ...]
    milestones: tuple[Milestone, ...]
    standing: Standing | None = Field(default=None, description="How far up the milestones the model is.")
    diagnosis: Diagnosis | None = Field(
        default=None, description="Where the primary metric is lost, and what to do next."
    )
    class_supports: tuple[ClassSupport, ...] = Field(
        default=(),
        description="Each class by itself: how rare, how well found, and the model that never says it.",
    )
    agreements: tuple[Agreement, ...] = Field(default=(), description="Of baselines with several people.")
    confusions: tuple[Confusion, ...] = ()
    worths: tuple[Worth, ...] = ()
    thresholds: tuple[ThresholdChoice, ...] = ()
    score_curves: tuple[ScoreCurve, ...] = Field(
        default=(), description="ROC and precision-recall curves of models with scores."
    )
    calibrations: tuple[Calibration, ...] = Field(
        default=(), description="The candidate's probabilities beside what came true."
    )
    key_examples: tuple[KeyExample, ...] = Field(
        default=(), description="Each with its outcome; wrong ones first."
    )
    findings: tuple[Finding, ...] = Field(default=(), description="Slices that error analysis looked into.")
    searched: SearchedSplit | None = Field(default=None, description="Where error analysis looked, and how.")
    error_examples: ErrorExamples | None = Field(
        default=None, description="Errors one by one, by slice and cell."
    )
    error_causes: ErrorCauses | None = Field(default=None, description="What people's tags say of errors.")
    label_doubts: LabelDoubts | None = Field(default=None, description="Labels that may be wrong.")
    flips: tuple[Flips, ...] = Field(
        default=(), description="Rows that the candidate breaks and mends beside a baseline."
    )
    fairness: tuple[FairnessCheck, ...] = Field(
        default=(), description="Groups of `fairness` beside each other."
    )
    live_runs: tuple[LiveRun, ...] = Field(
        default=(), description="Live models and the splits whose rows they answered."
    )
    live_failures: tuple[LiveFailure, ...] = Field(
        default=(), description="What live models did wrong, and on which rows."
    )
    drift: tuple[SplitDrift, ...] = Field(default=(), description="How far each split is from the reference.")
    constraints: Deployment | None = Field(default=None, description="What the candidate costs to run.")
    over_time: tuple[OverTime, ...] = Field(default=(), description="The primary metric by windows of time.")
    sanity: tuple[SanityCheck, ...] = Field(default=(), description="Checks of data, predictions and model.")
    history: tuple[EarlierRun, ...] = Field(
        default=(), description="The last runs of the project before this one, the oldest first."
    )
    notes: tuple[Note, ...] = ()
    # Files that `save` writes besides; a result that was read from its folder has none.
    _beside: Beside = PrivateAttr(default_factory=lambda: Beside(dict))

    def in_language(self, language: Language | None) -> Result:
        """The same result, whose reports are in the language; None leaves it at the spec's."""
        if language is None:
            return self
        return self.model_copy(update={"about": self.about.model_copy(update={"language": language})})

    def __repr_args__(self) -> Iterable[tuple[str | None, object]]:
        """What tells results apart, not their thousands of numbers."""
        yield "project", self.project
        yield "verdict", self.verdict
        yield "run", self.run.id

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from specgen.report.notebook import render_notebook

        return render_notebook(self)

    def beside(self) -> Mapping[str, str | bytes]:
        """Files by name that belong to the run besides results.json: the spec, and outcomes row by row."""
        return self._beside.files

    def keep_beside(self, made: Callable[[], Mapping[str, str | bytes]]) -> Result:
        """The result itself, which from now on knows these files; they are made when they are asked for."""
        self._beside = Beside(made)
        return self

    def to_frame(self, part: str = "measurements") -> pandas.DataFrame:
        """A list of the result as a pandas DataFrame, a row an entry: measurements, gates, baselines, …

        Raises ValueError for a part that is no list of entries.
        """
        from specgen.record.frames import part_frame

        return part_frame(self, part)

    def save(self, out: str | Path = "reports", formats: Sequence[str] = ("html",)) -> Path:
        """Write the run's folder as `specgen run` does, whole or not at all, and give its path.

        Raises ValueError for a format that there is not, and FolderError where the folder cannot be written.
        """
        from specgen.pipeline.save import save

        return save(self, Path(out), formats)
