"""Precision and recall of one label in one number: F1 and F-beta."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import confusion, ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray, Outcomes

BINARY = ("binary",)
LABEL = ("multiclass", "multilabel")


@metric("counts", tasks=BINARY, label_tasks=LABEL, better="higher")
def f1(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Harmonic mean of precision and recall: 2·TP ÷ (2·TP + FP + FN).

    Undefined where no row has the label or is predicted as it. Source: van Rijsbergen (1979),
    Information Retrieval, ch. 7.
    """
    cells = confusion(outcomes, counts)
    return ratio(2 * cells.tp, 2 * cells.tp + cells.fp + cells.fn)


@metric("counts", tasks=BINARY, label_tasks=LABEL, better="higher", parameters={"beta": None})
def f_beta(outcomes: Outcomes, counts: FloatArray, beta: float) -> FloatArray:
    """Harmonic mean of precision and recall, recall counting beta² times: (1 + β²)·TP ÷ ((1 + β²)·TP + FP + β²·FN).

    A beta of 2 minds misses more, one of 0.5 false alarms. Undefined where no row has the label or is
    predicted as it. Source: van Rijsbergen (1979), Information Retrieval, ch. 7.
    """
    cells = confusion(outcomes, counts)
    hits = (1 + beta**2) * cells.tp
    return ratio(hits, hits + cells.fp + beta**2 * cells.fn)
