"""Business metrics as metrics: what right and wrong predictions are worth, or a value of each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from specgen.metrics.outcomes import confusion, ratio
from specgen.metrics.registry import Metric
from specgen.spec.business import BusinessMetric, without_worth

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray, Outcomes

OUTCOMES = {"tp": "true positive", "fp": "false positive", "fn": "false negative", "tn": "true negative"}


def payoff_metric(business: BusinessMetric, labels: Sequence[str]) -> Metric:
    """A payoff over the outcome cells; what a row can be worth bounds the mean.

    Where the rows have a pair of labels without a worth, it is undefined, never 0.
    """
    cells, matrix = business.cells, business.matrix
    worths = [*cells.values(), *(worth for row in matrix.values() for worth in row.values())]
    ends = [business.per * worth for worth in worths]
    total = business.aggregate == "sum"

    def value(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
        if matrix:
            found = _by_labels(business, labels, outcomes, counts)
        else:
            sums = confusion(outcomes, counts)
            found = sum(cells[name] * getattr(sums, name) for name in cells)
        return found if total else business.per * ratio(found, counts.sum(-1))

    lacking = without_worth(matrix, labels) if matrix else ""
    return Metric(
        name=business.name, state="counts", function=value, tasks=(), better=business.better,
        low=None if total else min(ends), high=None if total else max(ends),
        undefined=f"its payoff has no worth for {lacking}" if lacking else "its denominator is 0",
    )  # fmt: skip


def _by_labels(
    business: BusinessMetric, labels: Sequence[str], outcomes: Outcomes, counts: FloatArray
) -> FloatArray:
    """Sum of the worths of actual × predicted label, NaN where a pair that occurs has none."""
    import numpy as np

    known = [[business.matrix.get(actual, {}).get(label, np.nan) for label in labels] for actual in labels]
    worth = np.array(known)[outcomes.label, outcomes.prediction]
    unknown = counts[..., np.isnan(worth)].sum(-1) > 0
    return np.asarray(np.where(unknown, np.nan, counts @ np.nan_to_num(worth)))


def per_row_metric(business: BusinessMetric, k: int) -> Metric:
    """The sum of the k-th business metric's row value, or its mean."""

    def mean(value: FloatArray, rows: FloatArray) -> FloatArray:
        return business.per * ratio(value, rows)

    def total(value: FloatArray, rows: FloatArray) -> FloatArray:  # noqa: ARG001 - one signature for both
        return value

    return Metric(
        name=business.name, state="moments", function=total if business.aggregate == "sum" else mean,
        tasks=(), better=business.better, low=None, high=None, terms={"value": f"b{k}_{{i}}", "rows": "1"},
    )  # fmt: skip


def definition_of(business: BusinessMetric) -> str:
    """One sentence that says what the number is."""
    per = f" per {business.per:g} rows" if business.per != 1 else " per row"
    return f"{_worth(business)}, {'summed over all rows' if business.aggregate == 'sum' else f'mean{per}'}."


def _worth(business: BusinessMetric) -> str:
    """What one row is worth, in words."""
    if business.cells:
        return "Worth of a " + ", ".join(
            f"{OUTCOMES[cell]} {worth:g}" for cell, worth in business.cells.items()
        )
    if not business.matrix:
        return f"Worth of a row: {business.per_row}"
    rows = [
        f"'{actual}' predicted " + ", ".join(f"'{label}' {worth:g}" for label, worth in row.items())
        for actual, row in business.matrix.items()
    ]
    return f"Worth of {'; '.join(rows)}"
