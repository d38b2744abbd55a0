"""Quantiles of which only a summary is known: some percentiles and the number of values behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from scipy import special

from specgen.stats.estimate import Estimate, fixed

Point = tuple[float, float]


def summarised_quantile(known: Mapping[float, float], share: float, n: int | None) -> Estimate:
    """The `share`-quantile of n positive values, whose quantiles `known` (share → value) were reported.

    The binomial says between which shares the true quantile lies, as for order statistics. The values there
    are read off the known ones: as if the tail were exponential (straight in −log(1 − share)) and as if it
    were Pareto's (straight after the logarithm), whichever is further away; latencies have tails between
    these. Of a single known one the other point is zero. A share of 1 is the largest value. A bound that so
    few values cannot give is infinite (below, zero); without n the value has no doubt that could be told.
    KeyError if the quantile is not known.
    """
    value = known[share]
    if n is None:
        return fixed(value)
    # Of shares beyond the largest value's own that value stands, which comes last.
    points = sorted({_depth(min(at, n / (n + 1))): found for at, found in sorted(known.items())}.items())
    points = points if len(points) > 1 else [(0.0, 0.0), *points]

    def lower(alpha: float) -> float:
        if (1 - share) ** n > alpha:
            return 0.0
        at = _depth(min(max(float(special.bdtrik(alpha, n, share)) / n, 0.0), n / (n + 1)))
        return min(max(min(_readings(points, at)), 0.0), value)

    def upper(alpha: float) -> float:
        if share**n > alpha:
            return math.inf
        at = _depth(min(1 - float(special.bdtrik(alpha, n, 1 - share)) / n, n / (n + 1)))
        return max(*_readings(points, at), value)

    return Estimate(value, n, "order statistics, read between percentiles", lower, upper)


def _readings(points: list[Point], at: float) -> tuple[float, ...]:
    """The value at a depth by the two known points around it, or nearest to it: straight, and by logarithms."""
    after = next((k for k, point in enumerate(points) if point[0] >= at), len(points) - 1)
    (near, low), (far, high) = points[max(after, 1) - 1], points[max(after, 1)]
    part = (at - near) / (far - near)
    straight = low + part * (high - low)
    return (straight, low ** (1 - part) * high**part) if low > 0 else (straight,)


def _depth(share: float) -> float:
    return -math.log1p(-share)
