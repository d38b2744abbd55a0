"""How the pass is divided: the whole split and each mask by a filter, each family by a group-by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from specgen.engine.cells import WHOLE, IntArray
from specgen.inputs.rows import Family, Rows


@dataclass(frozen=True)
class Group:
    """One query's share of the slices: the rows that pass `where`, apart by the integer column `key`."""

    where: str
    key: str
    family: Family | None
    name: str

    def slices(self, key: Any) -> Iterator[tuple[str, IntArray]]:
        """Name and positions of each slice in a column of key values, in the order of the keys."""
        codes = np.asarray(key, dtype=np.int64)
        order = np.argsort(codes, kind="stable")
        distinct, starts = np.unique(codes[order], return_index=True)
        for code, positions in zip(distinct, np.split(order, starts[1:]), strict=True):
            yield self.slice_name(int(code)), positions

    def slice_name(self, code: int) -> str:
        """The name of the slice with a value of the key."""
        return self.family.slice_name(code) if self.family else self.name


def groups(rows: Rows) -> Iterator[Group]:
    """The queries that cover every slice of a split."""
    yield Group("true", "0", None, WHOLE)
    for mask in rows.masks:
        yield Group(mask.column, "0", None, mask.name)
    for family in rows.families:
        yield Group("true", family.column, family, family.name)
