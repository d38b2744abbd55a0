"""What a metric of a sample gives: its value and how each row moves it, or the values whose quantile it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from specgen.metrics.outcomes import BoolArray, FloatArray, IntArray


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

    To first order value − truth is a sum of independent influences with mean 0, either derivatives by the
    rows' weights, which add up to 0, or what the value loses without each row: these add up to minus the
    value's bias (Quenouille 1956, Notes on bias in estimation, Biometrika 43:353). `part` (n,) divides the rows in two,
    such as the positive and the negative ones, where the value rests on both: the rarer part then says
    how sure it is. `high` is the end of the value's range where it depends on a parameter. `unseen` is
    what the influences cannot know, because no row shows it; bounds are widened by it. `variance_at` is the
    variance that a model gives to the value of so many independent rows if the truth is its argument.
    `reweighted` is the value if each row's weight were larger by the share (n,) of it: by that the value's
    curvature is known.
    """

    value: float | None
    influence: FloatArray | None = None
    reason: str | None = None
    unseen: tuple[Unseen, ...] = ()
    part: BoolArray | None = None
    high: float | None = None
    variance_at: Callable[[float], float] | None = None
    reweighted: Callable[[FloatArray], float] | None = None


@dataclass(frozen=True)
class Departures:
    """How far parts of the rows lie from where they should, of which the metric is the root mean square.

    `apart` (B,) are the parts' departures, `share` (B,) their weights in the mean, which add up to 1;
    `influence` (n,) is how each row moves the departure of its part `bin` (n,), adding up to 0 in each.
    """

    share: FloatArray
    apart: FloatArray
    influence: FloatArray
    bin: IntArray


@dataclass(frozen=True)
class Resampled:
    """A value that no influence describes, as a function of weights; or the reason why there is none.

    `statistic` takes the weights (..., C) of cells of rows to values (...), NaN where undefined; `cell`
    (n,) is each row's cell, of C = `cells`. `part` (n,) divides the rows as in `Influenced`.
    """

    value: float | None
    statistic: Callable[[FloatArray], FloatArray] | None = None
    cell: IntArray | None = None
    cells: int = 0
    reason: str | None = None
    part: BoolArray | None = None


@dataclass(frozen=True)
class Quantile:
    """The metric is the `share`-quantile of `values` (n,): the value that this share of the rows does not exceed."""

    values: FloatArray
    share: float
