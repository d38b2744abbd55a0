"""Means of row values on many slices at once: what `stats.moment_estimates` shows of each, on arrays of slices.

A mean of equally many rows has no curvature of its own, so that its influences (x − mean)/n are all that
the bounds need: t on the scale on which the metric's range has no end, with Hall's correction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from specgen.engine.cells import FloatArray, SplitCells
from specgen.metrics.uses import Use, measurable, model_terms, vector
from specgen.stats.linearised import LEAST_LEFT, distance, fewer_degrees

# A variance below this part of the squares is rounding, or near it.
ROUNDING = 1e-9
Row = tuple[str, float, float, float, int]


@dataclass(frozen=True)
class _Moved:
    """Sums of squares and cubes of the rows' influences, the mean's curvature on its scale, and the rows."""

    squares: FloatArray
    cubes: FloatArray
    along: FloatArray
    trace: FloatArray
    rows: FloatArray


def means(use: Use, cells: SplitCells, names: Sequence[str], model: str, alpha: float) -> Iterator[Row]:
    """Name, value, bounds at alpha, and rows, of slices of plain rows whose values differ; none if it is no mean."""
    low, high = use.metric.low, use.metric.high
    number = cells.models.index(model)
    terms = model_terms(use, number)
    if (
        len(terms) != 2
        or terms[1] != "1"
        or not measurable(use, model, cells)
        or (low is None and high is not None)
    ):
        return
    needed = vector(use, (number,), cells.task, [cells.models.index(one) for one in cells.partial])
    place = needed.terms.index(terms[0])
    found = [
        (name, one)
        for name in names
        if (one := cells.moments.get((name, needed))) is not None and one.rows > 1
    ]
    if not found:
        return
    first = np.array([one.first[place] for _, one in found])
    second = np.array([one.second[place, place] for _, one in found])
    third = np.array([one.third[place, place, place] for _, one in found])
    rows = np.array([float(one.rows) for _, one in found])
    value = first / rows
    if not np.allclose(np.asarray(use.function(first, rows)), value, rtol=1e-12, atol=0):
        return
    squares = (second - rows * value**2) / rows**2
    cubes = (third - 3 * value * second + 2 * rows * value**3) / rows**3
    kept = squares > ROUNDING * second / rows**2
    kept &= (value > (-np.inf if low is None else low)) & (value < (np.inf if high is None else high))
    chosen = np.flatnonzero(kept)
    ends = _bounds(value[chosen], squares[chosen], cubes[chosen], rows[chosen], low, high, alpha)
    for k, down, up in zip(chosen, *ends, strict=True):
        yield found[k][0], float(value[k]), float(down), float(up), int(rows[k])


def _bounds(
    value: FloatArray, squares: FloatArray, cubes: FloatArray, rows: FloatArray, low: float | None,
    high: float | None, alpha: float,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """As `stats.scale.curved_t`: on the scale; beyond an open end on the value's own."""
    none = np.zeros_like(value)
    own = _Moved(squares, cubes, none, none, rows)
    if low is None:
        return value - _apart(own, alpha, 1), value + _apart(own, alpha, -1)
    below = 1 / (value - low)
    above = none if high is None else 1 / (high - value)
    slope, bend = below + above, above - below
    there = _Moved(
        squares * slope**2, cubes * slope**3, slope**3 * bend * squares**2, slope * bend * squares, rows
    )
    at = -np.log(below) + (0.0 if high is None else np.log(above))
    down, up = at - _apart(there, alpha, 1), at + _apart(there, alpha, -1)
    if high is None:
        return np.minimum(low + np.exp(down), value), np.maximum(value + _apart(own, alpha, -1), value)
    down, up = (low + (high - low) * special.expit(end) for end in (down, up))
    return np.minimum(down, value), np.maximum(up, value)


def _apart(moved: _Moved, alpha: float, side: int) -> FloatArray:
    """Distance to the bound at alpha, as in `stats.linearised.linearised_t` for units of one size."""
    m, root = moved.rows, np.sqrt(moved.squares)
    inflation = m / (m - 1)
    skewness = moved.cubes / moved.squares / root / np.maximum(1 - 3 / m + 2 / m**2, LEAST_LEFT)
    skewness = np.clip(skewness / inflation**1.5, -1.0, 1.0)
    bend = np.clip(moved.along / moved.squares / root, -1.0, 1.0)
    bias = np.clip(moved.trace / 2 / root, -1.0, 1.0)
    degrees = fewer_degrees(np.maximum(m - 1, 1.0), skewness)
    return np.asarray(root * np.sqrt(inflation) * distance(degrees, skewness, bend, bias, alpha, side))
