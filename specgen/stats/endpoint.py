"""The largest value that has occurred, and the one that the next time may bring."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from specgen.engine.cells import FloatArray
from specgen.stats.estimate import Estimate


def largest(values: FloatArray, seen: float | None = None) -> Estimate:
    """The largest of independent values (n,), such as peaks of memory, and what the next may be.

    The lower bound is the largest value: it has occurred. The upper one is exceeded by the next value with
    probability alpha, if values are normal: mean + t s √(1 + 1/n) (Hahn and Meeker 1991, Statistical
    Intervals, §4.7), not below the largest; infinite for a single value. `seen` is the largest value of a
    longer use that the others were no part of: it lifts value and bound by what it is above them.
    """
    count, top = len(values), float(values.max())
    above = max((seen or 0.0) - top, 0.0)

    def upper(alpha: float) -> float:
        if count < 2:
            return math.inf
        quantile = float(special.stdtrit(count - 1, 1 - alpha))
        spread = float(np.std(values, ddof=1)) * math.sqrt(1 + 1 / count)
        return max(float(values.mean()) + quantile * spread, top) + above

    return Estimate(top + above, count, "largest value", lambda _: top + above, upper)
