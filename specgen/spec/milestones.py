"""`milestones`: the promises that must hold, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, Tag, model_validator

from specgen.spec.part import (
    LIST,
    MAPPING,
    SCALAR,
    ByShape,
    Confidence,
    Count,
    Fault,
    Label,
    Name,
    Number,
    Part,
    Text,
    TextList,
    given,
)

SubjectKind = Literal["metric", "business", "constraint", "sanity", "drift", "regressions"]
SUBJECTS: tuple[SubjectKind, ...] = ("metric", "business", "constraint", "sanity", "drift", "regressions")
PLACES = ("slice", "slices", "key_examples", "by")
BOUNDS = ("at_least", "at_most", "gap_at_most", "ratio_at_least")


class BaselineBound(Part):
    """A bound that is a baseline's value plus a margin."""

    baseline: Name = Field(description="Baseline of `baselines`.")
    margin: Number = Field(0.0, description="Added to the baseline's value; negative allows to be below it.")


class Regressions(Part):
    """Examples that a baseline is right about and the candidate is wrong about."""

    shorthand: ClassVar[str | None] = "baseline"

    baseline: Name = Field(description="Baseline of `baselines` that has an answer for each row.")


Bound = Annotated[Annotated[Number, Tag(SCALAR)] | Annotated[BaselineBound, Tag(MAPPING)], ByShape]
Every = Annotated[Annotated[Literal["every"], Tag(SCALAR)] | Annotated[TextList, Tag(LIST)], ByShape]


class Gate(Part):
    """One promise: what is measured, where, and the bound it must meet."""

    metric: Name | None = Field(None, description="Metric to judge, from `specgen metrics`.")
    label: Label | None = Field(None, description="Label that the metric is about.")
    k: Count | None = Field(None, description="Number of top results that count, as in ndcg@10.")
    baseline: Name | None = Field(
        None,
        description="Baseline that the metric holds each row against: of negative_flip_rate and"
        " positive_flip_rate. The baseline of a bound stands in the bound.",
    )
    business: Name | None = Field(None, description="Business metric to judge.")
    constraint: Name | None = Field(None, description="Constraint to judge: all, or one of `constraints`.")
    sanity: Name | None = Field(None, description="Sanity check to judge: all, or one by name.")
    drift: Name | None = Field(None, description="Drift to judge: all, or one column.")
    regressions: Regressions | None = Field(
        None,
        description="With `key_examples` and `at_most`: how many of them a baseline is right about and"
        " the candidate is not.",
    )
    slice: Name | None = Field(None, description="Slice to judge on.")
    slices: Every | None = Field(
        None, description="Slices to judge on, each by itself: every, or a list of names and columns."
    )
    key_examples: Name | None = Field(None, description="Key examples to judge on.")
    by: Text | None = Field(None, description="Column whose groups are judged.")
    at_least: Bound | None = Field(
        None, description="Lowest value: a number, or {baseline: NAME, margin: x}."
    )
    at_most: Bound | None = Field(
        None, description="Highest value: a number, or {baseline: NAME, margin: x}."
    )
    gap_at_most: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)] | None = Field(
        None, description="With `by`: largest allowed difference between two groups."
    )
    ratio_at_least: Annotated[float, Field(strict=True, ge=0, le=1)] | None = Field(
        None, description="With `by`: smallest allowed ratio of two groups."
    )
    evidence: Literal["confident", "point"] = Field(
        "confident", description="confident: the confidence bound decides; point: the measured value alone."
    )
    confidence: Confidence | None = Field(
        None, description="Confidence of the decision; the spec's by default."
    )
    severity: Literal["must", "should"] = Field("must", description="must decides; should only warns.")
    if_inconclusive: Literal["hold", "warn"] = Field(
        "hold", description="hold: too little evidence keeps the milestone from go; warn: it does not."
    )
    min_rows: Count | None = Field(
        None,
        description="Fewest rows of a slice (sampling units, where the task has `unit` or `query`) to judge it on.",
    )

    @model_validator(mode="before")
    @classmethod
    def _whole_name(cls, value: Any) -> Any:
        """A parameter stands in the metric's name: `negative_flip_rate@previous`."""
        if not isinstance(value, dict):
            return value
        metric, baseline = value.get("metric"), value.get("baseline")
        if not (isinstance(metric, str) and isinstance(baseline, str)) or "@" in metric:
            return value
        return {**value, "metric": f"{metric}@{baseline}"}

    @property
    def subject_kind(self) -> SubjectKind:
        """What the gate is about."""
        return next(kind for kind in SUBJECTS if getattr(self, kind) is not None)

    def rules(self) -> Iterator[Fault]:
        """One subject, one place, one bound."""
        subjects = given(self, *SUBJECTS)
        if len(subjects) != 1:
            yield (tuple(subjects[1:2]), f"a gate judges exactly one of {', '.join(SUBJECTS)}; "
                   + (f"'{subjects[0]}' is there already" if subjects else "none is given"))  # fmt: skip
            return
        places, bounds = given(self, *PLACES), given(self, *BOUNDS)
        if subjects[0] != "metric":
            yield from (
                ((key,), f"'{key}' goes with 'metric'; remove it")
                for key in given(self, "label", "k", "baseline")
            )
        if subjects[0] == "regressions":
            yield from self._of_examples(
                [key for key in places + bounds if key not in ("key_examples", "at_most")]
            )
            return
        if subjects[0] not in ("metric", "business"):
            for key in places + bounds:
                yield (key,), f"a {subjects[0]} gate takes no '{key}'; its limits stand in the spec"
            return
        if len(places) > 1:
            yield (places[1],), f"a gate judges one place, and '{places[0]}' is there already"
        if not bounds:
            yield (), f"no bound; give one of {', '.join(BOUNDS)}"
        if len(bounds) > 1:
            yield (
                (bounds[1],),
                f"a gate has one bound, and '{bounds[0]}' is there already; write a second gate",
            )
        for key in ("gap_at_most", "ratio_at_least"):
            if key in bounds and self.by is None:
                yield (key,), "compares groups; name their column with 'by'"

    def _of_examples(self, beside: list[str]) -> Iterator[Fault]:
        """Regressions are a number of key examples."""
        for key in beside:
            rather = "; of other rows, judge the rate: metric: negative_flip_rate" if key in PLACES else ""
            yield (key,), f"a regressions gate takes 'key_examples' and 'at_most', no '{key}'{rather}"
        for key in ("key_examples", "at_most"):
            if getattr(self, key) is None and not beside:
                yield (key,), f"missing; a regressions gate needs '{key}'"
        if self.at_most is not None and not (isinstance(self.at_most, float) and self.at_most >= 0):
            yield ("at_most",), "expected how many examples may be newly wrong, a number of 0 or more"


class Milestone(Part):
    """A milestone: the gates that decide it, on one split."""

    name: Name = Field(description="Name of the milestone.")
    split: Name = Field(description="Split of `data` that it is judged on.")
    gates: Annotated[tuple[Gate, ...], Field(min_length=1)] = Field(description="Promises that must hold.")
