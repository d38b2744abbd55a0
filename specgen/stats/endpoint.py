"""The largest value that can occur, from the largest ones seen."""

from __future__ import annotations

import math

from specgen.engine.cells import FloatArray
from specgen.stats.estimate import Estimate


def largest(values: FloatArray, seen: float | None = None) -> Estimate:
    """The end of the distribution of independent values (n,), such as peaks of memory.

    The lower bound is the largest value: it has occurred. The upper one lies (1 − α) ÷ α times the distance
    of the two largest beyond it (Robson and Whitlock 1964, Estimation of a truncation point, Biometrika
    51:33), right where values do not thin out towards the end, and infinite for a single one. `seen` is the
    largest value of a longer use that the others were no part of: it lifts the value, not the distance.
    """
    ordered = sorted(map(float, values))
    top = max(ordered[-1], seen or 0.0)
    apart = ordered[-1] - ordered[-2] if len(ordered) > 1 else math.inf
    return Estimate(
        top, len(ordered), "largest value", lambda _: top, lambda alpha: top + (1 - alpha) / alpha * apart
    )
