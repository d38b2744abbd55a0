"""The logit of a value's place in its range: bounds found on it cannot leave the range."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from specgen.stats.estimate import Estimate
from specgen.stats.linearised import linearised_t


@dataclass(frozen=True)
class Scale:
    """Values between `low` and `high`, both exclusive, to the whole line and back."""

    low: float
    high: float

    def to(self, value: float) -> float:
        """The value's place as a logit."""
        place = (value - self.low) / (self.high - self.low)
        return math.log(place / (1 - place))

    def back(self, at: float) -> float:
        """The value at a logit."""
        place = 1 / (1 + math.exp(-at)) if at >= 0 else math.exp(at) / (1 + math.exp(at))
        return self.low + (self.high - self.low) * place

    def slope(self, value: float) -> float:
        """How fast the logit moves with the value."""
        return (self.high - self.low) / ((value - self.low) * (self.high - value))

    def bend(self, value: float) -> float:
        """How fast the slope grows, relative to itself."""
        return (2 * value - self.low - self.high) / ((value - self.low) * (self.high - value))


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
    return replace(
        plain, value=value, method=method,
        lower=lambda alpha: min(scale.back(plain.lower(alpha)), value),
        upper=lambda alpha: max(scale.back(plain.upper(alpha)), value),
        se=math.sqrt(squares * units / max(units - 1, 1)),
    )  # fmt: skip
