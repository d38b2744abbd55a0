"""Metrics of one label against the rest: the positive label, or a label named by the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import Share, confusion, ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray, Outcomes

BINARY = ("binary",)
LABEL = ("multiclass",)


@metric("proportion", tasks=BINARY, label_tasks=LABEL, better="higher")
def precision(outcomes: Outcomes) -> Share:
    """Share of the rows predicted as the label that have it."""
    return Share(outcomes.actual & outcomes.predicted, outcomes.predicted)


@metric("proportion", tasks=BINARY, label_tasks=LABEL, better="higher")
def recall(outcomes: Outcomes) -> Share:
    """Share of the rows with the label that are predicted as it."""
    return Share(outcomes.actual & outcomes.predicted, outcomes.actual)


@metric("proportion", tasks=BINARY, label_tasks=LABEL, better="higher")
def specificity(outcomes: Outcomes) -> Share:
    """Share of the rows without the label that are not predicted as it."""
    return Share(~outcomes.actual & ~outcomes.predicted, ~outcomes.actual)


@metric("proportion", tasks=BINARY, label_tasks=LABEL, better="lower")
def false_positive_rate(outcomes: Outcomes) -> Share:
    """Share of the rows without the label that are predicted as it."""
    return Share(~outcomes.actual & outcomes.predicted, ~outcomes.actual)


@metric("proportion", tasks=BINARY, label_tasks=LABEL, better="lower")
def false_negative_rate(outcomes: Outcomes) -> Share:
    """Share of the rows with the label that are not predicted as it."""
    return Share(outcomes.actual & ~outcomes.predicted, outcomes.actual)


@metric("proportion", tasks=BINARY, label_tasks=LABEL, better="higher")
def selection_rate(outcomes: Outcomes) -> Share:
    """Share of all rows that are predicted as the label."""
    return Share(outcomes.predicted, outcomes.predicted | ~outcomes.predicted)


@metric("counts", tasks=BINARY, label_tasks=LABEL, better="higher")
def f1(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Harmonic mean of precision and recall: 2·TP ÷ (2·TP + FP + FN).

    Source: van Rijsbergen (1979), Information Retrieval, ch. 7.
    """
    cells = confusion(outcomes, counts)
    return ratio(2 * cells.tp, 2 * cells.tp + cells.fp + cells.fn)
