"""What a metric of a sample gives: its value and how each row moves it, or the values whose quantile it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray


@dataclass(frozen=True)
class Influenced:
    """A value and the influence (n,) of each row on it, weights included; or the reason why there is none.

    To first order value − truth ≈ Σ influence, and Σ influence = 0.
    """

    value: float | None
    influence: FloatArray | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Quantile:
    """The metric is the `share`-quantile of `values` (n,): the value that this share of the rows does not exceed."""

    values: FloatArray
    share: float
