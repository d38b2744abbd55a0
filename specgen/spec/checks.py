"""`fairness`, `drift`, `sanity`, `error_analysis` and `decision`: evidence besides the metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, Tag

from specgen.spec.metrics import MetricRequest
from specgen.spec.part import (
    LIST,
    MAPPING,
    SCALAR,
    ByShape,
    Count,
    Fault,
    Label,
    Name,
    Names,
    Part,
    Positive,
    Text,
    TextList,
)

Columns = Annotated[Annotated[Literal["all"], Tag(SCALAR)] | Annotated[TextList, Tag(LIST)], ByShape]
Fraction = Annotated[float, Field(strict=True, gt=0, lt=1)]

Reference = Annotated[
    Annotated[Label, Tag(SCALAR)] | Annotated[Annotated[tuple[Label, ...], Field(min_length=1)], Tag(LIST)],
    ByShape,
]
LARGEST = "largest"


class Fairness(Part):
    """Metrics to compare between groups: the values of a column, or combinations of several columns'."""

    by: Names = Field(description="Column of the groups, or list of columns: a group for each combination.")
    metrics: Annotated[tuple[MetricRequest, ...], Field(min_length=1)] = Field(
        description="Metrics to compare, from `specgen metrics` or declared under `metrics`."
    )
    reference: Reference = Field(
        LARGEST,
        description="Group that the others are compared with: a value (a list of values where `by` is a list), "
        "a name such as gender=f, or largest, the group with the most rows.",
    )
    min_rows: Count = Field(
        1,
        description="Fewest rows of a group (sampling units, where the task has `unit` or `query`) to tell a "
        "difference; below, too few to tell.",
    )

    def rules(self) -> Iterator[Fault]:
        """Columns once, a reference of as many values, metrics once and declared elsewhere if one's own."""
        if len(set(self.by)) < len(self.by):
            yield ("by",), "a column stands there twice"
        if isinstance(self.reference, tuple) and len(self.reference) != len(self.by):
            many = "value" if len(self.reference) == 1 else "values"
            columns = f"{len(self.by)} column{'' if len(self.by) == 1 else 's'}"
            yield ("reference",), f"{len(self.reference)} {many} for {columns}; give one each"
        asked = [(request.key, request.label) for request in self.metrics]
        for i, request in enumerate(self.metrics):
            if request.own:
                message = f"define a metric of your own under 'metrics', and name it here: {request.name}"
                yield ("metrics", i), message
            elif asked.index(asked[i]) < i:
                yield ("metrics", i), f"'{request.key}' stands there twice"


class DriftLimits(Part):
    """How far two splits may be apart before it is drift; a distance without a limit is shown and never judged."""

    psi: Positive = Field(
        0.2,
        description="Population stability index of each column, of labels and of predictions; by the usual rule"
        " 0.1 is a shift to look at, and 0.2 to 0.25 one to act on (Siddiqi 2006).",
    )
    total_variation: Fraction | None = Field(
        None, description="Share of rows that would have to be in another category, of columns of categories."
    )
    ks: Fraction | None = Field(
        None, description="Kolmogorov-Smirnov distance, of columns of numbers: 0 same, 1 apart altogether."
    )
    auc: Annotated[float, Field(strict=True, gt=0.5, lt=1)] = Field(
        0.6,
        description="AUC with which a classifier tells rows of the two splits apart by all columns together:"
        " 0.5 is guessing.",
    )
    performance: Positive = Field(
        0.5,
        description="How much worse the primary metric may get over time within a split, as a part of its error:"
        " 0.5 allows an error of 0.10 to grow by 0.05. Judged where task.time is given.",
    )


