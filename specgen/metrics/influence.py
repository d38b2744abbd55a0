"""What a metric of a sample gives: its value and how each row moves it, or the values whose quantile it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray


@dataclass(frozen=True)
class Unseen:
    """Rows of one kind that all went the same way: `rows` of them, and what the value would change by
    if a share of them (0 to 1) went the other way.
    """

    rows: int
    change: Callable[[float], float]


@dataclass(frozen=True)
class Influenced:
    """A value and the influence (n,) of each row on it, weights included; or the reason why there is none.

    To first order value − truth ≈ Σ influence, and Σ influence = 0. `unseen` is what the influences
    cannot know, because no row shows it; bounds are widened by it.
    """

    value: float | None
    influence: FloatArray | None = None
    reason: str | None = None
    unseen: tuple[Unseen, ...] = ()


@dataclass(frozen=True)
class Quantile:
    """The metric is the `share`-quantile of `values` (n,): the value that this share of the rows does not exceed."""

    values: FloatArray
    share: float
