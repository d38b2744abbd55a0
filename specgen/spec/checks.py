"""`fairness`, `drift`, `sanity`, `error_analysis` and `decision`: evidence besides the metrics."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from specgen.spec.metrics import MetricRequest
from specgen.spec.part import LIST, MAPPING, SCALAR, ByShape, Count, Label, Name, Part, Text, TextList

Columns = Annotated[Annotated[Literal["all"], Tag(SCALAR)] | Annotated[TextList, Tag(LIST)], ByShape]


class Fairness(Part):
    """Metrics to compare between groups."""

    by: Text = Field(description="Column of the groups.")
    metrics: Annotated[tuple[MetricRequest, ...], Field(min_length=1)] = Field(
        description="Metrics to compare."
    )
    reference: Label = Field(
        "largest", description="Group that the others are compared with: a value, or largest."
    )


class Drift(Part):
    """Splits to compare with the one that the model learnt from."""

    reference: Name = Field(description="Split to compare with, such as train.")
    current: Annotated[Annotated[Name, Tag(SCALAR)] | Annotated[TextList, Tag(LIST)], ByShape] | None = Field(
        None, description="Split or splits to compare; without it, every later split."
    )
    columns: Columns = Field("all", description="Columns to compare: all, or a list.")


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


class ErrorAnalysis(Part):
    """Search for slices with many errors."""

    columns: Columns = Field("all", description="Columns to search: all, or a list.")
    max_conditions: Annotated[int, Field(strict=True, ge=1, le=5)] = Field(
        3, description="Most conditions that define a slice."
    )
    min_rows: Count = Field(50, description="Fewest rows of a slice.")


class Decision(Part):
    """Who decides on the report."""

    approvers: TextList = Field(description="People or roles that must agree.")
    expires_days: Count | None = Field(
        None, description="Days after which the decision has to be made again."
    )
