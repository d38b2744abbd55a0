"""Area under the ROC curve: DeLong's variance, differences of models, and dependent rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from specgen.stats.estimate import Estimate
from specgen.stats.linearised import Sizes, studentised
from specgen.stats.paired import tango
from specgen.stats.proportion import clopper_pearson
from specgen.stats.unpaired import mover

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Placements are right to about 1e-16, so that a variance below this, divided by the units, is rounding.
ROUNDING = 1e-30


@dataclass(frozen=True)
class _Influence:
    """Centred placements summed over the sampling units, and how many units have rows of each label."""

    positive: FloatArray
    negative: FloatArray
    positive_units: int
    negative_units: int
    degrees: tuple[float, float]
    unequal: float = 1.0

    @property
    def rarer(self) -> int:
        """Units with rows of the label that fewer have."""
        return min(self.positive_units, self.negative_units)


@dataclass(frozen=True)
class Ranking:
    """A model's AUC on some rows with all that its variance and covariances need, from one sort.

    `n` counts rows, or sampling units where there are any; `clustered` says which.
    """

    value: float
    influence: _Influence
    n: int
    clustered: bool


def ranking(
    positive: FloatArray, negative: FloatArray, positive_unit: IntArray | None = None,
    negative_unit: IntArray | None = None,
) -> Ranking:  # fmt: skip
    """Rank the scores of positive (m,) and negative (n,) rows, whose units are given if they depend on each other."""
    v10, v01 = placements(positive, negative)
    value = float(v10.mean())
    if positive_unit is None or negative_unit is None:
        return Ranking(value, _of_rows(v10, v01), len(v10) + len(v01), clustered=False)
    influence, units = _of_units(v10, v01, positive_unit, negative_unit)
    return Ranking(value, influence, units, clustered=True)


def area(ranked: Ranking) -> Estimate:
    """AUC with DeLong's (1988) variance, or Obuchowski's (1997) with units; see `delong`."""
    return _area(ranked.value, ranked.influence, ranked.n, _method(ranked))


def area_difference(a: Ranking, b: Ranking) -> Estimate:
    """AUC of a minus that of b, ranked on the same rows; see `delong_difference`."""
    influences, ends = (a.influence, b.influence), (area(a), area(b))
    return _area_difference(a.value - b.value, influences, ends, a.n, _method(a))


def _method(ranked: Ranking) -> str:
    return "delong_clustered" if ranked.clustered else "delong"


def auc(positive: FloatArray, negative: FloatArray) -> float:
    """Probability that a positive's score is above a negative's, ties counted half.

    `positive` (m,) and `negative` (n,) are scores; ValueError if one is empty.
    """
    return float(placements(positive, negative)[0].mean())


def placements(positive: FloatArray, negative: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Share of negatives below each positive (m,), and of positives above each negative (n,), ties half.

    The structural components V10 and V01 of DeLong, DeLong and Clarke-Pearson (1988, Biometrics
    44:837), in O(N log N) as Sun and Xu (2014, IEEE Signal Processing Letters 21:1389) do by midranks.
    """
    if len(positive) == 0 or len(negative) == 0:
        raise ValueError("AUC needs a positive and a negative row")
    if positive.min() == positive.max() == negative.min() == negative.max():
        return np.full(len(positive), 0.5), np.full(len(negative), 0.5)
    # Scores often come sorted, which a stable sort notices.
    order, other_order = np.argsort(positive, kind="stable"), np.argsort(negative, kind="stable")
    ascending, other_ascending = positive[order], negative[other_order]
    return (
        _share_below(ascending, other_ascending, order),
        1 - _share_below(other_ascending, ascending, other_order),
    )


def delong_variance(positive: FloatArray, negative: FloatArray) -> float:
    """DeLong's variance of the AUC; NaN with fewer than two rows of a label."""
    return delong_covariance(positive, negative, positive, negative)


def delong_covariance(pos_a: FloatArray, neg_a: FloatArray, pos_b: FloatArray, neg_b: FloatArray) -> float:
    """DeLong's covariance of two models' AUCs on the same rows; NaN with fewer than two rows of a label."""
    return _covariance(ranking(pos_a, neg_a).influence, ranking(pos_b, neg_b).influence)


def delong(positive: FloatArray, negative: FloatArray) -> Estimate:
    """AUC with DeLong's variance; bounds by the normal on the logit scale, so they stay within 0 and 1.

    An AUC of 0 or 1, or fewer than two rows of a label, has no such variance: its bounds are those of
    a proportion of as many rows as the rarer label has.
    """
    return area(ranking(positive, negative))


def delong_difference(pos_a: FloatArray, neg_a: FloatArray, pos_b: FloatArray, neg_b: FloatArray) -> Estimate:
    """AUC of a minus that of b on the same rows (DeLong et al. 1988), bounds by the normal."""
    return area_difference(ranking(pos_a, neg_a), ranking(pos_b, neg_b))


def delong_clustered(
    positive: FloatArray, negative: FloatArray, positive_unit: IntArray, negative_unit: IntArray
) -> Estimate:
    """AUC whose rows depend on each other within sampling units (Obuchowski 1997, Biometrics 53:567).

    `positive_unit` (m,) and `negative_unit` (n,) number the rows' units; one may have rows of both
    labels. With a row a unit the variance is DeLong's. Bounds by t with units − 1 degrees of freedom
    on the logit scale.
    """
    return area(ranking(positive, negative, positive_unit, negative_unit))


def delong_difference_clustered(
    pos_a: FloatArray,
    neg_a: FloatArray,
    pos_b: FloatArray,
    neg_b: FloatArray,
    positive_unit: IntArray,
    negative_unit: IntArray,
) -> Estimate:
    """AUC of a minus that of b on the same rows, dependent within units (Obuchowski 1997, §2.2)."""
    first = ranking(pos_a, neg_a, positive_unit, negative_unit)
    return area_difference(first, ranking(pos_b, neg_b, positive_unit, negative_unit))


