"""Metrics of predicted quantiles and of predicted intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray

REGRESSION = ("regression",)


@metric(
    "moments", tasks=REGRESSION, better="lower", high=None, parameters={"quantile": None},
    terms={
        "loss": "greatest({quantile} * ({label} - {prediction}), (1 - {quantile}) * ({prediction} - {label}))",
        "rows": "1",
    },
)  # fmt: skip
def pinball_loss(loss: FloatArray, rows: FloatArray, **_: float) -> FloatArray:
    """Mean loss of a predicted quantile: q·(target − prediction) above it, (1 − q)·(prediction − target) below.

    `quantile` says which one the predictions are: 0.9 is what nine of ten targets should not exceed.
    Source: Koenker and Bassett (1978), Regression quantiles.
    """
    return ratio(loss, rows)


@metric(
    "share", tasks=REGRESSION, better="neither",
    terms={"success": "({label} <= {prediction})::DOUBLE", "rows": "1"},
)  # fmt: skip
def quantile_coverage(success: FloatArray, rows: FloatArray) -> FloatArray:
    """Share of rows whose target is at or below the prediction; of a predicted 0.9 quantile it should be 0.9.

    Neither higher nor lower is better; a gate for each side promises that it lies between.
    """
    return ratio(success, rows)


@metric(
    "share", tasks=REGRESSION, better="neither", columns=("lower", "upper"),
    terms={"success": "({lower} <= {label} AND {label} <= {upper})::DOUBLE", "rows": "1"},
)  # fmt: skip
def interval_coverage(success: FloatArray, rows: FloatArray) -> FloatArray:
    """Share of rows whose target lies in the predicted interval, ends counted; of 90% intervals it should be 0.9.

    `lower` and `upper` name the columns of the ends, in the predictions file or, for the candidate, in
    the data. Wide intervals cover everything: {name: width, sql: "hi - lo", better: lower} measures that.
    """
    return ratio(success, rows)
