"""The numbers of a result, and what they are of."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen

Direction = Literal["higher", "lower", "neither"]


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
