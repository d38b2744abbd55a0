"""Quantiles and means of a series of measurements in time, such as latencies, which depend on those before.

Calls that follow each other are alike: another process, a warm cache or a slower clock lasts longer than
one call. Consecutive calls are therefore put into blocks of equal length, and the blocks are the sampling
units (batch means: Schmeiser 1982, Batch size effects in the analysis of simulation output, Operations
Research 30:556, who finds 10 to 30 of them enough). What lasts longer than a block is not seen.
"""

from __future__ import annotations

import math

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.samples import Sample
from specgen.metrics.influence import Quantile
from specgen.stats.estimate import Estimate
from specgen.stats.linearised import linearised_t
from specgen.stats.measured import Measured
from specgen.stats.quantiles import quantile_estimate

BLOCKS = 20
FEWEST_A_BLOCK = 5


def series_quantile(values: FloatArray, share: float, block: IntArray | None = None) -> Measured:
    """A quantile of values (n,) in the order of time, by order statistics.

    The binomial has the effective number of values, by the variance between `block`s (n,), 20 consecutive
    ones unless given (Woodruff 1952, see `specgen.stats.quantiles`). Fewer than 100 values are taken as
    independent, with exact bounds. A bound that so few values cannot give is infinite.
    """
    if block is None and len(values) >= BLOCKS * FEWEST_A_BLOCK:
        block = blocks(len(values))
    sample = Sample({}, np.ones(len(values)), block, weighted=False)
    return quantile_estimate(Quantile(values, share), sample, 0.0, None)


def blocks(count: int) -> IntArray:
    """Numbers of the 20 blocks that so many values in time are put into."""
    return np.arange(count) * BLOCKS // count


def series_mean(values: FloatArray) -> Estimate:
    """The mean of values (n,) ≥ 0 in the order of time: batch means of up to 20 blocks, with t.

    Hall's correction makes t one-sided right for skewed blocks (see `specgen.stats.linearised`). Values that
    do not fill the last block are left out. One value has infinite bounds.
    """
    count = min(BLOCKS, len(values))
    length = len(values) // count
    means = values[: count * length].reshape(count, length).mean(axis=1)
    mean = float(means.mean())
    apart = (means - mean) / count
    found = linearised_t(mean, float((apart**2).sum()), float((apart**3).sum()), count)
    return Estimate(
        mean, count, "batch_means", lambda alpha: max(found.lower(alpha), 0.0), found.upper, found.se
    )


def reciprocal(estimate: Estimate) -> Estimate:
    """One over a positive estimate: rows a second from seconds a row."""

    def inverse(value: float) -> float:
        return math.inf if value <= 0 else 1 / value

    return Estimate(
        inverse(estimate.value), estimate.n, estimate.method,
        lambda alpha: inverse(estimate.upper(alpha)), lambda alpha: inverse(estimate.lower(alpha)),
    )  # fmt: skip


def scaled(estimate: Estimate, by: float) -> Estimate:
    """The estimate times a positive constant."""
    se = None if estimate.se is None else estimate.se * by
    return Estimate(
        estimate.value * by, estimate.n, estimate.method,
        lambda alpha: estimate.lower(alpha) * by, lambda alpha: estimate.upper(alpha) * by, se,
    )  # fmt: skip
