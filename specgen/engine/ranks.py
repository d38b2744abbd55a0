"""Rows → labels and scores of a slice, for the exact rank statistics (AUC and DeLong)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from specgen.engine.cells import IntArray, RankRows
from specgen.engine.groups import Group, groups
from specgen.inputs.rows import Rows


def rank_rows(rows: Rows) -> dict[str, RankRows]:
    """Labels and scores of every slice of the split, by slice name.

    All rows are fetched once and sorted by the first model's score, so that ranking it on each slice
    finds them in order already.
    """
    scored = [model for model in rows.models if model in rows.scored]
    scores = [f"s{rows.index(model)}" for model in scored]
    keys = [mask.column for mask in rows.masks] + [family.column for family in rows.families]
    columns = ["label", *scores, *keys, *(["unit"] if rows.clustered else [])]
    fetched = rows.connection.execute(f"SELECT {', '.join(columns)} FROM {rows.table}").fetchnumpy()
    order = np.argsort(fetched[scores[0]], kind="stable")
    ordered = {column: np.asarray(values)[order] for column, values in fetched.items()}
    return {
        name: _ranked(rows, ordered, scored, chosen)
        for group in groups(rows)
        for name, chosen in _slices(group, ordered)
    }


def _slices(group: Group, columns: dict[str, Any]) -> Iterator[tuple[str, IntArray]]:
    """Names and positions of a group's slices that have rows."""
    if group.family is not None:
        yield from group.slices(columns[group.family.column])
        return
    chosen = (
        np.flatnonzero(columns[group.where]) if group.where in columns else np.arange(len(columns["label"]))
    )
    if len(chosen):
        yield group.name, chosen


def _ranked(rows: Rows, columns: dict[str, Any], scored: list[str], chosen: IntArray) -> RankRows:
    return RankRows(
        label=np.asarray(columns["label"][chosen], dtype=np.int64),
        scores={m: np.asarray(columns[f"s{rows.index(m)}"][chosen], dtype=float) for m in scored},
        unit=np.asarray(columns["unit"][chosen], dtype=np.int64) if rows.clustered else None,
    )
