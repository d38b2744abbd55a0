"""Estimates of overlapping slices drawn together, and how often each comes first.

The multiplier bootstrap (van der Vaart and Wellner 1996, Weak Convergence and Empirical Processes, §2.9):
with influences z_i of the rows, Σ ξ_i z_i over independent normal ξ_i has the variance and the
covariances of the estimates. Rows of a unit share their ξ, and so do random blocks of units, which
bounds its cost and leaves each correlation uncertain by about 1/√blocks. Variances are not taken from
there: draws are standard normal in each slice, and are put on the scale of its own interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.shared import SharedRows
from specgen.stats.shrinkage import FEWEST, normal_prior

DRAWS = 1000
Draws = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Ranked:
    """Probabilities (S,) that a slice has the largest potential of all, and of its family; NaN: no rank."""

    of_all: FloatArray
    of_family: FloatArray


@dataclass(frozen=True, eq=False)
class Gaps:
    """Gaps (S,) with their intervals, `z` standard errors wide to each side, and their slices' shares.

    `apart` (S,) is the part of each gap's variance that is not of these rows: of a published number.
    `family` (S,) numbers the slices that were declared together.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    z: float
    share: FloatArray
    share_se: FloatArray
    apart: FloatArray
    family: IntArray


def directions(shared: SharedRows, influence: FloatArray | None, seed: int) -> FloatArray:
    """Unit vectors (S, blocks) whose products are the correlations of the slices' estimates.

    `influence` (n,) is each row's, NaN where it does not count; without it only common rows tell.
    """
    rng = np.random.default_rng([seed, 2])
    if influence is None:
        # Random signs: what two slices have in common is then what their rows have.
        influence = rng.choice([-1.0, 1.0], int(shared.unit.max()) + 1)[shared.unit]
        return _unit_vectors(_blocked(shared, influence * shared.weight), rng)
    counts = np.isfinite(influence)
    known, weight = np.where(counts, influence, 0.0), np.where(counts, shared.weight, 0.0)
    centre = np.zeros(len(shared.names))
    for part in shared.parts:
        moved, total = (
            np.bincount(part.place + 1, weights=values, minlength=part.size + 1)[1:]
            for values in (weight * known, weight)
        )
        centre[part.start : part.start + part.size] = moved / np.where(total > 0, total, 1.0)
    sums, sizes = _blocked(shared, weight * known), _blocked(shared, weight)
    return _unit_vectors(sums - centre[:, None] * sizes, rng)


def share_directions(shared: SharedRows, seed: int) -> tuple[FloatArray, FloatArray]:
    """The same of the slices' shares of the rows, and the shares' standard errors (S,)."""
    sizes = _blocked(shared, shared.weight)
    every = np.bincount(shared.block, weights=shared.weight, minlength=shared.blocks)
    share = sizes.sum(1) / every.sum()
    moved = sizes - share[:, None] * every
    inflation = shared.blocks / max(shared.blocks - 1, 1) * len(shared) / max(shared.rows, 1)
    se = np.sqrt((moved**2).sum(1) * inflation) / every.sum()
    return _unit_vectors(moved, np.random.default_rng([seed, 3])), se


def _blocked(shared: SharedRows, values: FloatArray) -> FloatArray:
    """Sums (S, blocks) of row values over each slice's rows of each block."""
    found = np.zeros((len(shared.names), shared.blocks))
    for part in shared.parts:
        # Row 0 takes what is in no slice of the part.
        cell = (part.place + 1) * shared.blocks + shared.block
        sums = np.bincount(cell, weights=values, minlength=(part.size + 1) * shared.blocks)
        found[part.start : part.start + part.size] = sums.reshape(-1, shared.blocks)[1:]
    return found


