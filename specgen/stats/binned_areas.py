"""Areas under the ROC curve of many slices at once, off their histograms of score and label.

The same as `stats.influenced` gives of each: DeLong's placements (1988, Biometrics 44:837) are running sums
over bins, bounds are t's on the logit scale, corrected for skewness and curvature.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from specgen.engine.cells import FloatArray, IntArray
from specgen.stats.linearised import LEAST_LEFT, distance
from specgen.stats.spread import ROUNDING

if TYPE_CHECKING:
    from specgen.engine.binned import BinnedSamples
    from specgen.engine.cubes import Summed

Row = tuple[str, float, float, float, int, float]


def binned_areas(samples: BinnedSamples, names: Sequence[str], alpha: float) -> Iterator[Row]:
    """Name, value, bounds at alpha, rows, and what ties in a bin may hide, of slices that are read off histograms.

    Slices that are kept exactly, with fewer than two rows of a label, or without any overlap are left out.
    """
    together: dict[int, tuple[Summed, list[tuple[str, int]]]] = {}
    for name in names:
        if name not in samples.named and name in samples.histograms:
            summed, place = samples.histograms[name]
            together.setdefault(id(summed), (summed, []))[1].append((name, place))
    for summed, places in together.values():
        counts = summed.count[[place for _, place in places]]
        found = _areas(counts.reshape(len(places), -1, 2), alpha)
        for k in np.flatnonzero(found["known"]):
            value, low, high, hidden = (float(found[key][k]) for key in ("value", "low", "high", "hidden"))
            yield places[k][0], value, low, high, int(found["rows"][k]), hidden


def _areas(counts: IntArray, alpha: float) -> Mapping[str, FloatArray]:
    """Values and bounds (slices,) of counts (slices, bins, label)."""
    misses, hits = counts[..., 0].astype(float), counts[..., 1].astype(float)
    negatives, positives = misses.sum(1), hits.sum(1)
    several = (negatives > 1) & (positives > 1)
    n, p = np.maximum(negatives, 2.0)[:, None], np.maximum(positives, 2.0)[:, None]
    of_hit = (np.cumsum(misses, axis=1) - misses / 2) / n
    of_miss = (p - np.cumsum(hits, axis=1) + hits / 2) / p
    value = (hits * of_hit).sum(1) / p[:, 0]
    moves = (of_hit - value[:, None]) / p, (of_miss - value[:, None]) / n
    parts = [_part(hits, moves[0], p[:, 0]), _part(misses, moves[1], n[:, 0])]
    # An area is a mean over pairs, so that it bends between the labels only.
    beside = misses * moves[1] / n
    along = 2 * (hits * moves[0] / p * (np.cumsum(beside, axis=1) - beside / 2)).sum(1)
    variance, cubes, doubt = (sum(part[k] for part in parts) for k in range(3))
    rows = positives + negatives
    known = several & (variance > ROUNDING / np.maximum(rows, 1.0)) & (value > 0) & (value < 1)
    variance, at = np.where(known, variance, 1.0), np.where(known, value, 0.5)
    freedom = np.minimum(2 * variance**2 / np.where(known, doubt, 1.0), rows - 1)
    slope = 1 / (at * (1 - at))
    se = np.sqrt(variance)
    skewness, curve = np.clip(cubes / variance**1.5, -1.0, 1.0), np.clip(along / variance**1.5, -1.0, 1.0)
    own = (2 * at - 1) * slope * se
    bend = np.clip(curve + own, -1.0, 1.0)
    there, middle = se * slope, special.logit(at)
    with np.errstate(invalid="ignore"):
        down, up = (distance(freedom, skewness, bend, own / 2, alpha, side) for side in (1, -1))
    return {
        "known": known, "value": value, "rows": rows,
        "low": np.minimum(special.expit(middle - there * down), at),
        "high": np.maximum(special.expit(middle + there * up), at),
        "hidden": (hits * misses).sum(1) / (2 * n[:, 0] * p[:, 0]),
    }  # fmt: skip


def _part(rows: FloatArray, moves: FloatArray, m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Variance, sum of cubes and the variance's own variance that the m rows of one label give, (slices,)."""
    square = moves * moves
    squares, cubes, fourths = ((rows * k).sum(1) for k in (square, square * moves, square * square))
    variance = squares * m / (m - 1)
    cubes = cubes / np.maximum(1 - 3 / m + 2 / m**2, LEAST_LEFT)
    return variance, cubes, np.maximum(fourths - variance**2 / m, 2 * variance**2 / (m - 1))
