"""Rows → outcome cells: counts and weights by label and the predictions of every model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from specgen.engine.cells import FloatArray, IntArray, OutcomeCells, UnitCells
from specgen.engine.groups import Group, groups
from specgen.inputs.rows import Rows


def outcome_cells(rows: Rows) -> dict[str, OutcomeCells]:
    """Outcome cells of every slice of the split, by slice name."""
    return {name: cells for group in groups(rows) for name, cells in _collapse(rows, group)}


def _collapse(rows: Rows, group: Group) -> Iterator[tuple[str, OutcomeCells]]:
    by = ["label", *(f"p{i}" for i in range(len(rows.models))), *(["unit"] if rows.clustered else [])]
    fetched = rows.connection.execute(
        f"SELECT {group.key} AS key, {', '.join(by)}, count(*)::BIGINT AS n,"
        " sum(weight) AS w, sum(weight ** 2) AS w2, sum(weight ** 3) AS w3"
        f" FROM {rows.table} WHERE {group.where} GROUP BY ALL"
    ).fetchnumpy()
    if len(fetched["key"]):
        for name, chosen in group.slices(fetched["key"]):
            yield name, _cells(rows, {column: values[chosen] for column, values in fetched.items()})


def _codes(column: Any) -> IntArray:
    """Codes with -1 for NULL."""
    return np.asarray(np.ma.filled(np.ma.asarray(column).astype(np.int64), -1))


def _cells(rows: Rows, columns: dict[str, Any]) -> OutcomeCells:
    outcomes = np.stack([_codes(columns[c]) for c in ("label", *(f"p{i}" for i in range(len(rows.models))))])
    distinct, cell = np.unique(outcomes, axis=1, return_inverse=True)
    cell = cell.reshape(-1)

    def total(column: str) -> FloatArray:
        values = np.asarray(columns[column], dtype=float)
        return np.asarray(np.bincount(cell, weights=values, minlength=distinct.shape[1]), dtype=float)

    units = None
    if rows.clustered:
        names, unit = np.unique(_codes(columns["unit"]), return_inverse=True)
        units = UnitCells(unit, cell, np.asarray(columns["w"], dtype=float), len(names))
    return OutcomeCells(
        label=distinct[0],
        predictions={model: distinct[1 + i] for i, model in enumerate(rows.models)},
        count=total("n").astype(np.int64),
        weight=total("w"), weight2=total("w2"), weight3=total("w3"),
        weighted=rows.weighted, units=units,
    )  # fmt: skip
