"""Curves over all thresholds of a score, as functions of sorted groups of equal scores.

A `Grouped` is all that a curve needs of its rows: exact where each score is a group, and a histogram
where groups are bins. Each function gives a value and the influence of a row of each group and label
(Hampel 1974, JASA 69:383), per unit of weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from specgen.metrics.influence import Influenced

if TYPE_CHECKING:
    from collections.abc import Callable

    from specgen.engine.samples import Sample
    from specgen.metrics.outcomes import BoolArray, FloatArray, IntArray

ONE_LABEL = "the rows have one label only"
NO_POSITIVE = "no row has the positive label"


@dataclass(frozen=True)
class Grouped:
    """Weight of the positive and of the negative rows (G,) of each group, highest score first.

    `row` (G,) is the weight of a positive row of each group, 1 unless given.
    """

    positive: FloatArray
    negative: FloatArray
    row: float | FloatArray = 1.0

    @property
    def seen(self) -> FloatArray:
        """(G,) weight of all rows of each group."""
        return self.positive + self.negative


@dataclass(frozen=True)
class Curved:
    """A value with the influence of a positive and of a negative row of each group (G,), or why it has none."""

    value: float | None
    positive: FloatArray | None = None
    negative: FloatArray | None = None
    reason: str | None = None
    high: float | None = None


def of_rows(rows: Sample, measured: Callable[[Grouped], Curved]) -> Influenced:
    """Measure a curve on rows with a `score` and a `label` (1 is positive): the influences of each row."""
    import numpy as np

    group, groups = ranked(rows["score"])
    positive = rows["label"] == 1
    cell = group + groups * positive
    row = _row(rows, cell, groups)

    def of_weights(weight: FloatArray) -> Curved:
        total = np.asarray(np.bincount(cell, weights=weight, minlength=2 * groups), dtype=float)
        return measured(Grouped(total[groups:], total[:groups], row))

    found = of_weights(rows.weight)
    if found.value is None or found.positive is None or found.negative is None:
        return Influenced(found.value, reason=found.reason)
    moved = np.where(positive, found.positive[group], found.negative[group]) * rows.weight
    return Influenced(
        found.value, moved, part=positive, high=found.high,
        reweighted=lambda share: float(of_weights(rows.weight * (1 + share)).value or 0.0),
    )  # fmt: skip


def area_variance(area: float, positives: float, negatives: float) -> float:
    """Variance of the area under the ROC curve if `area` is the truth (Newcombe 2006, Stat. in Med. 25:559, method 5).

    Hanley and McNeil's (1982, Radiology 143:29) for exponential scores, the mean of both ways round.
    """
    area = min(max(area, 0.0), 1.0)
    pairs = (positives + negatives) / 2 - 1
    shared = (1 - area) / (2 - area) + area / (1 + area)
    return area * (1 - area) * (1 + max(pairs, 0.0) * shared) / (positives * negatives)


def effective_rows(rows: Sample, chosen: BoolArray) -> float:
    """How many rows of equal weight are worth as much as those chosen (Kish 1965, Survey Sampling, §11.7)."""
    weight = rows.weight[chosen]
    squares = weight * weight if rows.copies is None else weight * weight / rows.copies[chosen]
    return float(weight.sum()) ** 2 / float(squares.sum())


def _row(rows: Sample, cell: IntArray, groups: int) -> FloatArray:
    """Weight of a positive row of each group, as its weight sees it (groups,): Σw² ÷ Σw; 1 where there is none.

    Rows of one unit with one label and score are one row.
    """
    import numpy as np

    weight, copies = rows.weight, 1 if rows.copies is None else rows.copies
    if rows.unit is not None:
        same, number = np.unique(rows.unit.astype(np.int64) * 2 * groups + cell, return_inverse=True)
        weight, cell = np.asarray(np.bincount(number, weights=weight), dtype=float), same % (2 * groups)
    squares, sums = (np.bincount(cell, power, 2 * groups)[groups:] for power in (weight**2 / copies, weight))
    return np.divide(squares, sums, out=np.ones(groups), where=sums > 0)


def ranked(score: FloatArray) -> tuple[IntArray, int]:
    """Number of each row's group of equal scores, 0 the highest, and how many groups there are."""
    import numpy as np

    # Rows come sorted by the first model's score, which a stable sort notices.
    order = np.argsort(score, kind="stable")
    ordered = score[order]
    rank = np.cumsum(np.append(False, ordered[1:] != ordered[:-1]))
    groups = int(rank[-1]) + 1
    group = np.empty(len(score), dtype=np.int64)
    group[order] = groups - 1 - rank
    return group, groups


