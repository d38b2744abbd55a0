"""`business`: what right and wrong predictions are worth."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, Tag

from specgen.spec.part import MAPPING, SCALAR, ByShape, Fault, Key, Label, Name, Number, Part, Positive, Text
from specgen.spec.problems import did_you_mean

CELLS = ("tp", "fp", "fn", "tn")
SHOWN = 4

Worths = Annotated[dict[Label, Number], Field(min_length=1)]
Payoff = dict[Label, Annotated[Annotated[Number, Tag(SCALAR)] | Annotated[Worths, Tag(MAPPING)], ByShape]]


class Volume(Part):
    """Rows of real traffic in a period, such as 120,000 a month."""

    rows: Positive = Field(description="Rows of real traffic in a period; taken as exact.")
    period: Text = Field(description="The period in one word: day, week, month, year.")


class BusinessMetric(Part):
    """A number of the business, from a payoff of outcomes or from a value of each row."""

    name: Name = Field(description="Name of the business metric.")
    unit: Text | None = Field(None, description="Unit of the number, such as EUR or min.")
    payoff: Annotated[Payoff, Field(min_length=1)] | None = Field(
        None,
        description="What each outcome is worth: {tp: ..., fp: ..., fn: ..., tn: ...} in a binary task; in a"
        " multiclass task by actual and predicted label, {cat: {cat: 1, dog: -2}, dog: {cat: -5, dog: 1}}.",
    )
    per_row: Text | None = Field(None, description="SQL row value over the data and the model's columns.")
    aggregate: Literal["mean", "sum"] = Field("mean", description="How the row values make one number.")
    per: Positive = Field(
        1.0, description="Rows that a mean is given for: 1000 gives the value per 1,000 rows."
    )
    volume: Volume | None = Field(
        None, description="Rows of real traffic in a period, {rows: 120000, period: month}: adds its total."
    )
    better: Literal["higher", "lower"] = Field("higher", description="Which direction is better.")

    @property
    def cells(self) -> dict[str, float]:
        """The payoff of a binary task by tp, fp, fn and tn; empty where there is none."""
        return {cell: worth for cell, worth in (self.payoff or {}).items() if isinstance(worth, float)}

    @property
    def matrix(self) -> dict[str, dict[str, float]]:
        """The payoff of a multiclass task by actual and predicted label; empty where there is none."""
        return {label: worths for label, worths in (self.payoff or {}).items() if isinstance(worths, dict)}

    def rules(self) -> Iterator[Fault]:
        """A whole payoff, or a row value."""
        if (self.payoff is None) == (self.per_row is None):
            yield (), "a business metric needs 'payoff' or 'per_row', one of them"
        if self.payoff is not None and self.cells:
            yield from self._binary(self.payoff)
        elif self.matrix:
            named = dict.fromkeys([*self.matrix, *(label for row in self.matrix.values() for label in row)])
            yield from missing_cells(self.matrix, list(named))
        if self.aggregate == "sum" and "per" in self.model_fields_set:
            yield ("per",), "a sum is not per rows; remove 'per'"
        if self.aggregate == "sum" and self.volume is not None:
            yield ("volume",), "a sum is over the rows of the split; for a total per period take a mean"

    def _binary(self, payoff: Payoff) -> Iterator[Fault]:
        """Cells that are unknown, no number or not given."""
        missing = [cell for cell in CELLS if cell not in payoff]
        unknown = [cell for cell in payoff if cell not in CELLS]
        for cell in unknown:
            hint = did_you_mean(cell, missing) or f"; known keys: {', '.join(CELLS)}"
            yield ("payoff", cell), f"unknown key{hint}"
        for cell in payoff:
            if cell in CELLS and cell not in self.cells:
                yield ("payoff", cell), "expected a number, got a mapping"
        if missing and not unknown:
            yield ("payoff",), f"missing {', '.join(missing)}; give all of {', '.join(CELLS)}"


def missing_cells(matrix: Mapping[str, Mapping[str, float]], labels: Collection[str]) -> Iterator[Fault]:
    """Pairs of labels without a worth, and labels of the matrix that are not among those of the task."""
    named: list[tuple[str, Key]] = [(actual, ("payoff", actual)) for actual in matrix]
    named += [(label, ("payoff", actual, label)) for actual, row in matrix.items() for label in row]
    unknown = [(label, path) for label, path in named if label not in labels]
    for label, path in unknown:
        yield path, f"no label '{label}'{did_you_mean(label, labels)}"
    lacking = without_worth(matrix, labels)
    if lacking and not unknown:
        yield ("payoff",), f"missing {lacking}; give every pair of labels a worth, 0 too"


def without_worth(matrix: Mapping[str, Mapping[str, float]], labels: Collection[str]) -> str:
    """The pairs of labels without a worth, in words; empty where there are none."""
    pairs = [(a, p) for a in labels for p in labels if p not in matrix.get(a, {})]
    shown = [f"actual '{actual}' predicted '{predicted}'" for actual, predicted in pairs[:SHOWN]]
    more = [f"{len(pairs) - SHOWN:,} more"] if len(pairs) > SHOWN else []
    listed = [*shown, *more]
    return " and ".join([", ".join(listed[:-1]), listed[-1]]) if listed[1:] else "".join(listed)
