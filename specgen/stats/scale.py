"""Scales on which a value's range has no end: bounds found on them cannot leave the range."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from specgen.stats.estimate import Estimate, outer
from specgen.stats.linearised import STRAIGHT, Curve, Sizes, linearised_t

# Beyond this no logit or logarithm of a double's distance lies.
FURTHEST = 700.0


@dataclass(frozen=True)
class Scale:
    """Values between `low` and `high`, both exclusive, to the whole line and back; None is no end.

    The logit of a value's place between two ends, the logarithm of its distance to one, or the value.
    """

    low: float | None
    high: float | None

    def to(self, value: float) -> float:
        """The value on the scale."""
        if self.low is None and self.high is None:
            return value
        below = 0.0 if self.low is None else math.log(value - self.low)
        return below - (0.0 if self.high is None else math.log(self.high - value))

    def back(self, at: float) -> float:
        """The value at a place on the scale."""
        if self.low is None and self.high is None:
            return at
        at = min(max(at, -FURTHEST), FURTHEST)
        if self.high is None:
            return (self.low or 0.0) + math.exp(at)
        if self.low is None:
            return self.high - math.exp(-at)
        return self.low + (self.high - self.low) / (1 + math.exp(-at))

    def slope(self, value: float) -> float:
        """How fast the scale moves with the value."""
        if self.low is None and self.high is None:
            return 1.0
        return _near(self.low, value) + _near(self.high, value)

    def bend(self, value: float) -> float:
        """How fast the slope changes with the value, as a share of the slope."""
        return _near(self.high, value) - _near(self.low, value)


def _near(end: float | None, value: float) -> float:
    return 0.0 if end is None else 1 / abs(value - end)


def scaled_t(
    value: float, squares: float, units: int, scale: Scale, method: str, cubes: float | None = None,
    freedom: float | None = None,
) -> Estimate:  # fmt: skip
    """Bounds by t on the scale, of a value in its range whose units' influences have Σ z² = `squares` > 0.

    The scale's bend takes up the skewness that two-valued units of this mean have; with `cubes`, Σ z³,
    Hall's correction takes up what there is beyond that. `freedom` are t's degrees of freedom, one less
    than the units unless given.
    """
    slope, beyond = scale.slope(value), 0.0
    if cubes is not None:
        beyond = cubes / squares**1.5 + scale.bend(value) * math.sqrt(squares)
    moved = squares * slope**2
    plain = linearised_t(scale.to(value), moved, beyond * moved**1.5, units, freedom)
    se = math.sqrt(squares * units / max(units - 1, 1))
    return replace(_put_back(plain, value, scale), method=method, se=se)


def curved_t(
    value: float, squares: float, cubes: float, units: int, sizes: Sizes | None = None,
    curve: Curve = STRAIGHT, low: float | None = None, high: float | None = None,
    fourths: float | None = None,
) -> Estimate:  # fmt: skip
    """`linearised_t` on the scale of the range from `low` to `high`, skewness and curvature told on it.

    Studentised statistics are nearer to t there. Where the range has one end only, the bound on the
    other side is the wider one on the value's own scale with and without its curvature: tails can be
    heavy there, of which a sample shows too little. A value at an end has no other scale than its own.
    """
    if (low is not None and value <= low) or (high is not None and value >= high):
        return linearised_t(value, squares, cubes, units, sizes=sizes, curve=curve, influence_sum4=fourths)
    scale = Scale(low, high)
    slope, bend = scale.slope(value), scale.bend(value)
    there = Curve(slope**3 * (curve.along + bend * squares**2), slope * (curve.trace + bend * squares))
    found = linearised_t(
        scale.to(value), squares * slope**2, cubes * slope**3, units, sizes=sizes, curve=there,
        influence_sum4=None if fourths is None else fourths * slope**4,
    )  # fmt: skip
    back = _put_back(found, value, scale)
    back = replace(back, se=None if found.se is None else found.se / slope)
    if (low is None) == (high is None):
        return back
    far = outer(
        linearised_t(value, squares, cubes, units, sizes=sizes, curve=curve, influence_sum4=fourths),
        linearised_t(value, squares, cubes, units, sizes=sizes, influence_sum4=fourths),
    )
    return replace(back, upper=far.upper) if high is None else replace(back, lower=far.lower)


def _put_back(found: Estimate, value: float, scale: Scale) -> Estimate:
    return replace(
        found, value=value,
        lower=lambda alpha: min(scale.back(found.lower(alpha)), value),
        upper=lambda alpha: max(scale.back(found.upper(alpha)), value),
    )  # fmt: skip
