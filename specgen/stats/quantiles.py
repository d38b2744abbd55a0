"""Quantiles of row values: bounds by the share of rows below them, read back on the scale of the values.

Woodruff (1952, Confidence intervals for medians and other position measures, JASA 47:635): how sure the
share of rows below a quantile is follows from a proportion's own theory, whatever the values'
distribution; its bounds are then read off the sorted rows. For independent rows these are the exact
order-statistic bounds, by the binomial; with weights or sampling units the binomial has the effective
number of rows of that share. No density needs to be estimated.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import special

from specgen.engine.cells import FloatArray
from specgen.engine.samples import Sample
from specgen.metrics.influence import Quantile
from specgen.stats.effective import effective_n
from specgen.stats.estimate import Estimate
from specgen.stats.linearised import sizes_of
from specgen.stats.measured import Measured, certain, undefined

NORMAL_TAIL = 0.158655
ROUNDING = 1e-9


@dataclass(frozen=True)
class Sorted:
    """Values in ascending order, the share of weight up to and with each, and up to its middle, all (n,).

    Rows without weight are left out.
    """

    values: FloatArray
    cumulated: FloatArray
    middles: FloatArray

    def value(self, share: float) -> float:
        """The value that `share` of the weight does not exceed; the mean of two where it falls between them."""
        first = int(np.searchsorted(self.cumulated, share - ROUNDING))
        if abs(self.cumulated[first] - share) <= ROUNDING and first + 1 < len(self.values):
            return float(self.values[first] + self.values[first + 1]) / 2
        return float(self.values[first])

    def step(self, share: float) -> float:
        """The largest value up to and with which no more than `share` of the weight lies; −∞ without any."""
        count = int(np.searchsorted(self.cumulated, share + ROUNDING, side="right"))
        return float(self.values[count - 1]) if count else -math.inf

    def between(self, share: float) -> float:
        """The value at `share`, interpolated between the middles of the rows' shares; −∞ before the first."""
        if share < self.middles[0] - ROUNDING:
            return -math.inf
        after = int(np.searchsorted(self.middles, share))
        if after in (0, len(self.values)):
            return float(self.values[min(after, len(self.values) - 1)])
        near = slice(after - 1, after + 1)
        return float(np.interp(share, self.middles[near], self.values[near]))

    def mirrored(self) -> Sorted:
        """The values with their signs changed."""
        below = 2 * self.middles - self.cumulated
        return Sorted(-self.values[::-1], 1 - below[::-1], 1 - self.middles[::-1])


def quantile_estimate(found: Quantile, sample: Sample, low: float | None, high: float | None) -> Measured:
    """A quantile of the rows' values: exact bounds to decide by, interpolated ones to show."""
    if not sample.weight.sum() > 0:
        return undefined("no row counts for it", len(sample))
    return _estimated(found, sample, low, high)[0]


def _estimated(
    found: Quantile, sample: Sample, low: float | None, high: float | None
) -> tuple[Measured, float, FloatArray]:
    """The quantile, the effective number of rows behind it, and the units' influences on the share below it."""
    rows = _sorted(found.values, sample.weight)
    size, influence = _size_and_influence(found, sample, rows)
    name = "order statistics" if sample.unit is None and not sample.weighted else "woodruff"
    ends = (-math.inf if low is None else low, math.inf if high is None else high)
    sides, units = (rows, rows.mirrored()), _units(sample)
    exact = _estimate(sides, found.share, size, units, ends, Sorted.step, name)
    shown = _estimate(sides, found.share, size, units, ends, Sorted.between, f"{name}, interpolated")
    return certain(exact, shown), size, influence


def quantile_difference(
    mine: Quantile, theirs: Quantile, sample: Sample, low: float | None, high: float | None
) -> Measured:
    """The first quantile minus the second on the same rows.

    Half of each one's interval stands for its spread (Zou 2007, Toward using confidence intervals to
    compare correlations, Psychological Methods 12:399; the halves, since errors of two models are skewed
    alike and their difference is not), and the correlation is that of the units' shares of rows below
    either quantile. `low` and `high` are the metric's own range.
    """
    if not sample.weight.sum() > 0:
        return undefined("no row counts for it", len(sample))
    both, sizes, influences = zip(
        *(_estimated(one, sample, low, high) for one in (mine, theirs)), strict=True
    )
    correlation = _correlation(influences[0], influences[1])
    # As if one more unit told the two apart: rows that happen to agree never make a difference certain.
    most = 1 - min(1.0, 1 / (2 * min(sizes) * mine.share * (1 - mine.share)))
    apart = [_apart(one, other, min(correlation, most)) for one, other in (
        (both[0].decision, both[1].decision), (both[0].shown, both[1].shown))]  # fmt: skip
    return certain(apart[0], apart[1])


