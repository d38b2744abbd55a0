"""What measuring gives: a number with its doubt, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.stats.estimate import Estimate


@dataclass(frozen=True)
class Measured:
    """A metric on a slice, or a difference between two models.

    `n` counts what the number rests on (trials, rows or sampling units). `shown` has the two-sided
    interval for readers, `decision` the one-sided bounds that gates use. Without a value, `reason`
    says why: nothing measured is never 0.
    """

    value: float | None
    n: int
    shown: Estimate | None = None
    decision: Estimate | None = None
    reason: str | None = None

    @property
    def method(self) -> str:
        """How the shown interval was found."""
        return self.shown.method if self.shown else "none"


def undefined(reason: str, n: int = 0) -> Measured:
    """No number, and why."""
    return Measured(None, n, reason=reason)


def certain(estimate: Estimate, shown: Estimate | None = None) -> Measured:
    """A number whose gates use `estimate`, and readers `shown` (the same unless given)."""
    return Measured(estimate.value, estimate.n, shown or estimate, estimate)
