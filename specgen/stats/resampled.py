"""Estimates of statistics that no influence describes: the bootstrap of rows, or of whole sampling units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.samples import Sample
from specgen.metrics.influence import Resampled
from specgen.stats.bootstrap import expanded, percentile_or_bc
from specgen.stats.estimate import Estimate, outer
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.moment_estimates import within, without_spread

REPLICATES = 1000
# Units beyond which random blocks of units are drawn in their place, which bounds time and memory: the
# variance of so many blocks is that of the units but for a few percent.
BLOCKS = 600


def resampled_estimate(
    found: Resampled, sample: Sample, low: float | None, high: float | None, seed: int
) -> Measured:
    """One model's value, by the bootstrap of its rows or units.

    Gates give half of the error rate of the lower bound to the choice of the threshold: a maximum over
    thresholds errs upwards, and with four rows beyond the best one no resample shows by how much.
    """
    if found.value is None:
        return undefined(found.reason or "undefined on these rows", len(sample))
    replicates = _replicates(found, _blocks(sample, (found,), seed), sample, seed)
    told = _estimate(found.value, replicates, found, sample, low, high)
    if told.shown is None:
        return told
    shown = told.shown
    return certain(replace(shown, lower=lambda alpha: shown.lower(alpha / 2)), shown)


def resampled_difference(
    mine: Resampled, theirs: Resampled, sample: Sample, low: float | None, high: float | None, seed: int
) -> Measured:
    """The first value minus the second's, both resampled on the same rows."""
    for found in (mine, theirs):
        if found.value is None:
            return undefined(found.reason or "undefined on these rows", len(sample))
    apart = float(mine.value or 0.0) - float(theirs.value or 0.0)
    blocks = _blocks(sample, (mine, theirs), seed)
    first, second = (_replicates(found, blocks, sample, seed) for found in (mine, theirs))
    return _estimate(apart, first - second, mine, sample, low, high)


def _estimate(
    value: float, replicates: FloatArray, found: Resampled, sample: Sample, low: float | None, high: float | None
) -> Measured:  # fmt: skip
    units, rarer = _units(found, sample)
    unseen = without_spread(value, rarer, low, high)
    finite = replicates[np.isfinite(replicates)]
    if 2 * len(finite) < len(replicates):
        return undefined("undefined in more than half of the bootstrap replicates", units)
    if finite.min() == finite.max():
        return certain(Estimate(value, units, unseen.method, unseen.lower, unseen.upper))
    # No replicate shows a row that the sample does not have.
    found_bounds = outer(expanded(percentile_or_bc(value, finite, units), rarer), unseen)
    return certain(within(Estimate(
        value, units, "bootstrap", found_bounds.lower, found_bounds.upper, float(finite.std()),
    ), low, high))  # fmt: skip


def _units(found: Resampled, sample: Sample) -> tuple[int, int]:
    """Independent units of all rows and of the rarer part."""
    if sample.copies is not None:
        parts_ = (
            [sample.copies] if found.part is None else [sample.copies[found.part], sample.copies[~found.part]]
        )
        return len(sample), max(min(int(one.sum()) for one in parts_), 1)
    unit = np.arange(len(sample)) if sample.unit is None else sample.unit
    parts = [unit] if found.part is None else [unit[found.part], unit[~found.part]]
    return len(np.unique(unit)), max(min(len(np.unique(one)) for one in parts), 1)


def _replicates(found: Resampled, block: IntArray, sample: Sample, seed: int) -> FloatArray:
    """Values (B,) of the statistic on rows drawn again, whole blocks at a time."""
    assert found.statistic is not None, "what has a value can be resampled"
    assert found.cell is not None, "what has a value can be resampled"
    if sample.copies is not None:
        return found.statistic(_drawn(BLOCKS, seed) @ _scattered(found, sample, seed))
    blocks = int(block.max()) + 1
    weight = np.bincount(
        block * found.cells + found.cell, weights=sample.weight, minlength=blocks * found.cells
    ).reshape(blocks, found.cells)
    return found.statistic(_drawn(blocks, seed) @ weight)


def _scattered(found: Resampled, sample: Sample, seed: int) -> FloatArray:
    """Weights (blocks, cells) of entries whose rows are alike, thrown into the blocks at random."""
    copies = np.asarray(sample.copies)
    thrown = np.random.default_rng([seed, len(copies)]).multinomial(copies, np.full(BLOCKS, 1 / BLOCKS))
    weight = np.zeros((found.cells, BLOCKS))
    np.add.at(weight, np.asarray(found.cell), thrown * (sample.weight / copies)[:, None])
    return weight.T


def _blocks(sample: Sample, models: Sequence[Resampled], seed: int) -> IntArray:
    """The block of each row: its unit, or where there are many one of random blocks of them.

    Rows are numbered by what they are, not by their order, which must not matter.
    """
    if sample.copies is not None:
        return np.zeros(0, dtype=np.int64)
    if sample.unit is None:
        order = np.argsort(sample.weight) if sample.weighted else np.arange(len(sample))
        for cell in (found.cell for found in models if found.cell is not None):
            # Cells are few, and small numbers are sorted by radix.
            order = order[np.argsort(cell[order].astype(np.uint16), kind="stable")]
        unit = np.empty(len(sample), dtype=np.int64)
        unit[order] = np.arange(len(sample))
    else:
        unit = np.unique(sample.unit, return_inverse=True)[1]
    units = int(unit.max()) + 1
    if units <= BLOCKS:
        return np.asarray(unit)
    return np.random.default_rng([seed, units]).permutation(units)[unit] % BLOCKS


@lru_cache(maxsize=2)
def _drawn(blocks: int, seed: int) -> FloatArray:
    """How often each block is drawn in each replicate (B, blocks); the same for every model of a slice."""
    rng = np.random.default_rng([seed, blocks])
    return rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=REPLICATES).astype(float)
