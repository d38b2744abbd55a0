"""The jackknife of functions of counts, for many tables of counts at once.

Leaving out one row of a cell tells what the cell's rows add to the value. Unlike derivatives it sees
that a label with two rows hardly survives the loss of one: the value's bias comes out too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from specgen.engine.cells import FloatArray, IntArray

Statistic = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class LeaveOneOut:
    """Bias and variance of a value, its rows but one, and the variance's degrees of freedom; each (tables,)."""

    bias: FloatArray
    variance: FloatArray
    others: FloatArray
    freedom: FloatArray


def leave_one_out(
    statistic: Statistic, counts: IntArray | FloatArray, weight: float | FloatArray = 1.0
) -> LeaveOneOut:
    """The jackknife (Quenouille 1956; Tukey 1958) of a statistic of counts (tables, cells) → (tables,).

    Weighted rows are as many rows of one `weight` (tables, cells) as are worth the same: Kish's (1965)
    effective count of each cell. A cell whose only row makes the statistic undefined is taken not to move
    it. The degrees of freedom are Satterthwaite's from the fourth moment: few rows that move the value much
    are few degrees.
    """
    kept = counts.astype(float)
    rows, row = kept.sum(1), np.broadcast_to(weight, kept.shape)
    weights = kept * row
    value = np.asarray(statistic(weights))
    moved = np.zeros_like(kept)
    for cell in np.flatnonzero(kept.any(0)):
        less = weights.copy()
        less[:, cell] = np.maximum(less[:, cell] - row[:, cell], 0.0)
        apart = (rows - 1) * (value - np.asarray(statistic(less)))
        moved[:, cell] = np.where(np.isfinite(apart), apart, 0.0)
    size = np.maximum(rows, 2.0)
    mean = (moved * kept).sum(1) / size
    centred = moved - mean[:, None]
    second, fourth = (((centred**k) * kept).sum(1) / size for k in (2, 4))
    kurtosis = np.divide(fourth, second**2, out=np.ones_like(second), where=second > 0)
    freedom = 2 * size / np.maximum(kurtosis - 1, 2 * size / (size - 1))
    return LeaveOneOut(-mean, second / (size - 1), size - 1, np.maximum(freedom, 1.0))


def jackknife_bounds(
    value: FloatArray, moved: LeaveOneOut, freedom: FloatArray, low: float, high: float
) -> Callable[[float, int], FloatArray]:
    """Lower (side −1) and upper (1) bounds (tables,) at alpha by t on the logit scale of the range.

    They lie around where the value would be without its bias, and never on the wrong side of the value.
    """
    at = value - moved.bias
    at = np.clip(at, (low + value) / 2, (high + value) / 2)
    slope = (high - low) / ((at - low) * (high - at))
    place, error = special.logit((at - low) / (high - low)), np.sqrt(moved.variance) * slope

    def bounds(alpha: float, side: int) -> FloatArray:
        far = place - side * special.stdtrit(freedom, alpha) * error
        end = low + (high - low) * special.expit(far)
        return np.asarray(np.minimum(end, value) if side < 0 else np.maximum(end, value))

    return bounds
