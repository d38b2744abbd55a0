"""Rows of two splits that are alike: how many there are, and how many chance alone would bring."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from specgen.engine.cells import FloatArray, IntArray


@dataclass(frozen=True)
class Twins:
    """Rows of the later split that have a twin in the earlier one.

    `expected` and `p_value` are of chance: which split a row went to is independent of its twins.
    """

    count: int
    rows: int
    expected: float
    p_value: float

    @property
    def share(self) -> float:
        """Share of the later split's rows."""
        return self.count / self.rows if self.rows else 0.0

    @property
    def excess(self) -> float:
        """Share of the later split's rows beyond what chance would bring."""
        return (self.count - self.expected) / self.rows if self.rows else 0.0


def twins(earlier: IntArray, later: IntArray, groups: IntArray, rows_earlier: int, rows_later: int) -> Twins:
    """Twins from groups of equal rows: `groups` (k,) have `earlier` and `later` rows of each split.

    Given the sizes of the groups, were rows dealt to the splits at random, the later split's share q of a
    group of c is binomial: its rows with a twin on the other side are b·1(b < c), with mean c·q − c·q^c. The
    groups are taken as independent, which overstates the variance a little, as the splits' sizes are fixed.
    """
    q = rows_later / max(rows_earlier + rows_later, 1)
    size: FloatArray = (earlier + later).astype(float)
    alone = q**size
    mean = size * q - size * alone
    square = size * q * (1 - q) + size**2 * q**2 - size**2 * alone
    expected, variance = float(groups @ mean), float(groups @ (square - mean**2))
    count = int(groups @ np.where(earlier > 0, later, 0))
    z = (
        (count - expected - 0.5) / math.sqrt(variance)
        if variance > 0
        else (math.inf if count > expected else 0.0)
    )
    return Twins(count, rows_later, expected, float(special.ndtr(-z)))
