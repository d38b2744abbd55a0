"""Edges that cut a column of numbers into ranges of about as many rows, at numbers that read well."""

from __future__ import annotations

import math

import numpy as np

from specgen.engine.cells import FloatArray

RANGES = 12
# How far, in shares of the rows, an edge may lie from the quantile that it stands for.
AROUND = 0.35 / RANGES
# Steps tried within each power of ten, the roundest first.
STEPS = (1.0, 0.5, 0.2, 0.1)


def edges(values: FloatArray) -> tuple[float, ...]:
    """Inner edges of half-open ranges [low, high), from finite values (n,); none where all are alike."""
    if not len(values):
        return ()
    ordered = np.sort(values)
    found: list[float] = []
    for k in range(1, RANGES):
        low, high = (_at(ordered, k / RANGES + side * AROUND) for side in (-1, 1))
        edge = round_between(low, high)
        # A range below its first row is empty; an edge that is there already is another's.
        if edge > ordered[0] and edge <= ordered[-1] and (not found or edge > found[-1]):
            found.append(edge)
    return tuple(found)


def _at(ordered: FloatArray, share: float) -> float:
    return float(ordered[min(max(int(share * len(ordered)), 0), len(ordered) - 1)])


def round_between(low: float, high: float) -> float:
    """The number with the fewest digits that is above `low` and at most `high`; `high` where they are equal."""
    if not high > low:
        return high
    power = 10.0 ** math.ceil(math.log10(max(abs(low), abs(high), high - low)))
    for _ in range(40):
        for step in STEPS:
            # Rounded: three tenths are 0.3, and not 0.30000000000000004.
            multiple = float(f"{math.floor(high / (power * step)) * power * step:.12g}")
            if low < multiple <= high:
                return multiple
        power /= 10
    return high