def _apart(one: Estimate | None, other: Estimate | None, correlation: float) -> Estimate:
    if one is None or other is None:
        raise ValueError("a difference needs both quantiles")
    value = one.value - other.value

    def distance(alpha: float) -> float:
        mine, theirs = ((known.upper(alpha) - known.lower(alpha)) / 2 for known in (one, other))
        if not (math.isfinite(mine) and math.isfinite(theirs)):
            return math.inf
        return math.sqrt(max(mine**2 + theirs**2 - 2 * correlation * mine * theirs, 0.0))

    def lower(alpha: float) -> float:
        return value - distance(alpha)

    def upper(alpha: float) -> float:
        return value + distance(alpha)

    return Estimate(value, one.n, f"{one.method}, mover", lower, upper, _spread(lower, upper))


def _estimate(
    sides: tuple[Sorted, Sorted], share: float, size: float, units: int, ends: tuple[float, float],
    read: Callable[[Sorted, float], float], method: str,
) -> Estimate:  # fmt: skip
    value = sides[0].value(share)
    lowest = partial(_bound, sides[0], share, size, read)
    highest = partial(_bound, sides[1], 1 - share, size, read)

    def lower(alpha: float) -> float:
        return min(max(lowest(alpha), ends[0]), value)

    def upper(alpha: float) -> float:
        return max(min(-highest(alpha), ends[1]), value)

    return Estimate(value, units, method, lower, upper, _spread(lower, upper))


def _bound(
    rows: Sorted, share: float, size: float, read: Callable[[Sorted, float], float], alpha: float
) -> float:
    """The order statistic with one-sided error `alpha`: P(binomial(size, share) < its rank) = alpha."""
    if (1 - share) ** size > alpha:
        return -math.inf
    below = float(special.bdtrik(alpha, size, share))
    return read(rows, (below + (1.0 if read is Sorted.step else 0.5)) / size)


def _spread(lower: Callable[[float], float], upper: Callable[[float], float]) -> float | None:
    """Standard error read off the bounds that a normal estimate would have at 16%."""
    width = upper(NORMAL_TAIL) - lower(NORMAL_TAIL)
    return width / 2 if math.isfinite(width) and width > 0 else None


def _sorted(values: FloatArray, weight: FloatArray) -> Sorted:
    kept = weight > 0
    order = np.argsort(values[kept], kind="stable")
    held = weight[kept][order]
    cumulated = np.cumsum(held)
    return Sorted(values[kept][order], cumulated / cumulated[-1], (cumulated - held / 2) / cumulated[-1])


def _size_and_influence(found: Quantile, sample: Sample, rows: Sorted) -> tuple[float, FloatArray]:
    """Effective number of rows of the share below the quantile, and the units' influences on that share."""
    below = (found.values <= rows.value(found.share)).astype(float)
    part = float((sample.weight * below).sum() / sample.weight.sum())
    influence = sample.weight * (below - part) / sample.weight.sum()
    totals = sample.weight
    if sample.unit is not None:
        _, unit = np.unique(sample.unit, return_inverse=True)
        influence = np.asarray(np.bincount(unit, weights=influence), dtype=float)
        totals = np.asarray(np.bincount(unit, weights=totals), dtype=float)
    if sample.unit is None and not sample.weighted:
        return float(len(sample)), influence
    share = totals / totals.sum()
    sizes = sizes_of(share)
    squares, fourths = (float((influence**k).sum()) for k in (2, 4))
    clustered = sample.unit is not None
    units, most = len(totals), float(len(sample))
    size = effective_n(part, squares, fourths, sizes, units, most, clustered=clustered)
    return size, influence


def _units(sample: Sample) -> int:
    return len(sample) if sample.unit is None else len(np.unique(sample.unit))


def _correlation(one: FloatArray, other: FloatArray) -> float:
    spread = math.sqrt(float((one**2).sum()) * float((other**2).sum()))
    return float((one * other).sum()) / spread if spread > 0 else 0.0
