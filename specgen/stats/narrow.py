"""Outcome cells of the models in question alone, so that costs do not grow with the models beside them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from specgen.engine.cells import FloatArray, OutcomeCells


@lru_cache(maxsize=16)
def narrowed(cells: OutcomeCells, models: tuple[str, ...]) -> OutcomeCells:
    """The cells by label and the predictions of these models, in which all others are added up."""
    outcomes = np.stack([cells.label, *(cells.predictions[model] for model in models)])
    distinct, cell = np.unique(outcomes, axis=1, return_inverse=True)
    cell = cell.reshape(-1)

    def added(values: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(cell, weights=values, minlength=distinct.shape[1]), dtype=float)

    return replace(
        cells, label=distinct[0],
        predictions={model: distinct[1 + i] for i, model in enumerate(models)},
        count=added(cells.count.astype(float)).astype(np.int64),
        weight=added(cells.weight), weight2=added(cells.weight2), weight3=added(cells.weight3),
        units=replace(cells.units, cell=cell[cells.units.cell]) if cells.units else None,
    )  # fmt: skip
