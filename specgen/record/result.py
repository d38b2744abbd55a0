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
from specgen.record.made import About, Hardware, InputFile, Run, TemplateFile, UsedTemplates
from specgen.record.numbers import (
    BaselineGap,
    BaselineInfo,
    Citation,
    Confusion,
    Direction,
    Measurement,
    MetricInfo,
    Note,
    SliceInfo,
    SplitInfo,
)
from specgen.spec.report import Language
from specgen.verdict.judged import Certainty, Decision, Gate, GateMember, GateVerdict, Milestone, Standing

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
    "Standing", "TemplateFile", "ThresholdChoice", "ThresholdValue", "TimeTest", "TimeWindow",
    "UsedTemplates", "WeakSlice", "Worth",
]  # fmt: skip

if TYPE_CHECKING:
    import pandas


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