def _unit_vectors(sums: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Rows at length 1; where no row moves a slice, in a direction of its own."""
    length = np.sqrt((sums**2).sum(1, keepdims=True))
    still = length[:, 0] <= 1e-12 * max(float(length.max(initial=0.0)), 1e-300)
    if still.any():
        sums = sums.copy()
        sums[still] = rng.standard_normal((int(still.sum()), sums.shape[1]))
        length = np.sqrt((sums**2).sum(1, keepdims=True))
    return np.asarray(sums / length)


def drawn(direction: FloatArray, apart: FloatArray | None, seed: int) -> Draws:
    """Standard normal draws (S, B) with the correlations of the directions, and own ones for the part `apart` (S,)."""
    together = direction.astype(np.float32) @ _multipliers(direction.shape[1], seed)
    if apart is None or not apart.any():
        return np.asarray(together)
    alone = np.random.default_rng([seed, 6]).standard_normal(together.shape, np.float32)
    part = apart.astype(np.float32)[:, None]
    return np.asarray(np.sqrt(1 - part) * together + np.sqrt(part) * alone)


@lru_cache(maxsize=4)
def _multipliers(blocks: int, seed: int) -> Draws:
    """The ξ (blocks, B), the same for all metrics and baselines of a split: making them costs more than using them."""
    return np.random.default_rng([seed, 5]).standard_normal((blocks, DRAWS), np.float32)


def first(gaps: Gaps, noise: Draws, share_noise: Draws) -> Ranked:
    """How likely each slice is the one with the largest potential, by draws (S, B) of gaps and of shares.

    Gaps of four slices or more are drawn around what is left of them once chance is allowed for (Morris
    1983, JASA 78:47), family by family: the largest of many noisy gaps is too large, and a bootstrap
    around it would be too sure of it. A slice whose interval has no end has no rank.
    """
    ranked = np.isfinite(gaps.low) & np.isfinite(gaps.high) & np.isfinite(gaps.value)
    nothing = np.full(len(gaps.value), np.nan)
    if ranked.sum() < 2:
        return Ranked(nothing, nothing.copy())
    potential = _potentials(gaps, np.flatnonzero(ranked), noise, share_noise)
    of_all, of_family = nothing.copy(), nothing.copy()
    of_all[ranked] = _first(potential)
    family = gaps.family[ranked]
    where = np.flatnonzero(ranked)
    for one in np.unique(family):
        inside = family == one
        if inside.sum() > 1:
            of_family[where[inside]] = _first(potential[inside])
    return Ranked(of_all, of_family)


def _potentials(gaps: Gaps, chosen: IntArray, noise: Draws, share_noise: Draws) -> Draws:
    value, low, high = (one[chosen] for one in (gaps.value, gaps.low, gaps.high))
    kept, scale = drawn_in(value, (high - low) / (2 * gaps.z), pools(gaps.family[chosen]))
    ends = [np.asarray(x * scale / gaps.z, dtype=np.float32)[:, None] for x in (high - value, value - low)]
    z = noise[chosen]
    gap = kept.astype(np.float32)[:, None] + z * np.where(z > 0, ends[0], ends[1])
    share = gaps.share[chosen].astype(np.float32)[:, None]
    moved = gaps.share_se[chosen].astype(np.float32)[:, None] * share_noise[chosen]
    return np.asarray(np.maximum(gap, 0) * np.maximum(share + moved, 0))


def pools(family: IntArray) -> list[IntArray]:
    """Positions of slices that are drawn towards each other: each family of four or more, and all others together."""
    sizes = np.bincount(family)
    large = np.flatnonzero(sizes >= FEWEST)
    rest = np.flatnonzero(sizes[family] < FEWEST)
    found = [np.flatnonzero(family == one) for one in large]
    return [*found, rest] if len(rest) >= FEWEST else found


def drawn_in(
    value: FloatArray, se: FloatArray, together: Sequence[IntArray]
) -> tuple[FloatArray, FloatArray]:
    """Values (S,) drawn towards their pool's mean, and the factor (S,) by which their standard errors shrink."""
    kept, scale = value.copy(), np.ones(len(value))
    for pool in together:
        noisy = pool[se[pool] > 0]
        if len(noisy) < FEWEST:
            continue
        variance = se[noisy] ** 2
        mean, spread = normal_prior(value[noisy], variance)
        part = variance / (variance + spread) * (len(noisy) - 3) / (len(noisy) - 1)
        kept[noisy] += part * (mean - value[noisy])
        scale[noisy] = np.sqrt(1 - part)
    return kept, scale


def _first(potential: Draws) -> FloatArray:
    """Share of the draws (S, B) in which each slice is the largest, above 0; ties are divided."""
    largest = potential.max(0)
    top = (potential == largest) & (largest > 0)
    return np.asarray((top / np.maximum(top.sum(0), 1)).mean(1), dtype=float)