class Drift(Part):
    """Splits to compare with the one that the model learnt from."""

    reference: Name = Field(description="Split to compare with, such as train.")
    current: Annotated[Annotated[Name, Tag(SCALAR)] | Annotated[TextList, Tag(LIST)], ByShape] | None = Field(
        None, description="Split or splits to compare; without it, every later split."
    )
    columns: Columns = Field("all", description="Columns to compare: all, or a list.")
    window: Literal["hour", "day", "week", "month", "quarter", "year"] | None = Field(
        None,
        description="Length of the windows of performance over time; without it, one of which there are 6 to 24.",
    )
    at_most: DriftLimits = Field(
        default_factory=lambda: DriftLimits.model_validate({}),
        description="Largest distances that are no drift yet.",
    )

    @property
    def named(self) -> tuple[str, ...]:
        """The columns to compare by name; empty for all."""
        return self.columns if isinstance(self.columns, tuple) else ()


class SanityExcept(Part):
    """All sanity checks but some."""

    all: Literal[True] = Field(description="true: every check, but those under `except`.")
    except_: TextList = Field(alias="except", description="Names of checks to leave out.")


Sanity = Annotated[
    Annotated[Literal["all"], Tag(SCALAR)]
    | Annotated[TextList, Tag(LIST)]
    | Annotated[SanityExcept, Tag(MAPPING)],
    ByShape,
]


MOST_EXAMPLES, MOST_COLUMNS = 50, 20
ExampleCount = Annotated[int, Field(strict=True, ge=1, le=MOST_EXAMPLES)]


class Examples(Part):
    """Wrong rows to show one by one, with columns of the data beside what was right and what was said."""

    rows: ExampleCount = Field(
        10, description="Rows of each list: the most confident errors, a random sample, …"
    )
    columns: Columns | None = Field(
        None,
        description=f"Columns of the data to show: a list, or all (the first {MOST_COLUMNS} that are features)."
        " Without it, none: only id, label, prediction and score.",
    )

    def rules(self) -> Iterator[Fault]:
        """Not more columns than fit."""
        if len(self.named) > MOST_COLUMNS:
            yield ("columns",), f"{len(self.named)} columns; at most {MOST_COLUMNS} are shown"

    @property
    def named(self) -> tuple[str, ...]:
        """The columns to show by name; empty for all and for none."""
        return self.columns if isinstance(self.columns, tuple) else ()


class ErrorAnalysis(Part):
    """Search for slices with many errors, on one half of a split's rows; what holds on the other is a finding."""

    columns: Columns = Field("all", description="Columns to search: all, or a list.")
    max_conditions: Annotated[int, Field(strict=True, ge=1, le=5)] = Field(
        3, description="Most conditions that define a slice."
    )
    min_rows: Count = Field(50, description="Fewest rows of a slice.")
    metrics: TextList | None = Field(
        None,
        description="Names of declared metrics and business metrics to search by: what a row loses by each."
        " Without it, the first three of `metrics`.",
    )
    split: Name | None = Field(
        None,
        description="Split to search; without it dev, else the first evaluated one but train and the last judged,"
        " else what there is. A split that was searched is no longer fresh to judge on.",
    )
    examples: (
        Annotated[Annotated[ExampleCount, Tag(SCALAR)] | Annotated[Examples, Tag(MAPPING)], ByShape] | None
    ) = Field(
        None,
        description="Wrong rows to show one by one: how many of each list, or {rows: 10, columns: [...]}."
        " Without it, no row of the data stands in a report.",
    )
    tags: Text | None = Field(
        None,
        description="CSV of errors with their causes: `specgen errors export` makes it, people fill in `tag`.",
    )

    @property
    def shown(self) -> Examples | None:
        """Which wrong rows to show; None for none."""
        return (
            Examples.model_validate({"rows": self.examples})
            if isinstance(self.examples, int)
            else self.examples
        )

    @property
    def named(self) -> tuple[str, ...]:
        """The columns to search by name; empty for all."""
        return self.columns if isinstance(self.columns, tuple) else ()


class Decision(Part):
    """Who decides on the report."""

    approvers: TextList = Field(description="People or roles that must agree.")
    expires_days: Count | None = Field(
        None, description="Days after which the decision has to be made again."
    )
