"""`business`: what right and wrong predictions are worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from specgen.spec.part import Fault, Name, Number, Part, Positive, Text

CELLS = ("tp", "fp", "fn", "tn")


class BusinessMetric(Part):
    """A number of the business, from a payoff of outcomes or from a value of each row."""

    name: Name = Field(description="Name of the business metric.")
    unit: Text | None = Field(None, description="Unit of the number, such as EUR or min.")
    payoff: dict[Literal["tp", "fp", "fn", "tn"], Number] | None = Field(
        None, description="What each outcome of a binary task is worth: {tp: ..., fp: ..., fn: ..., tn: ...}."
    )
    per_row: Text | None = Field(None, description="SQL row value over the data and the model's columns.")
    aggregate: Literal["mean", "sum"] = Field("mean", description="How the row values make one number.")
    per: Positive = Field(
        1.0, description="Rows that a mean is given for: 1000 gives the value per 1,000 rows."
    )
    better: Literal["higher", "lower"] = Field("higher", description="Which direction is better.")

    def rules(self) -> Iterator[Fault]:
        """A whole payoff, or a row value."""
        if (self.payoff is None) == (self.per_row is None):
            yield (), "a business metric needs 'payoff' or 'per_row', one of them"
        missing = [cell for cell in CELLS if self.payoff is not None and cell not in self.payoff]
        if missing:
            yield ("payoff",), f"missing {', '.join(missing)}; give all of {', '.join(CELLS)}"
        if self.aggregate == "sum" and "per" in self.model_fields_set:
            yield ("per",), "a sum is not per rows; remove 'per'"
