"""Averages over the labels of a multiclass task.

A label that occurs but is never predicted has precision 0, one that is predicted but never occurs has
recall 0 (scikit-learn's zero_division=0); a label that does neither is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from specgen.metrics.outcomes import Share, per_label, ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import BoolArray, FloatArray, Outcomes

MULTICLASS = ("multiclass",)


class LabelScores(NamedTuple):
    """Of each label (..., labels): its scores, its rows, and whether it occurs or is predicted."""

    precision: FloatArray
    recall: FloatArray
    f1: FloatArray
    rows: FloatArray
    seen: BoolArray


def _scores(outcomes: Outcomes, counts: FloatArray) -> LabelScores:
    import numpy as np

    right, labels, predictions = per_label(outcomes, counts)
    return LabelScores(
        precision=np.nan_to_num(ratio(right, predictions)),
        recall=np.nan_to_num(ratio(right, labels)),
        f1=np.nan_to_num(ratio(2 * right, labels + predictions)),
        rows=labels, seen=(labels + predictions) > 0,
    )  # fmt: skip


@metric("counts", tasks=MULTICLASS, better="higher")
def macro_f1(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Mean of the labels' F1, each label counting the same however rare; over labels that occur or are predicted.

    Source: Yang (1999), An evaluation of statistical approaches to text categorization, Information
    Retrieval 1:69.
    """
    scores = _scores(outcomes, counts)
    return ratio(scores.f1.sum(-1), scores.seen.sum(-1))


@metric("counts", tasks=MULTICLASS, better="higher")
def macro_recall(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Mean of the labels' recall, 0 for a label that is predicted but never occurs.

    Source: Yang (1999), as macro_f1.
    """
    scores = _scores(outcomes, counts)
    return ratio(scores.recall.sum(-1), scores.seen.sum(-1))


@metric("counts", tasks=MULTICLASS, better="higher")
def macro_precision(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Mean of the labels' precision, 0 for a label that occurs but is never predicted.

    Source: Yang (1999), as macro_f1.
    """
    scores = _scores(outcomes, counts)
    return ratio(scores.precision.sum(-1), scores.seen.sum(-1))


@metric("counts", tasks=MULTICLASS, better="higher")
def weighted_f1(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Mean of the labels' F1, each label counting by its rows.

    Source: scikit-learn, average="weighted".
    """
    scores = _scores(outcomes, counts)
    return ratio((scores.f1 * scores.rows).sum(-1), scores.rows.sum(-1))


@metric("counts", tasks=MULTICLASS, better="higher")
def weighted_precision(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
    """Mean of the labels' precision, each label counting by its rows; 0 for a label never predicted.

    Source: scikit-learn, average="weighted".
    """
    scores = _scores(outcomes, counts)
    return ratio((scores.precision * scores.rows).sum(-1), scores.rows.sum(-1))


@metric("proportion", tasks=MULTICLASS, better="higher")
def weighted_recall(outcomes: Outcomes) -> Share:
    """Mean of the labels' recall, each label counting by its rows; with one label a row this is the accuracy.

    Source: scikit-learn, average="weighted".
    """
    return _all_right(outcomes)


@metric("proportion", tasks=MULTICLASS, better="higher")
def micro_f1(outcomes: Outcomes) -> Share:
    """F1 of all labels' decisions taken together; with one label a row this is the accuracy.

    Source: Yang (1999), as macro_f1.
    """
    return _all_right(outcomes)


@metric("proportion", tasks=MULTICLASS, better="higher")
def micro_precision(outcomes: Outcomes) -> Share:
    """Precision of all labels' decisions taken together; with one label a row this is the accuracy.

    Source: Yang (1999), as macro_f1.
    """
    return _all_right(outcomes)


@metric("proportion", tasks=MULTICLASS, better="higher")
def micro_recall(outcomes: Outcomes) -> Share:
    """Recall of all labels' decisions taken together; with one label a row this is the accuracy.

    Source: Yang (1999), as macro_f1.
    """
    return _all_right(outcomes)


def _all_right(outcomes: Outcomes) -> Share:
    import numpy as np

    return Share(outcomes.right, np.ones(len(outcomes.label), dtype=bool))
