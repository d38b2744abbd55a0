"""Metrics of right and wrong over all labels, or over one label and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import Share, per_label, ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray, Outcomes

CLASSES = ("binary", "multiclass")
LABEL = ("multiclass", "multilabel")


@metric("proportion", tasks=CLASSES, label_tasks=LABEL, better="higher")
def accuracy(outcomes: Outcomes) -> Share:
    """Share of rows whose prediction is right: it is the label, or it is right about the one label named."""
    import numpy as np

    return Share(outcomes.right, np.ones(len(outcomes.label), dtype=bool))


@metric("counts", tasks=CLASSES, label_tasks=LABEL, better="higher")
def balanced_accuracy(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Mean of the recalls of the labels that occur.

    Source: Brodersen et al. (2010), The balanced accuracy and its posterior distribution.
    """
    import numpy as np

    right, labels, _ = per_label(outcomes, counts)
    occurs = labels > 0
    recalls = np.where(occurs, right / np.where(occurs, labels, 1.0), 0.0)
    return ratio(recalls.sum(-1), occurs.sum(-1))


@metric("counts", tasks=CLASSES, label_tasks=LABEL, better="higher", low=-1.0)
def cohen_kappa(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Agreement of prediction and label beyond chance, from -1 to 1.

    Source: Cohen (1960), A coefficient of agreement for nominal scales.
    """
    right, labels, predictions = per_label(outcomes, counts)
    total = counts.sum(-1)
    expected = ratio((labels * predictions).sum(-1), total**2)
    return ratio(ratio(right.sum(-1), total) - expected, 1 - expected)


@metric("counts", tasks=CLASSES, label_tasks=LABEL, better="higher", low=-1.0)
def mcc(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Matthews correlation of label and prediction, from -1 to 1; its multiclass form is R_K.

    Source: Matthews (1975); Gorodkin (2004), Comparing two K-category assignments.
    """
    import numpy as np

    right, labels, predictions = per_label(outcomes, counts)
    total = counts.sum(-1)
    covariance = right.sum(-1) * total - (labels * predictions).sum(-1)
    spread = (total**2 - (labels**2).sum(-1)) * (total**2 - (predictions**2).sum(-1))
    return ratio(covariance, np.sqrt(np.maximum(spread, 0.0)))
