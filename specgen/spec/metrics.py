"""`metrics`: what to measure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from specgen.spec.part import Count, Fault, Label, Name, Number, Part, Positive, Text, given

PARAMETERS = ("k", "at", "beta", "threshold", "tolerance", "quantile")
COLUMNS = ("lower", "upper")
OWN = ("column", "sql", "numerator", "denominator")


def parameter_fault(name: str, value: float) -> str | None:
    """What is wrong with a parameter's value, wherever it is written; None if nothing is."""
    if name == "quantile" and not 0 < value < 1:
        return f"expected a number between 0 and 1, got {value:g}"
    if name == "at" and not 0 < value <= 1:
        percent = f"; a percentage is written {value / 100:g}" if 1 < value <= 100 else ""
        return f"expected a share above 0 and at most 1, got {value:g}{percent}"
    if name == "tolerance" and value < 0:
        return f"expected a number of 0 or more, got {value:g}"
    return None


class MetricRequest(Part):
    """A metric by name, with its parameters; a plain text is the name."""

    shorthand: ClassVar[str | None] = "name"

    name: Name = Field(description="Name of the metric, from `specgen metrics`.")
    label: Label | None = Field(None, description="Label that the metric is about, against all others.")
    k: Count | None = Field(None, description="Number of top results that count, as in ndcg@10.")
    column: Text | None = Field(
        None, description="Column of row values made elsewhere: an IoU, a judge's grade."
    )
    better: Literal["higher", "lower", "neither"] | None = Field(
        None, description="Which direction is better, for a metric of your own."
    )
    at: Number | None = Field(
        None, description="Where on a curve it is read, as in recall at precision 0.9, lift at the top 0.1."
    )
    beta: Positive | None = Field(None, description="Weight of recall against precision in F-beta.")
    threshold: Number | None = Field(
        None,
        description="Score from which a row counts as positive, here only; of a column or row value: from "
        "which it counts, so that the metric is the share of such rows.",
    )
    tolerance: Number | None = Field(None, description="Largest error that still counts as right.")
    quantile: Number | None = Field(
        None, description="Quantile between 0 and 1, as in the 0.9 quantile of errors."
    )
    baseline: Name | None = Field(
        None, description="Baseline to hold each row against, of negative_flip_rate and positive_flip_rate."
    )
    lower: Text | None = Field(None, description="Column of the lower ends of predicted intervals.")
    upper: Text | None = Field(None, description="Column of the upper ends of predicted intervals.")
    aggregate: Literal["mean", "sum"] | None = Field(
        None, description="How row values make one number; their mean by default."
    )
    sql: Text | None = Field(None, description="SQL row value, for a metric of your own.")
    numerator: Text | None = Field(None, description="SQL row value above the line of a ratio of sums.")
    denominator: Text | None = Field(None, description="SQL row value below the line of a ratio of sums.")

    @property
    def own(self) -> bool:
        """Whether the spec itself says what is measured: a column, or SQL row values."""
        return bool(given(self, *OWN))

    @property
    def key(self) -> str:
        """The metric's name in results, with its parameters: `ndcg@10`. The label stands beside it."""
        values = [f"{getattr(self, name):g}" for name in given(self, *PARAMETERS)]
        values += [getattr(self, name) for name in given(self, *COLUMNS, "baseline")]
        return self.name if self.own or not values else f"{self.name}@{','.join(values)}"

    def rules(self) -> Iterator[Fault]:
        """A quantile is a share, a tolerance no less than 0; a metric of one's own has one origin."""
        for name in given(self, *PARAMETERS):
            wrong = parameter_fault(name, getattr(self, name))
            if wrong:
                yield (name,), wrong
        if self.own:
            yield from self._own_rules()

    def _own_rules(self) -> Iterator[Fault]:
        if (self.numerator is None) != (self.denominator is None):
            key = "denominator" if self.denominator is None else "numerator"
            yield (key,), "missing; a ratio needs both 'numerator' and 'denominator'"
        origins = [key for key in given(self, *OWN) if key != "denominator"]
        if len(origins) > 1:
            yield (origins[1],), f"a metric has one origin, and '{origins[0]}' is there already"
        if self.better is None:
            yield ("better",), f"missing; say whether higher or lower values of '{self.name}' are better"
        if "@" in self.name:
            yield ("name",), "'@' stands before the parameters of known metrics; choose another name"
        for key in given(self, "label", "k", "at", "beta", "tolerance", "baseline", *COLUMNS):
            yield (key,), f"a metric of your own takes no '{key}'; remove it"
        ways = given(self, "aggregate", "threshold", "quantile")
        if ways and self.denominator is not None:
            yield (ways[0],), f"a ratio of sums takes no '{ways[0]}'; remove it"
        elif len(ways) > 1:
            yield (ways[1],), f"'{ways[0]}' says already how row values make one number; remove one"
