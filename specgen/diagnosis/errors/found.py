"""What error analysis says of single rows: examples of errors, their causes by people's tags, and labels in doubt."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen

Kind = Literal["surest", "nearest", "largest", "random"]


class ErrorRow(Frozen):
    """A row that the candidate gets wrong; of a regression, one with a large error."""

    id: str
    label: str = Field(description="What is right.")
    prediction: str = Field(description="What the candidate says.")
    score: float | None = Field(
        default=None,
        description="Probability of the positive label, or of the label that is right among several.",
    )
    error: float | None = Field(
        default=None, description="Prediction minus label of a regression; word errors of a transcript."
    )
    values: tuple[str | None, ...] = Field(
        default=(), description="Texts of `ErrorExamples.columns`, long ones cut."
    )


class ExampleList(Frozen):
    """Ids of errors, in order."""

    kind: Kind = Field(
        description="surest: the least probability for what is right; nearest: to the threshold, or to the label that"
        " is right; random: drawn with the run's seed; largest: the most wrong."
    )
    ids: tuple[str, ...]


class ExampleGroup(Frozen):
    """Errors of the whole split, a slice, a finding or a cell of the confusion matrix."""

    of: Literal["all", "slice", "finding", "cell"]
    name: str = Field(
        description="`all`, the slice's name, the finding's condition, or `label → prediction`."
    )
    errors: int = Field(description="How many there are; of a regression, rows.")
    lists: tuple[ExampleList, ...]


class ErrorExamples(Frozen):
    """Errors one by one, as far as the spec's `error_analysis.examples` allows."""

    split: str
    columns: tuple[str, ...] = Field(description="Columns of the data whose values `rows` have.")
    groups: tuple[ExampleGroup, ...]
    left_out: int = Field(
        description="Slices and cells with errors that have no group: those with the fewest."
    )
    rows: tuple[ErrorRow, ...] = Field(description="Every row that a list names, once.")


class Cause(Frozen):
    """One tag: how much of the errors it explains, and what the metric would be without them."""

    tag: str
    rows: int = Field(description="Counted errors with this tag.")
    share: float = Field(description="Of the counted errors.")
    low: float | None = Field(
        description="Two-sided bounds of the share of all errors; null without a random sample."
    )
    high: float | None
    loss_share: float | None = Field(
        default=None,
        description="Of what the metric loses by errors; not `share` where these weigh differently.",
    )
    ceiling: float | None = Field(default=None, description="The metric, were these errors put right.")
    ceiling_low: float | None = None
    ceiling_high: float | None = None


class ErrorCauses(Frozen):
    """What people's tags say about the errors of a split."""

    split: str
    file: str = Field(description="As the spec names it.")
    errors: int = Field(description="Errors of the split: what the sample was drawn from.")
    tagged: int = Field(description="Errors that have a tag, and are counted.")
    untagged: int = Field(description="Errors of the file without a tag.")
    random: bool = Field(
        description="Whether the counted errors are a random sample of all: else shares have no bounds."
    )
    confidence: float
    metric: str | None = Field(default=None, description="Key of the metric that ceilings are of.")
    label: str | None = None
    value: float | None = Field(default=None, description="The metric as it is.")
    causes: tuple[Cause, ...]


class DoubtedRow(Frozen):
    """A label that the candidate contradicts."""

    id: str
    label: str = Field(description="As given.")
    suggested: str = Field(description="The label that the candidate is sure of.")
    given: float = Field(description="Probability of the label as given.")
    probability: float = Field(description="Probability of the label suggested.")


class LabelDoubts(Frozen):
    """Labels that may be wrong, by confident learning (Northcutt, Jiang and Chuang 2021)."""

    split: str
    rows: int = Field(description="Rows with a label and scores.")
    count: int = Field(description="Labels in doubt.")
    expected: float = Field(
        description="So many would be in doubt were every label right and the probabilities calibrated."
    )
    beyond_chance: bool = Field(
        description="Whether `count` is more than chance would give with `expected`, at the spec's confidence."
    )
    listed: tuple[DoubtedRow, ...] = Field(
        description="The most doubtful first, as many as `error_analysis.examples` allows."
    )
