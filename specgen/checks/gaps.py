"""What comparing groups gives: the numbers of `fairness` in results.json."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen

GapVerdict = Literal["reference", "shown", "not shown", "too few", "not measured"]
RuleVerdict = Literal["below", "kept", "cannot tell", "too few"]


class GroupValue(Frozen):
    """A metric on one group, and how far it is from the reference group. Bounds are null where there are none."""

    group: str
    rows: int
    n: int = Field(description="Rows (or sampling units) that the value rests on.")
    value: float | None
    low: float | None
    high: float | None
    method: str
    reason: str | None = Field(description="Why there is no value, or nothing can be told of a difference.")
    difference: float | None = Field(description="Minus the reference group's value.")
    difference_low: float | None
    difference_high: float | None
    ratio: float | None = Field(description="Divided by the reference group's value.")
    ratio_low: float | None
    ratio_high: float | None
    verdict: GapVerdict = Field(
        description="Whether a difference is shown after Holm's correction over groups and metrics of the entry."
    )


class Furthest(Frozen):
    """The largest difference or the smallest ratio, with bounds that allow for its being chosen.

    Bounds are null where more than 30 groups share sampling units.
    """

    value: float
    low: float | None
    high: float | None
    first: str = Field(description="The group whose value is reduced, or divided, by the second's.")
    second: str


class MetricGaps(Frozen):
    """One metric on all groups of an entry; extremes leave out groups with fewer than `min_rows` rows (or units)."""

    metric: str
    label: str | None
    groups: tuple[GroupValue, ...]
    largest_difference: Furthest | None = Field(description="Between any two groups.")
    smallest_ratio: Furthest | None = Field(description="Of any two groups; null where a value is negative.")
    difference_to_reference: Furthest | None = Field(description="The largest, in either direction.")
    ratio_to_reference: Furthest | None = Field(description="The smallest, in either direction.")


class FourFifths(Frozen):
    """A group's selection rate against four fifths of another group's (EEOC, 29 CFR 1607.4(D))."""

    group: str
    label: str | None
    beside: str | None = Field(
        description="The group that it is compared with: the one selected most, or, where the group is shown to "
        "be below four fifths, the one that shows it most clearly."
    )
    ratio: float | None
    low: float | None
    high: float | None
    verdict: RuleVerdict = Field(
        description="below: shown to be below four fifths of some group's rate, after Holm's correction over all "
        "pairs of groups; kept: shown to have at least four fifths of every other group's rate."
    )


class FairnessCheck(Frozen):
    """One entry of `fairness` on one split: every group beside the reference group."""

    split: str
    by: tuple[str, ...]
    reference: str | None = Field(description="Name of the reference group; null where no group can be it.")
    chosen: Literal["largest", "named"]
    confidence: float
    min_rows: int
    comparisons: int = Field(description="Differences that were tested together.")
    metrics: tuple[MetricGaps, ...]
    four_fifths: tuple[FourFifths, ...] = Field(description="Where selection_rate is among the metrics.")
    equalized_odds_difference: Furthest | None = Field(
        description="The larger of the largest differences in recall and false positive rate, where both are there."
    )
    reason: str | None = Field(description="Why nothing could be compared.")
