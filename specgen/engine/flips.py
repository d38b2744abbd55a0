"""How many rows of each slice a model breaks and mends beside a baseline: counts, whatever rows weigh."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from specgen.engine.groups import groups
from specgen.inputs.rows import Rows


class FlipCount(NamedTuple):
    """Rows of a slice, those on which both models have an answer, and of these the ones broken and mended."""

    rows: int
    compared: int
    broken: int
    mended: int


def flip_counts(rows: Rows, broken: str, mended: str) -> Iterator[tuple[str, FlipCount]]:
    """Slice name and counts, of every slice that has rows; `broken` and `mended` are columns of the rows table."""
    for group in groups(rows):
        found = rows.connection.execute(
            f"SELECT {group.key} AS key, count(*), count({broken}), count_if({broken} = 1), count_if({mended} = 1)"
            f" FROM {rows.table} WHERE {group.where} GROUP BY key ORDER BY key"
        ).fetchall()
        for key, *counts in found:
            yield group.slice_name(int(key)), FlipCount(*map(int, counts))
