"""Metrics of predicted numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray

REGRESSION = ("regression",)


@metric(
    "moments", tasks=REGRESSION, better="lower", high=None,
    terms={"absolute": "abs({prediction} - {label})", "rows": "1"},
)  # fmt: skip
def mae(absolute: FloatArray, rows: FloatArray) -> FloatArray:
    """Mean absolute error, in the target's unit."""
    return ratio(absolute, rows)


@metric(
    "moments", tasks=REGRESSION, better="lower", high=None,
    terms={"squared": "power({prediction} - {label}, 2)", "rows": "1"},
)  # fmt: skip
def rmse(squared: FloatArray, rows: FloatArray) -> FloatArray:
    """Root of the mean squared error, in the target's unit."""
    import numpy as np

    return np.sqrt(np.maximum(ratio(squared, rows), 0.0))


@metric(
    "moments", tasks=REGRESSION, better="higher", low=None,
    terms={
        "squared": "power({prediction} - {label}, 2)",
        "target": "{centred_label}",
        "target_squared": "power({centred_label}, 2)",
        "rows": "1",
    },
)  # fmt: skip
def r2(squared: FloatArray, target: FloatArray, target_squared: FloatArray, rows: FloatArray) -> FloatArray:
    """Share of the target's variance that the model explains; below 0 it is worse than the mean.

    Undefined where the target does not vary.
    """
    import numpy as np

    variation = target_squared - ratio(target**2, rows)
    return 1 - ratio(squared, np.where(variation <= 1e-12 * target_squared, 0.0, variation))


@metric(
    "moments", tasks=REGRESSION, better="neither", low=None, high=None,
    terms={"error": "{prediction} - {label}", "rows": "1"},
)  # fmt: skip
def bias(error: FloatArray, rows: FloatArray) -> FloatArray:
    """Mean of prediction minus target, in the target's unit: above 0 the model says too much, below 0 too little.

    Best is 0, so that neither higher nor lower is better; a gate for each side (at_least: -2 and
    at_most: 2) promises that it lies between.
    """
    return ratio(error, rows)
