"""Rates of one label against the rest: the positive label, or a label named by the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import Share
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import Outcomes

BINARY = ("binary",)
LABEL = ("multiclass", "multilabel")


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


@metric("proportion", tasks=BINARY, label_tasks=LABEL, better="higher")
def negative_predictive_value(outcomes: Outcomes) -> Share:
    """Share of the rows not predicted as the label that do not have it; undefined where all are predicted so.

    Source: Altman and Bland (1994), Diagnostic tests 2: predictive values, BMJ 309:102.
    """
    return Share(~outcomes.actual & ~outcomes.predicted, ~outcomes.predicted)


@metric("proportion", tasks=BINARY, label_tasks=LABEL, better="lower")
def false_discovery_rate(outcomes: Outcomes) -> Share:
    """Share of the rows predicted as the label that do not have it: 1 − precision.

    Source: the share of false discoveries of Benjamini and Hochberg (1995), JRSS B 57:289, measured.
    """
    return Share(~outcomes.actual & outcomes.predicted, outcomes.predicted)


@metric("proportion", tasks=BINARY, label_tasks=LABEL, better="lower")
def false_omission_rate(outcomes: Outcomes) -> Share:
    """Share of the rows not predicted as the label that have it: 1 − negative predictive value.

    Source: Altman and Bland (1994), Diagnostic tests 2: predictive values, BMJ 309:102.
    """
    return Share(outcomes.actual & ~outcomes.predicted, ~outcomes.predicted)
