"""Rows → labels and scores of a slice, for the exact rank statistics (AUC and DeLong)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from specgen.engine.cells import RankRows
from specgen.engine.groups import Group, groups
from specgen.inputs.rows import Rows


def rank_rows(rows: Rows) -> dict[str, RankRows]:
    """Labels and scores of every slice of the split, by slice name."""
    return {name: ranked for group in groups(rows) for name, ranked in _collapse(rows, group)}


def _collapse(rows: Rows, group: Group) -> Iterator[tuple[str, RankRows]]:
    scored = [model for model in rows.models if model in rows.scored]
    columns = ["label", *(f"s{rows.index(model)}" for model in scored), *(["unit"] if rows.clustered else [])]
    fetched = rows.connection.execute(
        f"SELECT {group.key} AS key, {', '.join(columns)} FROM {rows.table} WHERE {group.where}"
    ).fetchnumpy()
    if len(fetched["key"]):
        for name, chosen in group.slices(fetched["key"]):
            yield (
                name,
                RankRows(
                    label=np.asarray(fetched["label"][chosen], dtype=np.int64),
                    scores={m: np.asarray(fetched[f"s{rows.index(m)}"][chosen], dtype=float) for m in scored},
                    unit=np.asarray(fetched["unit"][chosen], dtype=np.int64) if rows.clustered else None,
                ),
            )
