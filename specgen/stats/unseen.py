"""What resampling cannot know: predictions that a label has never had in these rows.

Where all rows of a rare label are right, every resample says so too, and the bounds of a metric that
leans on that label would be far too sure. With confidence 1 − α up to a share u of the label's rows may
be predicted otherwise, the exact bound for none seen (the rule of three), and the metric's bounds are
widened by what that would change, added in squares as for independent errors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.metrics.influence import Unseen
from specgen.metrics.outcomes import Outcomes
from specgen.stats.estimate import Estimate
from specgen.stats.proportion import clopper_pearson

CountsFunction = Callable[[Outcomes, FloatArray], FloatArray]


def widened(estimate: Estimate, function: CountsFunction, outcomes: Outcomes, counts: IntArray) -> Estimate:
    """The estimate with bounds that allow for what its labels have not shown; `counts` (C,) are rows."""
    certain = [
        label for label in np.unique(outcomes.label[counts > 0]) if _predictions(outcomes, counts, label) == 1
    ]
    if not certain:
        return estimate
    labels = [int(label) for label in certain]
    rows = [int(counts[outcomes.label == label].sum()) for label in labels]
    extended, moves = _extended(outcomes, counts, labels)

    def change(alpha: float) -> FloatArray:
        shares = np.array([clopper_pearson(0, n).upper(alpha) for n in rows])
        base = np.concatenate([counts, np.zeros(len(labels))])
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


def _predictions(outcomes: Outcomes, counts: IntArray, label: int) -> int:
    """How many predictions the rows of a label have had."""
    return int(((outcomes.label == label) & (counts > 0)).sum())


def _extended(outcomes: Outcomes, counts: IntArray, labels: list[int]) -> tuple[Outcomes, FloatArray]:
    """Outcomes with a cell more for each label, and how all its rows would move there, (labels, C + labels)."""
    moves = np.zeros((len(labels), len(counts) + len(labels)))
    unseen = []
    for i, label in enumerate(labels):
        (seen,) = np.flatnonzero((outcomes.label == label) & (counts > 0))
        unseen.append(label if outcomes.prediction[seen] != label else _other(outcomes, counts, label))
        moves[i, seen], moves[i, len(counts) + i] = -counts[seen], counts[seen]
    extended = replace(
        outcomes,
        label=np.concatenate([outcomes.label, labels]),
        prediction=np.concatenate([outcomes.prediction, unseen]),
    )
    return extended, moves


def _other(outcomes: Outcomes, counts: IntArray, label: int) -> int:
    """The most frequent other label, which a wrong prediction would most likely be."""
    rows = np.bincount(outcomes.label, weights=counts, minlength=outcomes.labels)
    rows[label] = -1
    return int(rows.argmax())
