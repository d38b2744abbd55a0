"""The plan as a document: what `specgen plan --format json` writes, and what the terminal shows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen
from specgen.verdict.judged import Direction


class PlanMember(Frozen):
    """One slice (or pair of groups) of a gate: what its rows can show."""

    name: str
    rows: int | None = Field(description="Rows at hand; null where the split is not there.")
    n: float | None = Field(description="What of them counts: trials, units, or an effective number.")
    counts: str = Field(description="What `n` counts: `rows`, `rows of label yes`, `units`.")
    bound: float | None = Field(
        description="The number to meet; for `difference` the margin to the baseline."
    )
    difference: bool = Field(description="Whether the values here are differences to the baseline.")
    pass_from: float | None = Field(description="Truth at which it passes with 80% power; null: none would.")
    fail_from: float | None = Field(description="Truth at which it fails with 80% power; null: none would.")
    assumed: float | None = Field(description="The truth assumed for `rows_needed` and `chance`.")
    assumption: str = Field(description="Where that comes from.")
    likely: Literal["pass", "fail"] | None = Field(description="The verdict that the assumed truth deserves.")
    chance: float | None = Field(description="Probability of that verdict with the rows at hand.")
    rows_needed: int | None = Field(description="Rows of the slice that give it with 80% power.")
    rows_together: int | None = Field(
        default=None,
        description="Rows of the slice with which all slices pass together with 80% power, each its share.",
    )
    method: str
    spread: str = Field(description="Where the variance comes from; empty where the method needs none.")
    settled: bool
    reason: str = Field(description="Why this data cannot settle it; empty if it can.")


class PlanGate(Frozen):
    """A promise, and whether the data can settle it."""

    gate: str
    metric: str | None
    label: str | None
    severity: Literal["must", "should"]
    better: Direction | None
    confidence: float
    members: tuple[PlanMember, ...]
    many: bool
    together: float | None = Field(
        description="Probability that all slices pass, if each truly is as assumed and they are independent."
    )
    settled: bool
    reason: str = Field(description="Why this data cannot settle it; empty if it can.")
    remedy: str = Field(description="What would settle it.")


class PlanMilestone(Frozen):
    """A milestone's gates on its split."""

    name: str
    split: str
    rows: int | None
    gates: tuple[PlanGate, ...]


class Plan(Frozen):
    """A whole plan, format 1."""

    specgen: Literal[1] = 1
    project: str
    power: float
    milestones: tuple[PlanMilestone, ...]
    notes: tuple[str, ...]
