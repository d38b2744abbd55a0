"""A split's rows by what a score makes of them at several thresholds: outcome cells, as of several models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from specgen.engine.cells import WHOLE, FloatArray, IntArray, OutcomeCells, SplitCells, UnitCells
from specgen.engine.samples import Sample
from specgen.engine.straight import BINS

BoolArray = NDArray[np.bool_]


def thresholded(cells: SplitCells, sample: Sample, thresholds: Mapping[str, float]) -> SplitCells:
    """The whole split with each threshold as a model that is positive from it on.

    `sample` has the rows' `label` (1 or 0) and `score`. Whatever measures and compares models then
    measures and compares thresholds, with the same methods.
    """
    cuts = cutting(sample, np.array(list(thresholds.values())))
    score = sample["score"]
    return predicted(cells, sample, {name: score >= at for name, at in zip(thresholds, cuts, strict=True)})


def predicted(cells: SplitCells, sample: Sample, positive: Mapping[str, BoolArray]) -> SplitCells:
    """The whole split with models that are positive where `positive` (n,) of each says so, 60 at most."""
    label = sample["label"].astype(np.int64)
    predictions = {name: chosen.astype(np.int64) for name, chosen in positive.items()}
    # One number a row, of which each outcome is a bit: sorting numbers is far quicker than sorting columns.
    bits = np.arange(1 + len(predictions))
    codes = sum(part << k for k, part in zip(bits, [label, *predictions.values()], strict=True))
    found, cell = np.unique(codes, return_inverse=True)
    distinct = found >> bits[:, None] & 1

    def total(values: FloatArray | IntArray | None) -> FloatArray:
        return np.asarray(np.bincount(cell, weights=values, minlength=distinct.shape[1]), dtype=float)

    whole = OutcomeCells(
        label=distinct[0], predictions={name: distinct[1 + k] for k, name in enumerate(predictions)},
        count=total(sample.copies).astype(np.int64), weight=total(sample.weight),
        weight2=total(power_of_weights(cells, sample, 2)), weight3=total(power_of_weights(cells, sample, 3)),
        weighted=cells.weighted, units=_units(sample, cell, distinct.shape[1]),
    )  # fmt: skip
    return replace(
        cells, models=tuple(positive), partial=frozenset(), outcomes={WHOLE: whole}, moments={},
        samples=None, of_label={}, memory={},
    )  # fmt: skip


def cutting(sample: Sample, thresholds: FloatArray) -> FloatArray:
    """The thresholds as they can cut the entries: rows of a histogram at the lower edge of the bin they lie in."""
    return thresholds if sample.copies is None else np.floor(thresholds * BINS) / BINS


def power_of_weights(cells: SplitCells, sample: Sample, power: int) -> FloatArray:
    """Sum of the squares or cubes of the row weights that each entry stands for, (n,).

    Of entries that stand for several rows only the sum of the weights is known: the rows are taken to
    share it alike, and all of it is scaled to what is known of the whole split.
    """
    if sample.copies is None:
        return np.asarray(sample.weight**power)
    found = sample.weight * (sample.weight / sample.copies) ** (power - 1)
    whole = cells.outcomes[WHOLE]
    return np.asarray(found * ((whole.weight2 if power == 2 else whole.weight3).sum() / found.sum()))


def _units(sample: Sample, cell: IntArray, cells: int) -> UnitCells | None:
    """Weight of each pair of a sampling unit and a cell."""
    if sample.unit is None:
        return None
    names, unit = np.unique(sample.unit, return_inverse=True)
    pairs, pair = np.unique(unit * cells + cell, return_inverse=True)
    weight = np.asarray(np.bincount(pair, weights=sample.weight), dtype=float)
    return UnitCells(pairs // cells, pairs % cells, weight, len(names))
