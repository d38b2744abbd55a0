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


def mover(a: Estimate, b: Estimate, scale_b: float = 1.0, correlation: float = 0.0) -> Estimate:
    """a − scale_b·b of two estimates, independent unless `correlation` is given, from their own one-sided bounds.

    The method of variance estimates recovery (Zou and Donner 2008, Statistics in Medicine 27:1693):
    each bound's distance to its value stands for that estimate's spread on that side; with correlation as
    in Zou (2007, Psychological Methods 12:399). ValueError
    unless scale_b > 0.
    """
    if not scale_b > 0:
        raise ValueError(f"scale_b must be positive, not {scale_b}")
    value = a.value - scale_b * b.value

    def lower(alpha: float) -> float:
        return value - _joined(a.value - a.lower(alpha), scale_b * (b.upper(alpha) - b.value), correlation)

    def upper(alpha: float) -> float:
        return value + _joined(a.upper(alpha) - a.value, scale_b * (b.value - b.lower(alpha)), correlation)

    se = None if a.se is None or b.se is None else _joined(a.se, scale_b * b.se, correlation)
    return Estimate(value, a.n + b.n, "mover", lower, upper, se)


def _joined(one: float, other: float, correlation: float) -> float:
    """Spread of the difference of two values of these spreads."""
    if not (math.isfinite(one) and math.isfinite(other)):
        return math.inf
    return math.sqrt(max(one * one + other * other - 2 * correlation * one * other, 0.0))
