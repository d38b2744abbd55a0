"""Metrics of predicted probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray

LABEL = ("multiclass", "multilabel")


@metric("ranks", tasks=("binary",), label_tasks=LABEL, better="higher", needs_score=True)
def auc() -> None:
    """Area under the ROC curve: the chance that a positive row scores above a negative one, ties half.

    Source: Hanley and McNeil (1982); variance by DeLong et al. (1988).
    """


@metric(
    "moments", tasks=("binary",), label_tasks=LABEL, better="lower", needs_score=True,
    terms={"squared": "power({score} - {label}, 2)", "rows": "1"},
)  # fmt: skip
def brier(squared: FloatArray, rows: FloatArray) -> FloatArray:
    """Mean squared distance of the probability from what happened (0 or 1).

    Source: Brier (1950), Verification of forecasts expressed in terms of probability.
    """
    return ratio(squared, rows)


@metric(
    "moments", tasks=("binary", "multiclass"), label_tasks=LABEL, better="lower", high=None,
    needs_score=True,
    terms={"surprise": "-ln(greatest({true_score}, 2.220446049250313e-16))", "rows": "1"},
)  # fmt: skip
def log_loss(surprise: FloatArray, rows: FloatArray) -> FloatArray:
    """Mean of minus the logarithm of the probability given to the label that occurred.

    Probabilities below 2.2e-16 count as that, as in scikit-learn.
    """
    return ratio(surprise, rows)
