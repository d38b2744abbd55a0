"""Area under the ROC curve: DeLong's variance, differences of models, and dependent rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from specgen.stats.estimate import Estimate
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

    @property
    def rarer(self) -> int:
        """Units with rows of the label that fewer have."""
        return min(self.positive_units, self.negative_units)


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
    return _share_below(positive, negative), 1 - _share_below(negative, positive)


def delong_variance(positive: FloatArray, negative: FloatArray) -> float:
    """DeLong's variance of the AUC; NaN with fewer than two rows of a label."""
    return delong_covariance(positive, negative, positive, negative)


def delong_covariance(pos_a: FloatArray, neg_a: FloatArray, pos_b: FloatArray, neg_b: FloatArray) -> float:
    """DeLong's covariance of two models' AUCs on the same rows; NaN with fewer than two rows of a label."""
    return _covariance(_of_rows(pos_a, neg_a), _of_rows(pos_b, neg_b))


def delong(positive: FloatArray, negative: FloatArray) -> Estimate:
    """AUC with DeLong's variance; bounds by the normal on the logit scale, so they stay within 0 and 1.

    An AUC of 0 or 1, or fewer than two rows of a label, has no such variance: its bounds are those of
    a proportion of as many rows as the rarer label has.
    """
    influence, value = _of_rows(positive, negative), auc(positive, negative)
    return _area(value, influence, len(positive) + len(negative), "delong", _normal)


def delong_difference(pos_a: FloatArray, neg_a: FloatArray, pos_b: FloatArray, neg_b: FloatArray) -> Estimate:
    """AUC of a minus that of b on the same rows (DeLong et al. 1988), bounds by the normal."""
    n, apart = len(pos_a) + len(neg_a), auc(pos_a, neg_a) - auc(pos_b, neg_b)
    influences = _of_rows(pos_a, neg_a), _of_rows(pos_b, neg_b)
    ends = delong(pos_a, neg_a), delong(pos_b, neg_b)
    return _area_difference(apart, influences, ends, n, "delong", _normal)


def delong_clustered(
    positive: FloatArray, negative: FloatArray, positive_unit: IntArray, negative_unit: IntArray
) -> Estimate:
    """AUC whose rows depend on each other within sampling units (Obuchowski 1997, Biometrics 53:567).

    `positive_unit` (m,) and `negative_unit` (n,) number the rows' units; one may have rows of both
    labels. With a row a unit the variance is DeLong's. Bounds by t with units − 1 degrees of freedom
    on the logit scale.
    """
    influence, units = _of_units(positive, negative, positive_unit, negative_unit)
    return _area(auc(positive, negative), influence, units, "delong_clustered", _t(units))


def delong_difference_clustered(
    pos_a: FloatArray,
    neg_a: FloatArray,
    pos_b: FloatArray,
    neg_b: FloatArray,
    positive_unit: IntArray,
    negative_unit: IntArray,
) -> Estimate:
    """AUC of a minus that of b on the same rows, dependent within units (Obuchowski 1997, §2.2)."""
    first, units = _of_units(pos_a, neg_a, positive_unit, negative_unit)
    second, _ = _of_units(pos_b, neg_b, positive_unit, negative_unit)
    ends = (
        delong_clustered(pos_a, neg_a, positive_unit, negative_unit),
        delong_clustered(pos_b, neg_b, positive_unit, negative_unit),
    )
    apart = ends[0].value - ends[1].value
    return _area_difference(apart, (first, second), ends, units, "delong_clustered", _t(units))


def _share_below(scores: FloatArray, others: FloatArray) -> FloatArray:
    ordered = np.sort(others)
    below = np.searchsorted(ordered, scores, side="left") + np.searchsorted(ordered, scores, side="right")
    return np.asarray(below / (2 * len(others)), dtype=np.float64)


def _of_rows(positive: FloatArray, negative: FloatArray) -> _Influence:
    v10, v01 = placements(positive, negative)
    m, n = len(v10), len(v01)
    # Every row is a unit, so no unit has both labels: zeros keep the two vectors aligned.
    return _Influence(
        np.concatenate([(v10 - v10.mean()) / m, np.zeros(n)]),
        np.concatenate([np.zeros(m), (v01 - v01.mean()) / n]),
        m, n,
    )  # fmt: skip


def _of_units(
    positive: FloatArray, negative: FloatArray, positive_unit: IntArray, negative_unit: IntArray
) -> tuple[_Influence, int]:
    v10, v01 = placements(positive, negative)
    names, unit = np.unique(np.concatenate([positive_unit, negative_unit]), return_inverse=True)
    first, second = unit[: len(v10)], unit[len(v10) :]
    influence = _Influence(
        _summed(v10, first, len(names)), _summed(v01, second, len(names)),
        len(np.unique(first)), len(np.unique(second)),
    )  # fmt: skip
    return influence, len(names)


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


def _normal(alpha: float) -> float:
    return float(special.ndtri(alpha))


def _t(units: int) -> Callable[[float], float]:
    return lambda alpha: float(special.stdtrit(max(units - 1, 1), alpha))


def _area(
    value: float, influence: _Influence, n: int, method: str, quantile: Callable[[float], float]
) -> Estimate:
    variance = _covariance(influence, influence)
    if not variance > ROUNDING / influence.rarer or value in (0.0, 1.0):
        exact = clopper_pearson(value * influence.rarer, influence.rarer)
        return replace(exact, value=value, n=n, method=f"{method}, degenerate: clopper_pearson")
    se = math.sqrt(variance)
    centre, scale = float(special.logit(value)), se / (value * (1 - value))

    def at(z: float) -> float:
        return float(special.expit(centre + z * scale))

    return Estimate(
        value, n, method,
        lambda alpha: min(at(quantile(alpha)), value), lambda alpha: max(at(-quantile(alpha)), value), se,
    )  # fmt: skip


def _area_difference(
    apart: float,
    influences: tuple[_Influence, _Influence],
    ends: tuple[Estimate, Estimate],
    n: int,
    method: str,
    quantile: Callable[[float], float],
) -> Estimate:
    """Normal (or t) bounds; where the models agree on every pair of rows, or are both perfect, wider ones."""
    a, b = influences
    # The variance of the difference's influence, which loses nothing where the models nearly agree.
    both = replace(a, positive=a.positive - b.positive, negative=a.negative - b.negative)
    variance = _covariance(both, both)
    if variance > ROUNDING / a.rarer:
        se = math.sqrt(variance)
        return Estimate(
            apart, n, method,
            lambda alpha: apart + quantile(alpha) * se, lambda alpha: apart - quantile(alpha) * se, se,
        )  # fmt: skip
    if apart == 0:
        return replace(tango(0, 0, a.rarer), n=n, method=f"{method}, degenerate: tango")
    return replace(mover(*ends), n=n, method=f"{method}, degenerate: mover")
