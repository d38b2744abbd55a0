"""Estimates from outcome cells: proportions, and any other function of the cells' counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from specgen.engine.cells import FloatArray, IntArray, OutcomeCells
from specgen.metrics.outcomes import Share, ratio
from specgen.stats.bootstrap import multinomial_bca, resample_cells
from specgen.stats.cell_influences import cell_influences
from specgen.stats.effective import effective_n
from specgen.stats.estimate import Estimate, outer
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.moment_estimates import within, without_spread
from specgen.stats.paired import tango
from specgen.stats.proportion import clopper_pearson, wilson
from specgen.stats.scale import curved_t

if TYPE_CHECKING:
    from specgen.metrics.outcomes import BoolArray

REPLICATES = 2000
BLOCK = 256

Statistic = Callable[[FloatArray], FloatArray]


def proportion_estimate(share: Share, cells: OutcomeCells, valid: BoolArray) -> Measured:
    """A proportion over the valid cells (masks (C,)): Wilson's interval to show, Clopper-Pearson's to decide.

    With weights or sampling units both are taken at the effective sample size (Korn and Graubard
    1998, Confidence intervals for proportions with small expected number of positive counts).
    """
    trial = share.trial & valid
    n = int(cells.count[trial].sum())
    if n == 0 or cells.weight[trial].sum() == 0:
        return undefined("no row counts for it")
    if not cells.weighted and cells.units is None:
        successes = int(cells.count[share.success & trial].sum())
        return certain(clopper_pearson(successes, n), wilson(successes, n))
    value = float(cells.weight[share.success & trial].sum() / cells.weight[trial].sum())
    moved = cell_influences(share_statistic(share), cells, trial)
    effective = effective_n(
        value, moved.squares, moved.sizes, moved.units, float(n), clustered=cells.units is not None
    )
    exact, shown = clopper_pearson(value * effective, effective), wilson(value * effective, effective)
    named = [
        replace(e, value=value, n=moved.units, method=f"{e.method}, effective n") for e in (exact, shown)
    ]
    if cells.units is None or not moved.squares > 0:
        return certain(named[0], named[1])
    # The effective n is itself uncertain where few units have the failures; t over the units knows that.
    linear = curved_t(value, moved.squares, moved.cubes, moved.units, moved.sizes, moved.curve, 0.0, 1.0)
    return certain(outer(named[0], linear), named[1])


def share_statistic(share: Share) -> Statistic:
    """The proportion as a function of counts (..., C)."""
    return lambda counts: ratio(
        counts[..., share.success & share.trial].sum(-1), counts[..., share.trial].sum(-1)
    )


def paired_proportion(first: Share, second: Share, cells: OutcomeCells, valid: BoolArray) -> Measured | None:
    """Difference of two proportions over the same rows by Tango's score interval.

    None where that does not apply: other trials for each model, weights or sampling units.
    """
    trial = first.trial & valid
    if cells.weighted or cells.units is not None or (trial != (second.trial & valid)).any():
        return None
    n = int(cells.count[trial].sum())
    if n == 0:
        return undefined("no row counts for it")
    only_first = int(cells.count[trial & first.success & ~second.success].sum())
    only_second = int(cells.count[trial & ~first.success & second.success].sum())
    return certain(tango(only_first, only_second, n))


def counts_estimate(
    statistic: Statistic, cells: OutcomeCells, valid: BoolArray, bearing: int, seed: int,
    low: float | None, high: float | None,
) -> Measured:  # fmt: skip
    """Any function of the counts of the valid cells: BCa bootstrap, or linearised with weights or units.

    `bearing` counts the rows that bear on the statistic (those of a rare label, not all the others):
    where every resample says the same, the bounds rest on these alone.
    """
    kept = np.where(valid, cells.weight, 0.0)
    value = float(statistic(kept))
    n = int(cells.count[valid].sum())
    if not np.isfinite(value):
        return undefined("undefined on these rows: its denominator is 0", n)
    if cells.weighted or cells.units is not None:
        return certain(_linearised(statistic, value, cells, valid, bearing, low, high))
    counts = np.where(valid, cells.count, 0)
    values = statistic(_resampled(cells, valid.tobytes(), seed))
    if np.isnan(values).mean() > 0.5:
        return undefined("undefined in most resamples of these few rows", n)
    if np.nanmin(values) == np.nanmax(values):
        return certain(replace(without_spread(value, max(bearing, 1), low, high), n=n))
    return certain(within(multinomial_bca(value, values, _jackknife(statistic, counts), counts), low, high))


def paired_counts_estimate(
    statistic: Statistic, cells: OutcomeCells, valid: BoolArray, bearing: int, seed: int,
    low: float | None, high: float | None,
) -> Measured:  # fmt: skip
    """A difference of two models' functions of the counts: the wider of BCa and linearised bounds.

    Where few rows tell the models apart, and all the same way, no resample ever shows the other way,
    and the bootstrap's bound stops at exactly no difference; t over the rows does not.
    """
    found = counts_estimate(statistic, cells, valid, bearing, seed, low, high)
    if found.decision is None or not found.decision.method.startswith("multinomial_bca"):
        return found
    linear = _linearised(statistic, found.decision.value, cells, valid, bearing, low, high)
    return certain(outer(found.decision, linear))


@lru_cache(maxsize=8)
def _resampled(cells: OutcomeCells, valid: bytes, seed: int) -> FloatArray:
    """Bootstrap replicates (B, C) of the counts of the valid cells."""
    counts = np.where(np.frombuffer(valid, dtype=bool), cells.count, 0)
    rng = np.random.default_rng([seed, int(counts.sum()), len(counts)])
    return resample_cells(counts, REPLICATES, rng).astype(float)


def _jackknife(statistic: Statistic, counts: IntArray) -> FloatArray:
    """The statistic with one row of each cell left out, (C,), a block of cells at a time."""
    blocks = []
    for start in range(0, len(counts), BLOCK):
        cells = np.arange(start, min(start + BLOCK, len(counts)))
        less = np.tile(counts.astype(float), (len(cells), 1))
        less[np.arange(len(cells)), cells] -= counts[cells] > 0
        blocks.append(statistic(less))
    return np.concatenate(blocks)


def _linearised(
    statistic: Statistic, value: float, cells: OutcomeCells, valid: BoolArray, bearing: int,
    low: float | None, high: float | None,
) -> Estimate:  # fmt: skip
    moved = cell_influences(statistic, cells, valid)
    if moved.squares <= 0:
        return replace(without_spread(value, max(min(bearing, moved.units), 1), low, high), n=moved.units)
    found = curved_t(value, moved.squares, moved.cubes, moved.units, moved.sizes, moved.curve, low, high)
    return within(found, low, high)
