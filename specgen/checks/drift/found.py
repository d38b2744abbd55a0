"""What comparing two splits gives, as it stands in results.json."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen

Role = Literal["column", "label", "prediction", "score", "joint"]
Kind = Literal["categorical", "numeric", "text", "classifier"]
Measure = Literal["psi", "total_variation", "ks", "auc"]
State = Literal["stable", "drifted", "open"]


class DriftCell(Frozen):
    """A category or a range of numbers: the share of rows in it on either side."""

    name: str
    reference: float
    current: float


class DriftEffect(Frozen):
    """A distance that has a limit, and so decides."""

    measure: Measure
    value: float
    low: float = Field(description="One-sided bound at `confidence`.")
    high: float
    limit: float = Field(description="Largest value that is no drift yet.")
    method: str


class DriftColumn(Frozen):
    """One column (or all together, by a classifier) of a split against the reference."""

    name: str
    role: Role
    kind: Kind
    effects: tuple[DriftEffect, ...]
    state: State = Field(
        description="stable: every effect's upper bound is within its limit, and at most a tenth of the rows are in new"
        " categories; drifted: some effect's lower bound"
        " is beyond it, after Holm's correction over everything that is compared; else open."
    )
    changed: str = Field(description="What changed, in words.")
    rows_reference: int
    rows: int
    n_reference: float = Field(
        description="Effective rows: fewer than rows where these are weighted or dependent."
    )
    n: float
    test: str | None = Field(default=None, description="Test of no difference at all; never decides.")
    p_value: float | None = None
    jensen_shannon: float | None = Field(default=None, description="Distance of the cells, to base 2.")
    total_variation: float | None = Field(default=None, description="Of the cells.")
    cramers_v: float | None = None
    wasserstein: float | None = Field(default=None, description="In standard deviations of the reference.")
    missing_reference: float | None = Field(default=None, description="Share of rows without a value.")
    missing: float | None = None
    new_categories: int = 0
    new_rows: int = Field(default=0, description="Rows with a category that the reference does not have.")
    vanished_categories: int = 0
    beyond_range: float = Field(
        default=0.0, description="Share of rows beyond the reference's smallest and largest."
    )
    cells: tuple[DriftCell, ...] = ()
    drivers: tuple[str, ...] = Field(
        default=(),
        description="Columns without which the classifier tells the splits apart less well, most first.",
    )


class SplitDrift(Frozen):
    """A split against the reference."""

    reference: str
    split: str
    confidence: float
    columns: tuple[DriftColumn, ...]
    not_compared: dict[str, str] = Field(description="Columns that could not be compared, and why.")
