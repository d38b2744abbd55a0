"""The whole spec: what "ready" means for a model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from specgen.spec.baselines import Baseline
from specgen.spec.business import BusinessMetric, missing_cells
from specgen.spec.checks import Decision, Drift, ErrorAnalysis, Fairness, Sanity
from specgen.spec.constraints import Constraints
from specgen.spec.data import DataSource
from specgen.spec.metrics import MetricRequest
from specgen.spec.milestones import Milestone
from specgen.spec.models import Model
from specgen.spec.part import Confidence, Fault, Key, Name, Part, given
from specgen.spec.project import Project
from specgen.spec.report import Report
from specgen.spec.slices import KeyExamples, Slice
from specgen.spec.task import LISTS, Task


class Spec(Part):
    """A project spec, format 1."""

    specgen: Literal[1] = Field(description="Version of the format: 1.")
    project: Project = Field(description="What the spec is about.")
    task: Task = Field(description="What the model does, and the columns that hold it.")
    data: Annotated[dict[Name, DataSource], Field(min_length=1)] = Field(
        description="Splits by name; train, dev, test and production have a meaning to the diagnosis."
    )
    models: dict[Name, Model] = Field({}, description="Models by name: the one under review, and others.")
    candidate: Name | None = Field(None, description="Model under review; may be left out when there is one.")
    metrics: Annotated[tuple[MetricRequest, ...], Field(min_length=1)] = Field(
        description="What to measure; the first is the primary metric."
    )
    baselines: dict[Name, Baseline] = Field({}, description="What the model is compared with, by name.")
    slices: tuple[Slice, ...] = Field((), description="Rows to look at by themselves.")
    key_examples: tuple[KeyExamples, ...] = Field((), description="Examples that matter out of proportion.")
    business: tuple[BusinessMetric, ...] = Field((), description="What predictions are worth.")
    constraints: Constraints | None = Field(None, description="What the live model may cost.")
    fairness: tuple[Fairness, ...] = Field((), description="Metrics to compare between groups.")
    drift: Drift | None = Field(None, description="Splits to compare for drift.")
    sanity: Sanity | None = Field(
        None, description="Sanity checks: all, a list, or {all: true, except: [...]}."
    )
    error_analysis: ErrorAnalysis | None = Field(None, description="Search for slices with many errors.")
    milestones: Annotated[tuple[Milestone, ...], Field(min_length=1)] = Field(
        description="Promises to keep, in order; each milestone is one report."
    )
    decision: Decision | None = Field(None, description="Who decides on the report.")
    report: Report | None = Field(None, description="How reports look.")
    confidence: Confidence = Field(
        0.95, description="Two-sided for shown intervals, one-sided for the decision of a gate."
    )

    @property
    def candidate_name(self) -> str:
        """The model under review."""
        return self.candidate or next(iter(self.models), "candidate")

    def rules(self) -> Iterator[Fault]:
        """Rules between sections that need no names."""
        if not self.models and self.task.type != "scores":
            yield ("models",), "missing; name at least the model under review"
        yield from self._columns()
        for name, baseline in self.baselines.items() if self.task.type == "scores" else ():
            if baseline.kind == "naive":
                yield ("baselines", name, "kind"), "a scores task has no naive baseline: nothing is predicted"
            if baseline.column is not None and self.metrics[0].column is None:
                what = "in a scores task it holds values of the first metric, which is no column here"
                yield ("baselines", name, "column"), what
        yield from self._payoffs()

    def _payoffs(self) -> Iterator[Fault]:
        """Payoffs that are not of the task's type, or not of its labels."""
        task = self.task.type
        for i, business in enumerate(self.business):
            place: Key = ("business", i, "payoff")
            if business.cells and task != "binary":
                rather = "write {actual: {predicted: ...}}" if task == "multiclass" else "use 'per_row'"
                yield place, f"tp, fp, fn and tn are of a binary task; {rather}"
            elif business.matrix and task != "multiclass":
                rather = "write {tp: ..., fp: ..., fn: ..., tn: ...}" if task == "binary" else "use 'per_row'"
                yield place, f"a payoff by labels is of a multiclass task; {rather}"
            elif business.matrix and self.task.labels:
                faults = missing_cells(business.matrix, self.task.labels)
                yield from ((("business", i, *path), message) for path, message in faults)

    def _columns(self) -> Iterator[Fault]:
        """Columns of models and people that are a list where the task has one column, or the other way round."""
        several = len(self.task.targets) if self.task.type == "multilabel" else None
        for name, model in self.models.items():
            for key in given(model.columns, "prediction", "score") if model.columns else ():
                value = getattr(model.columns, key)
                listed = key in LISTS.get(self.task.type, ())
                yield from _fits(("models", name, "columns", key), value, several, listed, self.task.type)
        for name, baseline in self.baselines.items():
            if several and baseline.column is not None:
                message = "a multilabel task has a column a label; write columns: [...]"
                yield ("baselines", name, "column"), message
            if several and baseline.columns is not None:
                yield from _fits(("baselines", name, "columns"), baseline.columns, several, True, "")


def _fits(
    path: Key, value: str | tuple[str, ...], several: int | None, listed: bool, task: str
) -> Iterator[Fault]:
    if listed and isinstance(value, str):
        yield path, f"expected a list of columns for a {task} task, got '{value}'; write [{value}, ...]"
    elif not listed and not isinstance(value, str):
        yield path, f"expected one column for a {task} task, got a list of {len(value)}"
    elif several and len(value) != several:
        others = ": they are one person's; another is a baseline of his own" if path[0] == "baselines" else ""
        yield path, f"{len(value)} given for {several} target columns; give one each{others}"
