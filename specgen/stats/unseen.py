"""What resampling cannot know: predictions that a label has never had in these rows.

Where all rows of a rare label are right, or none is, every resample says so too, and the bounds of a
metric that leans on that label would be far too sure. With confidence 1 − α up to a share u of the label's rows may
be predicted otherwise, the exact bound for none seen (the rule of three), and the metric's bounds are
widened by what that would change, added in squares as for independent errors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from specgen.engine.cells import FloatArray
from specgen.metrics.influence import Unseen
from specgen.metrics.outcomes import Outcomes
from specgen.stats.estimate import Estimate
from specgen.stats.proportion import clopper_pearson

if TYPE_CHECKING:
    from specgen.metrics.outcomes import BoolArray

CountsFunction = Callable[[Outcomes, FloatArray], FloatArray]


def widened(
    estimate: Estimate, function: CountsFunction, outcomes: Outcomes, weight: FloatArray, weight2: FloatArray
) -> Estimate:
    """The estimate with bounds that allow for what its labels have not shown.

    `weight` and `weight2` (C,) are sums of the rows' weights and of their squares: their counts, unweighted.
    """
    labels = [
        int(label) for label in np.unique(outcomes.label[weight > 0]) if _certain(outcomes, weight, label)
    ]
    if not labels:
        return estimate
    rows = [float(weight[one].sum()) ** 2 / float(weight2[one].sum()) for one in _cells_of(outcomes, labels)]
    extended, moves = _extended(outcomes, weight, labels)

    def change(alpha: float) -> FloatArray:
        shares = np.array([clopper_pearson(0, n).upper(alpha) for n in rows])
        base = np.concatenate([weight, np.zeros(len(labels))])
        values = function(extended, base + shares[:, None] * moves)
        return np.nan_to_num(np.asarray(values - estimate.value))

    return _apart(estimate, change)


def allowing_for(estimate: Estimate, unseen: Sequence[Unseen]) -> Estimate:
    """The estimate of a metric of a sample with bounds that allow for what no row of a kind has shown."""
    if not unseen:
        return estimate

    def change(alpha: float) -> FloatArray:
        return np.array([one.change(clopper_pearson(0, one.rows).upper(alpha)) for one in unseen])

    return _apart(estimate, change)


def _apart(estimate: Estimate, change: Callable[[float], FloatArray]) -> Estimate:
    """The estimate with each bound as far away as it and the changes (labels,) at an alpha make together."""

    def lower(alpha: float) -> float:
        apart = estimate.value - estimate.lower(alpha)
        return estimate.value - math.hypot(apart, *np.minimum(change(alpha), 0.0))

    def upper(alpha: float) -> float:
        apart = estimate.upper(alpha) - estimate.value
        return estimate.value + math.hypot(apart, *np.maximum(change(alpha), 0.0))

    return replace(estimate, lower=lower, upper=upper)


def _cells_of(outcomes: Outcomes, labels: list[int]) -> list[BoolArray]:
    return [outcomes.label == label for label in labels]


def _certain(outcomes: Outcomes, weight: FloatArray, label: int) -> bool:
    """Whether all rows of a label have been predicted right, or none has."""
    mine = (outcomes.label == label) & (weight > 0)
    right = mine & (outcomes.prediction == label)
    return not right.any() or bool((right == mine).all())


def _extended(outcomes: Outcomes, weight: FloatArray, labels: list[int]) -> tuple[Outcomes, FloatArray]:
    """Outcomes with a cell more for each label, and how all its rows would move there, (labels, C + labels)."""
    moves = np.zeros((len(labels), len(weight) + len(labels)))
    unseen = []
    for i, (label, cells) in enumerate(zip(labels, _cells_of(outcomes, labels), strict=True)):
        wrong = not (outcomes.prediction[cells & (weight > 0)] == label).any()
        unseen.append(label if wrong else _other(outcomes, weight, label))
        moves[i, : len(weight)] = np.where(cells, -weight, 0.0)
        moves[i, len(weight) + i] = weight[cells].sum()
    extended = replace(
        outcomes,
        label=np.concatenate([outcomes.label, labels]),
        prediction=np.concatenate([outcomes.prediction, unseen]),
    )
    return extended, moves


def _other(outcomes: Outcomes, weight: FloatArray, label: int) -> int:
    """The most frequent other label, which a wrong prediction would most likely be."""
    rows = np.bincount(outcomes.label, weights=weight, minlength=outcomes.labels)
    rows[label] = -1
    return int(rows.argmax())
