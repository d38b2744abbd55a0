"""Metrics of calibration: whether a probability of 0.7 comes true seven times in ten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.curve import ONE_LABEL
from specgen.metrics.influence import Departures, Influenced
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.engine.samples import Sample
    from specgen.metrics.outcomes import FloatArray, IntArray

LABEL = ("multiclass", "multilabel")
TERMS = {"score": "{score}", "label": "{label}"}
BINS = 10
SMALLEST = 1e-6
STEPS = 100


@metric("sample", tasks=("binary",), label_tasks=LABEL, better="lower", needs_score=True, terms=TERMS)
def calibration_error(rows: Sample) -> Departures | Influenced:
    """Root of the mean squared difference between mean probability and share of positives in 10 bins of
    equal weight, without what chance adds to it: about 0 for a perfect model.

    The squares' expectation under chance is taken off before the root, and less than 0 counts as 0
    (Kumar, Liang and Ma 2019, Verified Uncertainty Calibration, §4), so that small tests do not look
    badly calibrated as they do by plain ECE. Tied scores share a bin; bins of one row or sampling unit
    join the next. The interval inverts the noncentral χ² distribution of the squares' sum.
    """
    import numpy as np

    bin_, bins = score_bins(rows)
    if bins == 0:
        return Influenced(None, reason="calibration needs at least two rows")
    weight = np.bincount(bin_, weights=rows.weight, minlength=bins)
    off = rows["label"] - rows["score"]
    apart = np.bincount(bin_, weights=rows.weight * off, minlength=bins) / weight
    return Departures(weight / weight.sum(), apart, rows.weight / weight[bin_] * (off - apart[bin_]), bin_)


def score_bins(rows: Sample) -> tuple[IntArray, int]:
    """Number of each row's bin, lowest scores first, and how many bins there are; 0 where none can be."""
    import numpy as np

    names, group = np.unique(rows["score"], return_inverse=True)
    seen = np.bincount(group, weights=rows.weight, minlength=len(names))
    # A group of ties goes where its middle lies, whatever the order of its rows.
    middle = (np.cumsum(seen) - seen / 2) / seen.sum()
    first = np.minimum((middle * BINS).astype(np.int64), BINS - 1)[group]
    joined = np.zeros(BINS, dtype=np.int64)
    number, start = 0, 0
    for k in range(BINS):
        joined[k] = number
        if _several(first, rows.unit, start, k):
            number, start = number + 1, k + 1
    return np.minimum(joined, number - 1)[first], number


def _several(first: IntArray, unit: IntArray | None, start: int, end: int) -> bool:
    """Whether the bins from `start` to `end` have two rows, or rows of two sampling units."""
    import numpy as np

    inside = np.flatnonzero((first >= start) & (first <= end))
    return len(inside) > 1 and (unit is None or len(np.unique(unit[inside])) > 1)


@metric(
    "sample", tasks=("binary",), label_tasks=LABEL, better="neither", low=None, high=None, needs_score=True,
    terms=TERMS,
)  # fmt: skip
def calibration_slope(rows: Sample) -> Influenced:
    """Slope of the logistic regression of the label on the probability's logit: 1 is right, less is
    overconfident, more is too timid; probabilities within 1e-6 of 0 and 1 count as 1e-6 and 1 − 1e-6.

    Source: Cox (1958), Two further applications of a model for binary regression, Biometrika 45:562.
    Variance by the rows' influences (sandwich), each divided by one minus its leverage.
    """
    import numpy as np

    x, label = _logit(rows["score"]), rows["label"]
    if x.min() == x.max():
        return Influenced(None, reason="all rows have the same score")
    high, low = x[label == 1], x[label != 1]
    if len(high) == 0 or len(low) == 0:
        return Influenced(None, reason=ONE_LABEL)
    if high.min() >= low.max() or high.max() <= low.min():
        return Influenced(None, reason="the scores separate the labels, so that the slope has no end")
    design = np.stack([np.ones_like(x), x], axis=1)
    return _regression(design, np.zeros_like(x), rows, 1)


@metric(
    "sample", tasks=("binary",), label_tasks=LABEL, better="neither", low=None, high=None, needs_score=True,
    terms=TERMS,
)  # fmt: skip
def calibration_intercept(rows: Sample) -> Influenced:
    """Calibration in the large: what has to be added to the probabilities' logits for their mean to be
    right; 0 is right, below 0 they are too high; those within 1e-6 of 0 and 1 count as 1e-6 and 1 − 1e-6.

    Source: Cox (1958), Biometrika 45:562, with the slope fixed at 1 (Van Calster et al. 2019, BMC
    Medicine 17:230). Variance by the rows' influences (sandwich).
    """
    import numpy as np

    positive = rows["label"] == 1
    if positive.all() or not positive.any():
        return Influenced(None, reason=ONE_LABEL)
    x = _logit(rows["score"])
    return _regression(np.ones((len(x), 1)), x, rows, 0)


def _logit(score: FloatArray) -> FloatArray:
    import numpy as np

    inside = np.clip(score, SMALLEST, 1 - SMALLEST)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def _regression(design: FloatArray, offset: FloatArray, rows: Sample, wanted: int) -> Influenced:
    """A coefficient of the weighted logistic regression on the columns of `design` (n, k)."""
    import numpy as np

    label, weight = (rows["label"] == 1).astype(float), rows.weight / rows.weight.mean()

    def fitted(share: FloatArray, start: FloatArray) -> FloatArray | None:
        return _fitted(design, offset, label, weight * (1 + share), start)

    found = fitted(np.zeros(len(label)), np.zeros(design.shape[1]))
    if found is None:
        return Influenced(None, reason="the logistic regression found no end")
    chance = _expit(design @ found + offset)
    spread = weight * chance * (1 - chance)
    moved = design @ np.linalg.inv((design * spread[:, None]).T @ design)
    leverage = spread * np.einsum("nk,nk->n", moved, design)
    leverage = leverage if rows.copies is None else leverage / rows.copies
    influence = moved[:, wanted] * weight * (label - chance) / (1 - np.minimum(leverage, 0.99))

    def reweighted(share: FloatArray) -> float:
        again = fitted(share, found)
        return float(found[wanted] if again is None else again[wanted])

    return Influenced(float(found[wanted]), influence, part=label == 1, reweighted=reweighted)


def _fitted(
    design: FloatArray, offset: FloatArray, label: FloatArray, weight: FloatArray, start: FloatArray
) -> FloatArray | None:
    """Coefficients of a weighted logistic regression by Newton's method; None where it finds no end."""
    import numpy as np

    found = start
    for _ in range(STEPS):
        chance = _expit(design @ found + offset)
        inverse = np.linalg.inv((design * (weight * chance * (1 - chance))[:, None]).T @ design)
        step = inverse @ (design.T @ (weight * (label - chance)))
        # A long step overshoots where the curve is flat.
        found = found + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-13 * max(1.0, float(np.abs(found).max())):
            return found
    return None


def _expit(x: FloatArray) -> FloatArray:
    import numpy as np

    fallen = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1.0, fallen) / (1 + fallen))