def roc_area(rows: Grouped, at: float = 1.0) -> Curved:
    """Area under the ROC curve up to the false positive rate `at`, which McClish scales to 0.5 … 1.

    The influences are the centred placements of DeLong et al. (1988, Biometrics 44:837), stopped at
    the rate `at` as in Dodd and Pepe (2003, Biometrics 59:614); the density at its threshold cancels.
    """
    import numpy as np

    positives, negatives = float(rows.positive.sum()), float(rows.negative.sum())
    if not (positives > 0 and negatives > 0):
        return Curved(None, reason=ONE_LABEL)
    rise, run = rows.positive / positives, rows.negative / negatives
    true_rate, false_rate = np.cumsum(rise), np.cumsum(run)
    before, left = true_rate - rise, false_rate - run
    width = np.clip(at - left, 0.0, run)
    # Share of a group's negatives within the rate; the curve is a straight line across a group.
    inside = np.where(run > 0, width / np.where(run > 0, run, 1.0), false_rate <= at)
    per_negative = inside * (before + rise * inside / 2)
    area = float((run * per_negative).sum())
    per_positive = np.clip(at - left - width, 0.0, None) + width * inside / 2
    height = _at(at, false_rate, true_rate)
    as_negative = per_negative - area - height * (inside - at)
    most, least = at, at * at / 2
    scale = 0.5 / (most - least)
    return Curved(
        0.5 + scale * (area - least),
        scale * (per_positive - area) / positives,
        scale * as_negative / negatives,
    )


def _at(x: float, right: FloatArray, height: FloatArray) -> float:
    """Height at x of the line through (0, 0) and the points; where it rises straight up, the top."""
    import numpy as np

    if x >= 1:
        return float(height[-1])
    i = int(np.searchsorted(right, x, side="right"))
    left, below = (float(right[i - 1]), float(height[i - 1])) if i else (0.0, 0.0)
    run = float(right[i]) - left
    return below + (float(height[i]) - below) * ((x - left) / run if run > 0 else 1.0)


def precision_area(rows: Grouped) -> Curved:
    """Average precision: mean of the precisions at the positive rows' scores.

    The influences are what is lost without a row (of the mean weight, where weights differ): each
    positive row counts itself in its own precision, which derivatives do not see.
    """
    import numpy as np

    positives = float(rows.positive.sum())
    if not positives > 0:
        return Curved(None, reason=NO_POSITIVE)
    seen, hits = np.cumsum(rows.seen), np.cumsum(rows.positive)
    precision = hits / np.where(seen > 0, seen, 1.0)
    value = float((rows.positive * precision).sum() / positives)
    row = rows.row
    others = np.where(seen > row * (1 + 1e-9), seen - row, np.inf)
    without = np.where(np.isfinite(others), np.clip((hits - row) / others, 0.0, 1.0), precision)
    # A row moves the precision at its own threshold and at every lower one.
    as_hit = _from_here(rows.positive * (1 - precision) / others)
    as_miss = _from_here(rows.positive * precision / others)
    rest = np.maximum(positives - row, row)
    return Curved(value, (without + as_hit - value) / rest, -as_miss / positives)


def _from_here(values: FloatArray) -> FloatArray:
    import numpy as np

    return np.cumsum(values[::-1])[::-1]


def gain(rows: Grouped, at: float) -> Curved:
    """Lift: the share of positives among the top share `at` of the weight, divided by that among all.

    Rows that tie at the edge count in part, as on average over their orders.
    """
    import numpy as np

    positives, weight = float(rows.positive.sum()), float(rows.seen.sum())
    if not positives > 0:
        return Curved(None, reason=NO_POSITIVE)
    seen = np.cumsum(rows.seen)
    edge = at * weight
    share = np.where(rows.seen > 0, rows.seen, 1.0)
    inside = np.clip(edge - (seen - rows.seen), 0.0, rows.seen) / share
    hits = float((rows.positive * inside).sum())
    value = hits / (at * positives)
    # More weight above the edge pushes out rows at the edge, of which `rate` are positive.
    rate = edge_rate(rows.positive, rows.seen, edge)
    pushed = rate * (inside - at)
    as_positive = ((inside - pushed) / at - value) / positives
    return Curved(value, as_positive, -pushed / at / positives, high=1 / at)


def edge_rate(positive: FloatArray, seen: FloatArray, edge: float) -> float:
    """Share of positives among the rows around the place where the weight from the top is `edge`.

    Within n^(−1/3) of the weight on both sides, n as Kish counts groups, or less near an end.
    """
    import numpy as np

    x, hits = np.append(0.0, np.cumsum(seen)), np.append(0.0, np.cumsum(positive))
    total = float(x[-1])
    effective = total * total / float((seen * seen).sum())
    half = min(total * 0.5 * effective ** (-1 / 3), edge, total - edge)
    half = max(half, total * 1e-9)
    low, high = max(edge - half, 0.0), min(edge + half, total)
    return float((np.interp(high, x, hits) - np.interp(low, x, hits)) / (high - low))
