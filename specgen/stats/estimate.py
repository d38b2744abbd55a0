"""A number with its doubt: what every method of this package returns."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

SMALLEST_ALPHA = 1e-12
LARGEST_ALPHA = 0.5
BISECTIONS = 45


@dataclass(frozen=True)
class Estimate:
    """A value and its confidence bounds, whichever the method.

    `lower` and `upper` take an error rate alpha in (0, 0.5] to the one-sided bound that has it; both
    are monotone in alpha and never on the wrong side of `value`. `n` counts the sampling units that
    the value rests on, `se` is its standard error where the method has one.
    """

    value: float
    n: int
    method: str
    lower: Callable[[float], float]
    upper: Callable[[float], float]
    se: float | None = None

    def interval(self, confidence: float) -> tuple[float, float]:
        """Two-sided interval with equal tails; ValueError unless 0 < confidence < 1."""
        if not 0 < confidence < 1:
            raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
        alpha = (1 - confidence) / 2
        return self.lower(alpha), self.upper(alpha)

    def p_below(self, bound: float) -> float:
        """Evidence that the truth is below `bound`: the smallest alpha at which upper(alpha) < bound.

        At least 1e-12; 1.0 where not even alpha = 0.5 shows it.
        """
        return _smallest_alpha(lambda alpha: self.upper(alpha) < bound)

    def p_above(self, bound: float) -> float:
        """Evidence that the truth is above `bound`: the smallest alpha at which lower(alpha) > bound."""
        return _smallest_alpha(lambda alpha: self.lower(alpha) > bound)


def finite(value: float | None) -> float | None:
    """The value, or None where it is not a finite number, which JSON cannot hold."""
    return value if value is not None and math.isfinite(value) else None


def fixed(value: float) -> Estimate:
    """A number without doubt, such as a published one whose n is unknown."""
    return Estimate(value, 0, "fixed", lambda _: value, lambda _: value, 0.0)


def shift(estimate: Estimate, by: float) -> Estimate:
    """The estimate plus a constant."""
    return replace(
        estimate, value=estimate.value + by,
        lower=lambda alpha: estimate.lower(alpha) + by, upper=lambda alpha: estimate.upper(alpha) + by,
    )  # fmt: skip


def negate(estimate: Estimate) -> Estimate:
    """Minus the estimate."""
    return replace(
        estimate, value=-estimate.value,
        lower=lambda alpha: -estimate.upper(alpha), upper=lambda alpha: -estimate.lower(alpha),
    )  # fmt: skip


def outer(one: Estimate, other: Estimate) -> Estimate:
    """The first estimate with the wider of two methods' bounds on each side."""
    return replace(
        one, method=f"{one.method} or {other.method}",
        lower=lambda alpha: min(one.lower(alpha), other.lower(alpha)),
        upper=lambda alpha: max(one.upper(alpha), other.upper(alpha)),
    )  # fmt: skip


def _smallest_alpha(shown: Callable[[float], bool]) -> float:
    """Smallest alpha for which `shown` is true, by bisection in log alpha (`shown` is monotone)."""
    if not shown(LARGEST_ALPHA):
        return 1.0
    if shown(SMALLEST_ALPHA):
        return SMALLEST_ALPHA
    low, high = math.log(SMALLEST_ALPHA), math.log(LARGEST_ALPHA)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if shown(math.exp(middle)) else (middle, high)
    return math.exp(high)
