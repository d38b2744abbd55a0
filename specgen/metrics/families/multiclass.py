"""Averages over the labels of a multiclass task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import per_label, ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import BoolArray, FloatArray, Outcomes

MULTICLASS = ("multiclass",)


def _label_f1(outcomes: Outcomes, counts: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """F1 of each label (0 where it is never right), its rows, and whether it occurs at all, (..., labels)."""
    import numpy as np

    right, labels, predictions = per_label(outcomes, counts)
    return np.nan_to_num(ratio(2 * right, labels + predictions)), labels, (labels + predictions) > 0


@metric("counts", tasks=MULTICLASS, better="higher")
def macro_f1(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Mean of the labels' F1, each label counting the same however rare; over labels that occur or are predicted."""
    scores, _, seen = _label_f1(outcomes, counts)
    return ratio(scores.sum(-1), seen.sum(-1))


@metric("counts", tasks=MULTICLASS, better="higher")
def weighted_f1(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Mean of the labels' F1, each label counting by its rows."""
    scores, labels, _ = _label_f1(outcomes, counts)
    return ratio((scores * labels).sum(-1), labels.sum(-1))


@metric("counts", tasks=MULTICLASS, better="higher")
def macro_recall(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Mean of the labels' recall, 0 for a label that is predicted but never occurs."""
    import numpy as np

    right, labels, predictions = per_label(outcomes, counts)
    seen = (labels + predictions) > 0
    return ratio(np.nan_to_num(ratio(right, labels)).sum(-1), seen.sum(-1))


@metric("counts", tasks=MULTICLASS, better="higher")
def macro_precision(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Mean of the labels' precision, 0 for a label that occurs but is never predicted."""
    import numpy as np

    right, labels, predictions = per_label(outcomes, counts)
    seen = (labels + predictions) > 0
    return ratio(np.nan_to_num(ratio(right, predictions)).sum(-1), seen.sum(-1))