def _share_below(ascending: FloatArray, others: FloatArray, order: IntArray) -> FloatArray:
    """Share of the (ascending) others below each score, ties half, put back from ascending `order`.

    Looking up in ascending order is several times faster than in the rows' own.
    """
    below = np.searchsorted(others, ascending, side="left") + np.searchsorted(others, ascending, side="right")
    found = np.empty(len(ascending), dtype=np.float64)
    found[order] = below / (2 * len(others))
    return found


def _of_rows(v10: FloatArray, v01: FloatArray) -> _Influence:
    m, n = len(v10), len(v01)
    # Every row is a unit, so no unit has both labels: zeros keep the two vectors aligned.
    return _Influence(
        np.concatenate([(v10 - v10.mean()) / m, np.zeros(n)]),
        np.concatenate([np.zeros(m), (v01 - v01.mean()) / n]),
        m, n, (max(m - 1, 1), max(n - 1, 1)),
    )  # fmt: skip


def _of_units(
    v10: FloatArray, v01: FloatArray, positive_unit: IntArray, negative_unit: IntArray
) -> tuple[_Influence, int]:
    names, unit = np.unique(np.concatenate([positive_unit, negative_unit]), return_inverse=True)
    first, second = unit[: len(v10)], unit[len(v10) :]
    influence = _Influence(
        _summed(v10, first, len(names)), _summed(v01, second, len(names)),
        len(np.unique(first)), len(np.unique(second)), *_unequal(_sizes(first), _sizes(second)),
    )  # fmt: skip
    return influence, len(names)


def _sizes(unit: IntArray) -> Sizes:
    """How unequally a label's rows are spread over the units that have any."""
    share = np.bincount(unit) / len(unit)
    return Sizes(float((share**2).sum()), float((share**3).sum()))


def _unequal(*sizes: Sizes) -> tuple[tuple[float, float], float]:
    """Degrees of freedom of both labels' variances, and what unequal units take from these on top of m/(m − 1)."""
    lost = [one.inflation * (1 - one.squares) for one in sizes]
    return (sizes[0].degrees, sizes[1].degrees), max(*lost, 1.0)


def _summed(placement: FloatArray, unit: IntArray, units: int) -> FloatArray:
    centred = (placement - placement.mean()) / len(placement)
    return np.asarray(np.bincount(unit, weights=centred, minlength=units), dtype=np.float64)


def _covariance(a: _Influence, b: _Influence) -> float:
    """Obuchowski's covariance, equations 3 to 5: DeLong's where every unit is a row."""
    if a.rarer < 2:
        return math.nan
    units = len(a.positive)
    of_positives = a.positive @ b.positive * a.positive_units / (a.positive_units - 1)
    of_negatives = a.negative @ b.negative * a.negative_units / (a.negative_units - 1)
    across = (a.positive @ b.negative + a.negative @ b.positive) * units / (units - 1)
    return float(of_positives + of_negatives + across)


def _degrees_and_skewness(moved: _Influence) -> tuple[float, float]:
    """Welch's (1938, Biometrika 29:350) degrees of freedom of positives and negatives, and skewness ÷ √units."""
    of_positives, of_negatives = (
        float(moved.positive @ moved.positive),
        float(moved.negative @ moved.negative),
    )
    spread = of_positives**2 / moved.degrees[0] + of_negatives**2 / moved.degrees[1]
    both = moved.positive + moved.negative
    skewness = float((both**3).sum()) / float((both**2).sum()) ** 1.5
    return (of_positives + of_negatives) ** 2 / spread, skewness


def _area(value: float, influence: _Influence, n: int, method: str) -> Estimate:
    variance = _covariance(influence, influence)
    if not variance > ROUNDING / influence.rarer or value in (0.0, 1.0):
        exact = clopper_pearson(value * influence.rarer, influence.rarer)
        return replace(exact, value=value, n=n, method=f"{method}, degenerate: clopper_pearson")
    se = math.sqrt(variance * influence.unequal)
    centre, scale = float(special.logit(value)), se / (value * (1 - value))
    degrees, skewness = _degrees_and_skewness(influence)
    bend = se * (1 / (1 - value) - 1 / value)
    quantile = studentised(degrees, skewness, bend, bend / 2, least_kurtosis=False)

    def at(z: float) -> float:
        return float(special.expit(centre + z * scale))

    return Estimate(
        value, n, method,
        lambda alpha: min(at(-quantile(alpha, 1)), value), lambda alpha: max(at(quantile(alpha, -1)), value), se,
    )  # fmt: skip


def _area_difference(
    apart: float,
    influences: tuple[_Influence, _Influence],
    ends: tuple[Estimate, Estimate],
    n: int,
    method: str,
) -> Estimate:
    """Bounds by t; where the models agree on every pair of rows, or are both perfect, wider ones."""
    a, b = influences
    # The variance of the difference's influence, which loses nothing where the models nearly agree.
    both = replace(a, positive=a.positive - b.positive, negative=a.negative - b.negative)
    variance = _covariance(both, both)
    if variance > ROUNDING / a.rarer:
        se = math.sqrt(variance * a.unequal)
        quantile = studentised(*_degrees_and_skewness(both))
        return Estimate(
            apart, n, method,
            lambda alpha: apart - quantile(alpha, 1) * se, lambda alpha: apart + quantile(alpha, -1) * se, se,
        )  # fmt: skip
    if apart == 0:
        return replace(tango(0, 0, a.rarer), n=n, method=f"{method}, degenerate: tango")
    return replace(mover(*ends), n=n, method=f"{method}, degenerate: mover")
