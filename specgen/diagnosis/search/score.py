"""SliceLine's score, and the largest that any part of a slice can have.

Sagadeeva and Boehm (2021), SliceLine: Fast, linear-algebra-based slice finding for ML model debugging,
SIGMOD, equations 5 and 6. Rows may weigh differently: sizes are then sums of weights, and the average
loss is the sum of losses per weight (so that word errors count per word).
"""

from __future__ import annotations

import numpy as np
from numba import njit

# Weight of the loss against the size, as in the paper's experiments (section 5).
ALPHA = 0.95


@njit(nogil=True, cache=True)
def score(size: float, loss: float, total_size: float, total_loss: float, alpha: float) -> float:
    """α · (how many times the average loss, minus 1) − (1 − α) · (the inverse of its share of size, minus 1)."""
    if not size > 0.0:
        return -np.inf
    return alpha * (loss / size * total_size / total_loss - 1.0) - (1.0 - alpha) * (total_size / size - 1.0)


@njit(nogil=True, cache=True)
def highest(
    size: float, loss: float, largest: float, least: float, total_size: float, total_loss: float, alpha: float
) -> float:
    """Upper bound of the score of a slice and of all its parts of a size of `least` or more.

    A part of size s has at most the loss min(loss, largest · s), `largest` being the largest loss per
    weight of a row. The bound is monotone on both sides of loss / largest, so that three sizes decide.
    """
    if not size > 0.0:
        return -np.inf
    least = min(least, size)
    found = score(size, min(loss, largest * size), total_size, total_loss, alpha)
    if least > 0.0:
        found = max(found, score(least, min(loss, largest * least), total_size, total_loss, alpha))
    if largest > 0.0:
        middle = min(max(loss / largest, least), size)
        found = max(found, score(middle, min(loss, largest * middle), total_size, total_loss, alpha))
    return found
