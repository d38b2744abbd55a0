"""Metrics of a model beside a baseline, row by row: what it breaks, and what it mends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import metric
from specgen.spec.row_values import RIGHT_OR_WRONG

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray


@metric(
    "share", tasks=RIGHT_OR_WRONG, better="lower", against=True,
    terms={"success": "{broken}", "rows": "1"},
)  # fmt: skip
def negative_flip_rate(broken: FloatArray, rows: FloatArray) -> FloatArray:
    """Share of rows that the baseline is right about and the model is wrong about: newly broken rows.

    Of all rows on which both have an answer. Right is the label, every label of a multilabel row, or every word
    of a transcript. Source: Yan et al. (2021), Positive-Congruent Training: Towards Regression-Free Model
    Updates, CVPR, eq. 1.
    """
    return ratio(broken, rows)


@metric(
    "share", tasks=RIGHT_OR_WRONG, better="higher", against=True,
    terms={"success": "{mended}", "rows": "1"},
)  # fmt: skip
def positive_flip_rate(mended: FloatArray, rows: FloatArray) -> FloatArray:
    """Share of rows that the baseline is wrong about and the model is right about: mended rows.

    Less the negative flip rate it is the difference of both models' accuracy. Source: as there.
    """
    return ratio(mended, rows)
