"""What error analysis found: slices that nobody declared."""

from __future__ import annotations

from pydantic import Field

from specgen.frozen import Frozen


class Finding(Frozen):
    """A slice that nobody declared, found on one half of a split and tested on the other.

    `value`, `other` and `potential` are those of the tested half, which the search did not see: on the searched
    half the worst slices are always worse than they are.
    """

    where: str = Field(description="SQL condition, ready to stand as `where` in the spec.")
    split: str
    metric: str = Field(description="Key of the metric by which the slice is worse.")
    value: float | None = Field(description="On the tested half; null where it has no row there.")
    rows: int = Field(
        description="Rows that the condition selects, of both halves; where a part of the split was looked at,"
        " of that part."
    )
    potential: float = Field(
        description="What the whole would gain if the slice were as good as the other rows: gap × share."
    )
    confirmed: bool = Field(
        description="Worse than the other rows on the tested half, after Holm's correction."
    )
    label: str | None = Field(default=None, description="Label that the metric is about.")
    low: float | None = Field(
        default=None, description="Two-sided bound of `value` at the spec's confidence."
    )
    high: float | None = None
    other: float | None = Field(default=None, description="The metric on the other rows of the tested half.")
    share: float = Field(default=0.0, description="Of what the metric counts: rows, words, weight.")
    tested_rows: int = Field(default=0, description="Rows that the metric counts on the tested half.")
    found_value: float | None = Field(default=None, description="On the searched half, too pessimistic.")
    p_value: float = Field(default=1.0, description="One-sided, adjusted by Holm over all that were tested.")
    score: float = Field(default=0.0, description="SliceLine's score on the searched half.")
    merged: int = Field(
        default=0, description="Slices that say the same and that it stands for: so many, or more."
    )

    pasteable: bool = Field(
        default=True, description="False where `where` names a cluster of embeddings, not SQL."
    )
    examples: tuple[str, ...] = Field(default=(), description="Ids of rows that lie amid such a cluster.")


class SearchedSplit(Frozen):
    """How error analysis looked: which split, by what, over which columns."""

    split: str
    rows: int = Field(description="Rows that were searched or tested.")
    sampled: bool = Field(description="Whether these are a part of the split's rows.")
    judged: bool = Field(description="Whether a milestone is judged on the split that was searched.")
    metrics: tuple[str, ...]
    columns: tuple[str, ...]
    left_out: dict[str, str] = Field(description="Columns that were not searched, and why.")
    max_conditions: int
    min_rows: int
    tested: int = Field(description="Slices that were tested on the other half.")
    confidence: float
