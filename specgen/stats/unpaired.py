"""Differences of independent estimates: MOVER, of which Newcombe's interval is a case."""

from __future__ import annotations

import math
from dataclasses import replace

from specgen.stats.estimate import Estimate
from specgen.stats.proportion import wilson


def newcombe(k1: float, n1: float, k2: float, n2: float) -> Estimate:
    """Newcombe's (1998, Statistics in Medicine 17:873) hybrid score interval, method 10, for k1/n1 − k2/n2.

    ValueError where a count is impossible.
    """
    return replace(mover(wilson(k1, n1), wilson(k2, n2)), method="newcombe")


def mover(a: Estimate, b: Estimate, scale_b: float = 1.0) -> Estimate:
    """a − scale_b·b of two independent estimates, from their own one-sided bounds.

    The method of variance estimates recovery (Zou and Donner 2008, Statistics in Medicine 27:1693):
    each bound's distance to its value stands for that estimate's spread on that side. ValueError
    unless scale_b > 0.
    """
    if not scale_b > 0:
        raise ValueError(f"scale_b must be positive, not {scale_b}")
    value = a.value - scale_b * b.value

    def lower(alpha: float) -> float:
        return value - math.hypot(a.value - a.lower(alpha), scale_b * (b.upper(alpha) - b.value))

    def upper(alpha: float) -> float:
        return value + math.hypot(a.upper(alpha) - a.value, scale_b * (b.value - b.lower(alpha)))

    se = None if a.se is None or b.se is None else math.hypot(a.se, scale_b * b.se)
    return Estimate(value, a.n + b.n, "mover", lower, upper, se)
