"""Errors of predicted numbers in proportion to the targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray

REGRESSION = ("regression",)


@metric(
    "moments", tasks=REGRESSION, better="lower", high=None, undefined="a target is 0",
    terms={
        "relative": "CASE WHEN {label} = 0 THEN 'inf'::DOUBLE ELSE abs(({prediction} - {label}) / {label}) END",
        "rows": "1",
    },
)  # fmt: skip
def mape(relative: FloatArray, rows: FloatArray) -> FloatArray:
    """Mean of absolute errors, each divided by its target's absolute value: 0.1 is ten percent.

    Undefined as soon as one target is 0; wape is not. A small target counts its error dearly.
    """
    import numpy as np

    return ratio(np.where(np.isfinite(relative), relative, np.nan), rows)


@metric(
    "moments", tasks=REGRESSION, better="lower", high=2.0,
    terms={
        "relative": "CASE WHEN {label} = 0 AND {prediction} = 0 THEN 0 ELSE"
        " 2 * abs({prediction} - {label}) / (abs({prediction}) + abs({label})) END",
        "rows": "1",
    },
)  # fmt: skip
def smape(relative: FloatArray, rows: FloatArray) -> FloatArray:
    """Mean of absolute errors, each divided by the mean of the absolute target and prediction; from 0 to 2.

    A row whose target and prediction are both 0 counts 0, one where only the target is 0 counts 2.
    Source: Makridakis (1993), Accuracy measures: theoretical and practical concerns, with the halved
    denominator that makes 2 the largest value.
    """
    return ratio(relative, rows)


@metric(
    "moments", tasks=REGRESSION, better="lower", high=None, undefined="every target is 0",
    terms={"absolute": "abs({prediction} - {label})", "size": "abs({label})"},
)  # fmt: skip
def wape(absolute: FloatArray, size: FloatArray) -> FloatArray:
    """Sum of absolute errors ÷ sum of absolute targets: errors weighted by what they are errors of.

    Targets of 0 count with their errors; undefined only where all are 0. Source: Kolassa and Schütz
    (2007), Advantages of the MAD/Mean ratio over the MAPE.
    """
    return ratio(absolute, size)
