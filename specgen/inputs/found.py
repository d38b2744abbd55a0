"""What inputs tell, as it stands in results.json: key examples, rows broken and mended, what live models did."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen
from specgen.models.failure import FailureKind

MOST_FLIPPED = 100
Kind = Literal["broken", "mended"]


class FlippedRow(Frozen):
    """A row that one of two models is right about and the other is not."""

    id: str
    label: str = Field(description="What is right.")
    was: str | None = Field(description="What the baseline says.")
    now: str | None = Field(description="What the candidate says.")
    key_examples: tuple[str, ...] = Field(default=(), description="Sets of key examples that it is of.")


class FlippedRows(Frozen):
    """Rows of a split that the candidate breaks or mends beside a baseline; key examples come first."""

    baseline: str
    split: str
    kind: Kind
    count: int = Field(description=f"All of them; of many, {MOST_FLIPPED} are listed.")
    rows: tuple[FlippedRow, ...]


class KeyExample(Frozen):
    """One key example and its outcome: a row, or in a ranking a query with all its rows."""

    name: str = Field(description="The set of key examples that it is of.")
    split: str
    id: str
    label: str = Field(
        description="What is right: a label, a number, a reference, or how many rows are relevant."
    )
    prediction: str | None = Field(description="What the candidate says.")
    ok: bool | None = Field(description="Whether that is right; null where nothing is simply right or wrong.")
    score: float | None = Field(
        default=None,
        description="Probability of the positive label, or of the label that is right among several.",
    )
    error: float | None = Field(
        default=None, description="Prediction minus label of a regression; word errors of a transcript."
    )


class LiveFailure(Frozen):
    """What a live model did wrong on a split, and on which rows."""

    model: str
    split: str
    kind: FailureKind
    message: str
    rows: tuple[str, ...] = ()
    row_count: int = 0


class LiveRun(Frozen):
    """A live model that answered a split's rows. `seconds` is its own time, without transport.

    `cached` answers were kept from an earlier run of the same model on the same rows; where all are, no
    process was started. `any_code`: it was loaded in a way that can run any code, as pickles are.
    """

    model: str
    split: str
    rows: int
    seconds: float
    start_s: float | None
    peak_memory_mb: float | None
    cached: bool = False
    any_code: bool = False
    not_isolated: tuple[str, ...] = ()
