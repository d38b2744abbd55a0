"""Metrics of predicted probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.curve import ONE_LABEL
from specgen.metrics.influence import Influenced
from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.engine.samples import Sample
    from specgen.metrics.outcomes import FloatArray

LABEL = ("multiclass", "multilabel")


@metric(
    "moments", tasks=("binary",), label_tasks=LABEL, better="lower", needs_score=True,
    terms={"squared": "({score} - {label}) * ({score} - {label})", "rows": "1"},
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


@metric(
    "sample", tasks=("binary",), label_tasks=LABEL, better="higher", low=None, needs_score=True,
    terms={"score": "{score}", "label": "{label}"},
)  # fmt: skip
def brier_skill(rows: Sample) -> Influenced:
    """One minus the Brier score divided by that of always saying the share of positives: 1 is perfect,
    0 no better than that, below 0 worse.

    Source: Murphy (1973), Hedging and skill scores for probability forecasts, Journal of Applied
    Meteorology 12:215. The influences are what is lost without each row.
    """
    import numpy as np

    positive = rows["label"] == 1
    hits, misses = float(rows.weight[positive].sum()), float(rows.weight[~positive].sum())
    if not (hits > 0 and misses > 0):
        return Influenced(None, reason=ONE_LABEL)
    copies = 1 if rows.copies is None else rows.copies
    weight = rows.weight / copies
    squared = weight * (rows["score"] - rows["label"]) ** 2
    lost, total = float((copies * squared).sum()), hits + misses
    # The only row of a label cannot be left out: half of it stays.
    others = np.maximum(hits - weight * positive, hits / 2)
    rest = np.maximum(misses - weight * ~positive, misses / 2)
    ratio_to_chance = lost * total / (hits * misses)
    moved = (lost - squared) * (total - weight) / (others * rest) - ratio_to_chance

    def reweighted(share: FloatArray) -> float:
        weight = rows.weight * (1 + share)
        hits, misses = float(weight[positive].sum()), float(weight[~positive].sum())
        squares = float((weight * (rows["score"] - rows["label"]) ** 2).sum())
        return 1 - squares * (hits + misses) / (hits * misses)

    return Influenced(1 - ratio_to_chance, moved * copies, part=positive, reweighted=reweighted)
