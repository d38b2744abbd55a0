"""`slices` and `key_examples`: the rows to look at by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, Tag

from specgen.spec.part import LIST, SCALAR, ByShape, Count, Fault, Label, Name, Names, Number, Part, Text


class Slice(Part):
    """Rows that meet a condition (`where`), or a slice for each value of columns (`by`)."""

    name: Name | None = Field(None, description="Name of a slice by condition.")
    where: Text | None = Field(
        None, description="SQL row condition, such as \"noise = 'car' AND age >= 65\"."
    )
    by: Names | None = Field(None, description="Column, or list of columns: one slice for each value.")
    bins: Annotated[tuple[Number, ...], Field(min_length=2)] | None = Field(
        None, description="Ascending edges that cut a number column into half-open bins [low, high)."
    )
    min_rows: Count = Field(
        1,
        description="Fewest rows (sampling units, where the task has `unit` or `query`) to judge it on; below, a gate "
        "is inconclusive.",
    )
    share: Annotated[float, Field(strict=True, gt=0, le=1)] | None = Field(
        None, description="Share of real traffic, where the data's share is not it."
    )

    def rules(self) -> Iterator[Fault]:
        """A condition with a name, or columns without one."""
        if self.where is None and self.by is None:
            yield (), "a slice needs 'where' (a condition) or 'by' (columns)"
        if self.where is not None and self.by is not None:
            yield ("by",), "a slice has 'where' or 'by', not both"
        elif self.where is not None and self.name is None:
            yield ("name",), "missing; a slice by condition needs a name"
        elif self.by is not None and self.name is not None:
            yield ("name",), "slices by value take their names from the values; remove 'name'"
        if self.by is not None and len(set(self.by)) < len(self.by):
            yield ("by",), "a column stands there twice"
        if self.by is not None and self.share is not None:
            yield ("share",), "a share belongs to one slice; give it with 'where'"
        yield from self._bins()

    def _bins(self) -> Iterator[Fault]:
        if self.bins is None:
            return
        if self.by is None or len(self.by) != 1:
            yield ("bins",), "bins cut one column; name it with 'by'"
        if any(high <= low for low, high in zip(self.bins, self.bins[1:], strict=False)):
            yield ("bins",), f"edges must ascend, got {', '.join(f'{edge:g}' for edge in self.bins)}"


class KeyExamples(Part):
    """Examples that matter out of proportion."""

    name: Name = Field(description="Name of the set of examples.")
    ids: (
        Annotated[
            Annotated[Text, Tag(SCALAR)]
            | Annotated[Annotated[tuple[Label, ...], Field(min_length=1)], Tag(LIST)],
            ByShape,
        ]
        | None
    ) = Field(None, description="Text file with one id (of task.id) a line, or a list of ids.")
    where: Text | None = Field(None, description="SQL row condition, instead of ids.")

    def rules(self) -> Iterator[Fault]:
        """Ids or a condition."""
        if (self.ids is None) == (self.where is None):
            yield (), "key examples need 'ids' or 'where', one of them"
