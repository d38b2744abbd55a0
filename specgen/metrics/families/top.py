"""Metrics of the labels with the highest scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray


@metric(
    "share", tasks=("multiclass",), better="higher", needs_score=True,
    parameters={"k": None}, terms={"success": "({rank} <= {k})::DOUBLE", "rows": "1"},
)  # fmt: skip
def top_k_accuracy(right: FloatArray, rows: FloatArray, k: float) -> FloatArray:  # noqa: ARG001 - in the terms
    """Share of rows whose label is among the k labels with the highest scores.

    Of labels with tied scores the later one in `labels` ranks first, as in scikit-learn's
    top_k_accuracy_score, so that k = 1 differs from accuracy where the highest score is tied. Source:
    Russakovsky et al. (2015), ImageNet Large Scale Visual Recognition Challenge, IJCV 115:211.
    """
    return ratio(right, rows)
