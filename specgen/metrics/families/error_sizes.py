"""How large errors of predicted numbers are: their quantiles, and the share that can be tolerated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.influence import Quantile
from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.engine.samples import Sample
    from specgen.metrics.outcomes import FloatArray

REGRESSION = ("regression",)
# What subtracting two numbers of these sizes can lose by rounding still counts as within a tolerance.
ROUNDING = "1e-15 * (abs({prediction}) + abs({label}))"


@metric(
    "share", tasks=REGRESSION, better="higher", parameters={"tolerance": None},
    terms={"success": f"(abs({{prediction}} - {{label}}) <= {{tolerance}} + {ROUNDING})::DOUBLE", "rows": "1"},
)  # fmt: skip
def within_tolerance(success: FloatArray, rows: FloatArray, **_: float) -> FloatArray:
    """Share of rows whose absolute error is at most `tolerance`, in the target's unit."""
    return ratio(success, rows)


@metric(
    "sample", tasks=REGRESSION, better="lower", high=None, terms={"error": "abs({prediction} - {label})"},
)  # fmt: skip
def median_absolute_error(rows: Sample) -> Quantile:
    """Median of the absolute errors, in the target's unit: half of the rows are at least as close.

    Of an even number of rows the mean of the middle two, as in scikit-learn.
    """
    return Quantile(rows["error"], 0.5)


@metric(
    "sample", tasks=REGRESSION, better="lower", high=None, parameters={"quantile": None},
    terms={"error": "abs({prediction} - {label})"},
)  # fmt: skip
def absolute_error_quantile(rows: Sample, quantile: float) -> Quantile:
    """Quantile of the absolute errors, in the target's unit: of 0.9, what nine of ten rows do not exceed.

    Where a quantile falls between two rows it is their mean (Hyndman and Fan 1996, Sample quantiles in
    statistical packages, definition 2).
    """
    return Quantile(rows["error"], quantile)
