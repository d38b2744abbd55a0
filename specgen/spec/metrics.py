"""`metrics`: what to measure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from specgen.spec.part import Count, Fault, Label, Name, Number, Part, Positive, Text, given

PARAMETERS = ("k", "at", "beta", "threshold", "tolerance", "quantile")


class MetricRequest(Part):
    """A metric by name, with its parameters; a plain text is the name."""

    shorthand: ClassVar[str | None] = "name"

    name: Name = Field(description="Name of the metric, from `specgen metrics`.")
    label: Label | None = Field(None, description="Label that the metric is about, against all others.")
    k: Count | None = Field(None, description="Number of top results that count, as in ndcg@10.")
    column: Text | None = Field(None, description="Column of scores made elsewhere (task type scores).")
    better: Literal["higher", "lower"] | None = Field(
        None, description="Which direction is better, for a column."
    )
    at: Number | None = Field(
        None, description="Where on a curve it is read, as in recall at precision 0.9, lift at the top 0.1."
    )
    beta: Positive | None = Field(None, description="Weight of recall against precision in F-beta.")
    threshold: Number | None = Field(
        None, description="Score from which a row counts as positive, here only."
    )
    tolerance: Number | None = Field(None, description="Largest error that still counts as right.")
    quantile: Number | None = Field(
        None, description="Quantile between 0 and 1, as in the 0.9 quantile of errors."
    )
    aggregate: Literal["mean", "sum"] | None = Field(None, description="How row values make one number.")
    sql: Text | None = Field(None, description="SQL row value, for a metric of your own.")
    numerator: Text | None = Field(None, description="SQL row value above the line of a ratio of sums.")
    denominator: Text | None = Field(None, description="SQL row value below the line of a ratio of sums.")

    @property
    def own(self) -> bool:
        """Whether the spec itself says what is measured: a column, or SQL row values."""
        return bool(given(self, "column", "sql", "numerator"))

    @property
    def key(self) -> str:
        """The metric's name in results, with its parameters: `ndcg@10`. The label stands beside it."""
        values = [f"{getattr(self, name):g}" for name in given(self, *PARAMETERS)]
        return self.name if self.own or not values else f"{self.name}@{','.join(values)}"

    def rules(self) -> Iterator[Fault]:
        """A quantile is a share; a ratio has two parts."""
        if self.quantile is not None and not 0 < self.quantile < 1:
            yield ("quantile",), f"expected a number between 0 and 1, got {self.quantile:g}"
        if self.column is not None and self.better is None:
            yield ("better",), "missing; say whether higher or lower values of the column are better"
        if (self.numerator is None) != (self.denominator is None):
            key = "denominator" if self.denominator is None else "numerator"
            yield (key,), "missing; a ratio needs both 'numerator' and 'denominator'"
