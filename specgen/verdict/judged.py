"""What judging gives: gates, their members and milestones, as they stand in results.json."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen

Decision = Literal["go", "no-go", "inconclusive"]
GateVerdict = Literal["pass", "fail", "inconclusive", "error"]
Direction = Literal["at_least", "at_most", "gap_at_most", "ratio_at_least"]

TO_PASS = (
    "Further examples from which on it passes with 80% power, if it truly is what was measured (where that"
    " misses the bound: if it truly is at the favourable end of its interval)."
)
TO_FAIL = (
    "Further examples from which on it fails with 80% power, if it truly is what was measured (where that"
    " meets the bound: if it truly is at the unfavourable end of its interval)."
)
N = "Rows that the value rests on (for recall the positive ones), or sampling units where the spec has them."
ROWS = "All rows of the slice, or of both groups; null where the gate is not about rows."


class GateMember(Frozen):
    """A gate over many slices judges each of them."""

    name: str = Field(description="Slice, or `a − b` for gaps, `a ÷ b` for ratios between slices.")
    verdict: GateVerdict
    measured: float | None
    low: float | None = Field(description="One-sided bound at the gate's confidence.")
    high: float | None
    bound: float | None
    n: int = Field(description=N)
    rows: int | None = Field(default=None, description=ROWS)
    method: str
    more_examples: int | None
    more_to_pass: int | None = Field(default=None, description=TO_PASS)
    more_to_fail: int | None = Field(default=None, description=TO_FAIL)
    shrunken: float | None = Field(
        default=None,
        description="The measured value, drawn towards the gate's other slices by as much as chance explains.",
    )
    reason: str
    better: Direction | None = Field(
        default=None, description="Which side of its bound is right, where members differ in it: constraints."
    )
    suspect: bool = Field(
        default=False, description="Fails by itself, but not after correction for the number of slices."
    )


class Gate(Frozen):
    """A promise and whether it was kept."""

    milestone: str
    gate: str = Field(description="The promise in words: `recall for every slice at least 0.8`.")
    verdict: GateVerdict
    severity: Literal["must", "should"]
    if_inconclusive: Literal["hold", "warn"]
    evidence: Literal["confident", "point"]
    confidence: float
    kind: Literal["metric", "business", "constraint", "sanity", "drift", "regressions"]
    metric: str | None
    label: str | None = None
    split: str
    place: str = Field(default="", description="The one slice or set of key examples; empty for all or many.")
    measured: float | None = Field(description="On one slice: its value. Over many: the worst member's.")
    low: float | None
    high: float | None
    bound: float | None = Field(description="The number to meet, with the baseline's value worked in.")
    better: Direction | None
    baseline: str | None = None
    margin: float | None = None
    n: int | None = Field(description=f"{N} Over many: the worst member's, as `measured`.")
    rows: int | None = Field(default=None, description=ROWS)
    worst: str = Field(default="", description="Over many: the member whose numbers these are.")
    method: str
    reason: str = Field(description="In plain words, one or two sentences.")
    more_examples: int | None = Field(
        description="Further examples that would likely settle it; null when it is settled, or never would be."
    )
    more_to_pass: int | None = Field(default=None, description=TO_PASS)
    more_to_fail: int | None = Field(default=None, description=TO_FAIL)
    members: tuple[GateMember, ...] = ()


class Milestone(Frozen):
    """A rung of the ladder."""

    name: str
    split: str
    verdict: Decision
    reason: str


class Certainty(Frozen):
    """The verdict judged again at a stricter confidence, and what can be said of it in words."""

    confidence: float = Field(description="The spec's confidence.")
    stricter: float = Field(description="The stricter one.")
    verdict: Decision = Field(
        description="What the verdict would be if every gate allowed itself a fifth of its error."
    )
    weaker: tuple[str, ...] = Field(
        default=(), description="The gates that make the verdict and would then be open."
    )
    text: str


class Standing(Frozen):
    """How far up the milestones the model is."""

    reached: str | None = Field(description="The highest milestone that is go; null where none is.")
    held_at: str | None = Field(description="The first milestone that is not go.")
    held_by: tuple[str, ...] = Field(description="Its gates that keep it from go.")
    text: str
    business: str | None = Field(
        description="What the business metrics say that the metrics do not, or the other way round."
    )
