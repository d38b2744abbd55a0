"""`baselines`: what the model is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from specgen.spec.part import Count, Fault, Label, Name, Number, Part, Text, TextList, given

# Where the values of each kind may come from; one of them is needed.
ORIGINS: dict[str, tuple[str, ...]] = {
    "human": ("column", "columns", "values"),
    "literature": ("values",),
    "open_source": ("model", "values"),
    "previous": ("model", "values"),
    "naive": (),
}


class PublishedValue(Part):
    """A number that others measured."""

    metric: Name = Field(description="Metric that was measured.")
    value: Number = Field(description="The number.")
    slice: Name | None = Field(
        None, description="Slice that it was measured on; without it, the whole split."
    )
    n: Count | None = Field(None, description="Rows that it was measured on; makes its uncertainty count.")
    label: Label | None = Field(None, description="Label that it is about.")
    split: Name | None = Field(None, description="Split that it holds for; without it, every split.")


class Source(Part):
    """A publication."""

    title: Text = Field(description="Title of the publication.")
    url: Text | None = Field(None, description="Address where it can be read.")
    year: Annotated[int, Field(strict=True, ge=1600, le=2200)] | None = Field(
        None, description="Year of publication."
    )
    authors: Text | None = Field(None, description="Who wrote it.")
    venue: Text | None = Field(None, description="Journal, conference or publisher.")


class Baseline(Part):
    """A baseline: human-level performance, a published result, another model, or the naive one."""

    kind: Literal["human", "literature", "open_source", "previous", "naive"] = Field(
        description="human, literature, open_source, previous, or naive (majority class, mean)."
    )
    column: Text | None = Field(
        None, description="Column of a person's labels, scored like a model's predictions."
    )
    columns: TextList | None = Field(
        None,
        description="Columns of several people's labels; multilabel: one person's, a column a label.",
    )
    values: tuple[PublishedValue, ...] = Field(
        (), description="Published numbers, instead of labels or predictions row by row."
    )
    model: Name | None = Field(None, description="Model of `models` that is the baseline.")
    source: Source | None = Field(None, description="Where the numbers come from.")
    description: Text | None = Field(None, description="What the baseline is, in a sentence.")

    def rules(self) -> Iterator[Fault]:
        """What each kind needs and takes."""
        origins = ORIGINS[self.kind]
        found = given(self, "column", "columns", "values", "model")
        for key in found:
            if key not in origins:
                takes = " or ".join(f"'{o}'" for o in origins) or "nothing: it is computed from the data"
                yield (key,), f"a baseline of kind {self.kind} takes no '{key}'; it takes {takes}"
        if origins and not set(found) & set(origins):
            yield (), f"a baseline of kind {self.kind} needs {' or '.join(repr(o) for o in origins)}"
        if self.column is not None and self.columns is not None:
            yield ("columns",), "give 'column' or 'columns', not both"
        for i, column in enumerate(self.columns or ()):
            if column in (self.columns or ())[:i]:
                yield ("columns", i), f"'{column}' stands there twice; a person counts once"
        asked = [(one.metric, one.label, one.slice or "all", one.split) for one in self.values]
        for i, one in enumerate(asked):
            if one in asked[:i]:
                yield ("values", i), f"'{one[0]}' is given twice for the same rows; which one holds?"
