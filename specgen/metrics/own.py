"""Metrics of a spec's own: a column of row values or SQL over the columns, made one number; a ratio of two sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.influence import Quantile
from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import Metric
from specgen.spec.metrics import MetricRequest
from specgen.spec.row_values import own_column
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from specgen.engine.samples import Sample
    from specgen.metrics.outcomes import FloatArray


def own_metric(spec: Spec, k: int) -> Metric:
    """The k-th of the spec's metrics, which says itself what is measured.

    Row values have a mean, a sum, a quantile, or a share of rows from a threshold on.
    """
    request = spec.metrics[k]
    if request.denominator is not None:
        terms = {"numerator": f"n{k}_{{i}}", "denominator": f"d{k}_{{i}}"}
        text = f"Sum of {request.numerator} ÷ sum of {request.denominator}, over the rows."
        return Metric(request.name, "moments", ratio, (), request.better or "higher", None, None,
                      terms=terms, undefined="the denominators sum to 0", text=text)  # fmt: skip
    value = f"o{k}_{{i}}" if request.sql else f"{own_column(spec, request.column or '')}_{{i}}"
    return _of_row_values(
        request, value, f"the column {request.column}" if request.column else request.sql or ""
    )


def _of_row_values(request: MetricRequest, value: str, named: str) -> Metric:
    better = request.better or "higher"
    if request.threshold is not None:
        terms = {"success": f"({value} >= {request.threshold!r})::DOUBLE", "rows": "1"}
        text = f"Share of rows on which {named} is {request.threshold:g} or more."
        return Metric(request.name, "share", ratio, (), better, 0.0, 1.0, terms=terms, text=text)
    if request.quantile is not None:
        share = request.quantile

        def quantile(rows: Sample) -> Quantile:
            return Quantile(rows["value"], share)

        text = f"{share:g} quantile of {named} over the rows."
        return Metric(request.name, "sample", quantile, (), better, None, None,
                      terms={"value": value}, text=text)  # fmt: skip
    total = request.aggregate == "sum"
    text = f"{'Sum' if total else 'Mean'} of {named} over the rows."
    return Metric(request.name, "moments", _total if total else ratio, (), better, None, None,
                  terms={"value": value, "rows": "1"}, text=text)  # fmt: skip


def _total(value: FloatArray, rows: FloatArray) -> FloatArray:  # noqa: ARG001 - one signature for both
    return value
