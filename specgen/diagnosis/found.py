"""What diagnosis finds, as it stands in results.json: where the model loses, on whom, and beside whom."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen
from specgen.inputs.found import FlippedRow

Cause = Literal[
    "avoidable bias", "avoidable bias and variance", "avoidable bias, variance and shift", "variance",
    "variance and shift", "over-fitting to dev", "over-fitting to dev and shift", "shift",
]  # fmt: skip
Judged = Literal["shown", "small", "open", "not measured"]
RARE = 0.05
# Of 29 rows that all went well, a recall of 0.88 is still possible.
LEAST_ROWS = 30


class Diagnosis(Frozen):
    """Where the primary metric is lost, and what to do next."""

    metric: str
    label: str | None
    reference: str | None = Field(description="Baseline that stands for the irreducible error.")
    split: str = Field(description="Split whose slices were looked at: the last judged one.")
    rungs: tuple[Rung, ...]
    weak_slices: tuple[WeakSlice, ...]
    lead: str | None = Field(description="Where most is lost, in a few words; null where nothing is shown.")
    advice: tuple[str, ...] = Field(description="What to do next, the weightiest first.")


class Rung(Frozen):
    """One step down the ladder: how much worse the lower end is, and what that would mean."""

    cause: Cause
    upper: str = Field(description="Split, or the baseline's name, at the upper end.")
    upper_split: str = Field(description="Split that the upper value was measured on; empty if published.")
    lower: str = Field(description="Split at the lower end.")
    upper_value: float | None
    lower_value: float | None
    gap: float | None = Field(description="How much worse the lower end is; negative where it is better.")
    low: float | None = Field(description="Two-sided bound at `confidence`.")
    high: float | None
    confidence: float
    material: float | None = Field(
        description="Smallest gap worth work: a tenth of the error at the lower end."
    )
    finding: Judged = Field(
        description="shown: above 0 after correction for the number of steps, and material; small: shown to be"
        " less than material; open: the rows do not tell."
    )
    method: str
    reason: str | None = Field(default=None, description="Why it was not measured.")


class WeakSlice(Frozen):
    """A slice that loses more than the rest."""

    slice: str
    share: float = Field(description="Of the rows, or as declared.")
    value: float
    compared_with: str = Field(description="The baseline's name, or `all`.")
    other: float = Field(description="The baseline's value on the slice, or the whole's.")
    gap: float = Field(description="How much worse the candidate is on the slice.")
    low: float | None
    high: float | None
    carries: float | None = Field(
        description="Part of the whole's gap to the baseline that lies in the slice; null without one to divide."
    )


class ClassGap(Frozen):
    """How far the candidate's recall of a class is from a baseline's, and what closing that gap would bring."""

    baseline: str
    split: str
    label: str
    value: float = Field(description="The baseline's recall of the class.")
    measured: float | None = Field(description="The candidate's.")
    gap: float = Field(description="Baseline minus candidate.")
    gap_low: float | None
    gap_high: float | None
    prevalence: float = Field(description="Share of the rows that have the class.")
    potential: float = Field(
        description="max(gap, 0) × prevalence: of all rows, those of the class that would be found besides."
    )
    potential_low: float | None
    potential_high: float | None
    p_first: float | None = Field(description="Probability that no class has a larger potential.")
    method: str = Field(description="Of the gap's interval.")


class Known(Frozen):
    """A number with its interval."""

    value: float | None
    low: float | None
    high: float | None
    n: int


class ClassSupport(Frozen):
    """A class on a split, beside the model that never says it."""

    split: str
    label: str
    rows: int = Field(description="Rows that have the class.")
    prevalence: float = Field(description="Their share, weighted.")
    rare: bool = Field(description=f"A prevalence below {RARE:g}.")
    few: bool = Field(description=f"Fewer than {LEAST_ROWS} rows: too few to tell.")
    precision: Known
    recall: Known
    right: float = Field(
        description="Share of rows on which the candidate is right about this class, that it is there or not."
    )
    right_never: float = Field(
        description="The same of a model that never says the class: 1 minus the prevalence."
    )
    ahead: Known | None = Field(
        description="right minus right_never; null where rows are weighted or not independent."
    )


class PersonsValue(Frozen):
    """A metric of one person's labels against the target, on the rows that this person labelled."""

    person: str = Field(description="The column.")
    metric: str
    label: str | None
    value: float | None
    low: float | None
    high: float | None
    n: int
    method: str


class Agreed(Frozen):
    """A measure of agreement with its interval."""

    value: float | None
    low: float | None
    high: float | None
    method: str
    reason: str | None = None


class Agreement(Frozen):
    """How far the people of a baseline agree with each other on a split, and with the target."""

    baseline: str
    split: str
    labelled: dict[str, int] = Field(description="Rows that each person labelled, by column.")
    rows: int = Field(description="Rows that any of them labelled.")
    shared: int = Field(description="Rows that two or more labelled: agreement is about these.")
    level: str | None = Field(description="Level of measurement of alpha: nominal or interval.")
    alpha: Agreed | None = Field(
        description="Krippendorff's alpha: 1 is full agreement, 0 what chance would give."
    )
    pairwise: Agreed | None = Field(
        description="Share of pairs of people with the same label, averaged over rows."
    )
    values: tuple[PersonsValue, ...] = ()


class FlipRate(Frozen):
    """A share of the rows on which both models have an answer."""

    value: float | None
    low: float | None = Field(description="Two-sided bound at the spec's confidence.")
    high: float | None
    method: str


class FlipSlice(Frozen):
    """What is broken and what is mended on a slice. Counts are of rows; rates have their weights."""

    slice: str
    rows: int
    compared: int = Field(description="Rows on which both models have an answer.")
    broken: int = Field(description="Rows that the baseline is right about and the candidate is wrong about.")
    mended: int = Field(description="The other way round.")
    negative: FlipRate
    positive: FlipRate


class Flips(Frozen):
    """The candidate beside a baseline, row by row, on a split."""

    baseline: str
    split: str
    slices: tuple[FlipSlice, ...] = Field(description="The whole split first, then slices and key examples.")
    broken: tuple[FlippedRow, ...] = Field(description="Newly broken rows, key examples first; at most 100.")
    mended: tuple[FlippedRow, ...]

    def of(self, slice_name: str) -> FlipSlice | None:
        """The slice of that name; None where it has no rows."""
        return next((one for one in self.slices if one.slice == slice_name), None)
