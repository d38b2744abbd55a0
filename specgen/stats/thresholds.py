"""The threshold that is worth most on some rows, and all those that are not shown to be worse.

To say yes to the rows between two thresholds pays where the share of positive ones among them is above
the break-even share (Elkan 2001, The foundations of cost-sensitive learning, IJCAI), so that whether one
threshold is better than another is a binomial test on the rows between them: exact, however few and
lopsided they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.samples import Sample
from specgen.engine.straight import BINS
from specgen.engine.thresholded import cutting

UNIFORM, SPREAD = 51, 46
DRAWS = 1000
LEVEL = 0.975
ROUNDING = 1e-9


@dataclass(frozen=True)
class Cut:
    """The d distinct scores, rising: `entry` (n,) is each entry's place among them.

    A threshold in (`above[k]`, `upto[k]`] is positive from the k-th score on, (d + 1,); the last one never.
    """

    entry: IntArray
    above: FloatArray
    upto: FloatArray


def cut(sample: Sample) -> Cut:
    """Where thresholds can cut the rows apart; those of a histogram only at the edges of its bins."""
    score, entry = np.unique(sample["score"], return_inverse=True)
    half = 0.0 if sample.copies is None else 0.5 / BINS
    return Cut(entry.reshape(-1), np.append(-1.0, score + half), np.append(score - half, 1.0))


def best_threshold(sample: Sample, gains: tuple[float, float], in_use: float) -> float:
    """The threshold in [0, 1] that is worth most: `in_use` if no other is better, else one of few digits.

    `gains` are what a yes instead of a no is worth on a positive and on a negative row. Of several that
    are worth the same, the one nearest to `in_use`.
    """
    cuts = cut(sample)
    gain = sample.weight * np.where(sample["label"] == 1, *gains)
    by_score = np.bincount(cuts.entry, weights=gain)
    worth = np.append(by_score[::-1].cumsum()[::-1], 0.0)
    possible = cuts.above < 1
    best = worth[possible].max()
    tied = np.flatnonzero(possible & (worth >= best - ROUNDING * np.abs(gain).sum()))
    far = np.maximum(np.maximum(cuts.above[tied] - in_use, in_use - cuts.upto[tied]), 0.0)
    k = int(tied[far.argmin()])
    within = cuts.above[k] < in_use <= cuts.upto[k]
    return in_use if within else plain_number(float(cuts.above[k]), float(cuts.upto[k]))


def plain_number(above: float, upto: float) -> float:
    """The number with the fewest decimals in (above, upto], near the middle; 0 where nothing lies below."""
    if above < 0:
        return 0.0
    for digits in range(1, 16):
        found = round((above + upto) / 2, digits)
        if above < found <= upto:
            return found
    return upto


def threshold_grid(sample: Sample, more: Sequence[float]) -> FloatArray:
    """About a hundred thresholds, rising: even steps, and where the scores lie; `more` are among them."""
    cuts = cut(sample)
    rows = np.bincount(cuts.entry, weights=sample.weight).cumsum()
    places = np.searchsorted(rows, np.linspace(0, rows[-1], SPREAD, endpoint=False), side="right")
    by_rows = [plain_number(float(cuts.above[k]), float(cuts.upto[k])) for k in np.unique(places)]
    return np.unique(np.concatenate([np.linspace(0, 1, UNIFORM).round(6), by_rows, list(more)]))


@dataclass(frozen=True)
class _Between:
    """Sums over the rows below each threshold of a grid, (k,): all, the positive ones, and their noise."""

    rows: FloatArray
    positive: FloatArray
    noise: FloatArray


def not_worse(
    sample: Sample, grid: FloatArray, squares: FloatArray, break_even: float, confidence: float, seed: int
) -> FloatArray:
    """Those thresholds of a rising grid that no other one is shown to be better than.

    With `confidence` the truly best of them is there: multiple comparisons with the best (Hsu 1981,
    Annals of Statistics 9:1026), each by the exact binomial tail, at the level at which the largest of
    the comparisons with one threshold, a walk over the rows on both sides of it, errs that seldom.
    `squares` (n,) are the sums of the squared row weights of the entries. Weights and sampling units
    count by the effective number of rows (Kish 1965; Korn and Graubard 1998).
    """
    below = _below(sample, grid, squares)
    walks = np.random.default_rng(seed).standard_normal((DRAWS, len(grid)))
    walks = (walks * np.sqrt(np.diff(below.noise, prepend=0.0))).cumsum(axis=1)
    kept = [
        bool(_better(below, k, break_even).min() >= _level(below, walks, k, confidence))
        for k in range(len(grid))
    ]
    return np.asarray(grid[np.array(kept)])


def _below(sample: Sample, grid: FloatArray, squares: FloatArray) -> _Between:
    place = np.searchsorted(cutting(sample, grid), sample["score"], side="right")
    positive = sample["label"] == 1

    def below(values: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(place, weights=values, minlength=len(grid) + 1).cumsum()[:-1])

    return _Between(
        below(sample.weight),
        below(np.where(positive, sample.weight, 0.0)),
        below(squares) * _design_effect(sample, place),
    )


def _design_effect(sample: Sample, place: IntArray) -> float:
    """How much more the labels vary than those of independent rows of such scores, at least 1.

    From the labels' distances to the share of positive rows with about the same score; few units count
    for less as their t is wider.
    """
    if sample.unit is None:
        return 1.0
    _, unit = np.unique(sample.unit, return_inverse=True)
    rows = np.bincount(place, weights=sample.weight)
    share = np.bincount(place, weights=sample.weight * sample["label"]) / np.where(rows > 0, rows, 1.0)
    apart = sample.weight * (sample["label"] - share[place])
    single, units = float((apart**2).sum()), float((np.bincount(unit, weights=apart) ** 2).sum())
    freedom = max(int(unit.max()), 1)
    few = float(special.stdtrit(freedom, LEVEL) / special.ndtri(LEVEL)) ** 2
    return max(units / single if single > 0 else 1.0, 1.0) * few


def _better(below: _Between, k: int, break_even: float) -> FloatArray:
    """How likely each threshold would look so much better than the k-th if it were no better, (k,)."""
    rows = np.abs(below.rows - below.rows[k])
    noise = np.abs(below.noise - below.noise[k])
    effective = np.divide(rows**2, noise, out=np.zeros_like(rows), where=noise > 0)
    share = np.divide(
        np.abs(below.positive - below.positive[k]), rows, out=np.zeros_like(rows), where=rows > 0
    )
    hits = share * effective
    misses = effective - hits
    many = np.where(hits > 0, special.betainc(np.maximum(hits, 1e-9), misses + 1, break_even), 1.0)
    few = np.where(misses > 0, special.betaincc(hits + 1, np.maximum(misses, 1e-9), break_even), 1.0)
    lower = np.arange(len(rows)) < k
    return np.where(effective > 0, np.where(lower, many, few), 1.0)


def _level(below: _Between, walks: FloatArray, k: int, confidence: float) -> float:
    """The error rate of one comparison at which all those with the k-th threshold err 1 − confidence."""
    spread = np.sqrt(np.abs(below.noise - below.noise[k]))
    apart = np.divide(walks - walks[:, [k]], spread, out=np.zeros_like(walks), where=spread > 0)
    return float(special.ndtr(-np.quantile(apart.max(axis=1), confidence)))
