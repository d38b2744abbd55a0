"""How well one column alone tells the label, on rows that it was not fitted to."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from specgen.engine.cells import FloatArray, IntArray

BINS = 64
# Weight of the mean of all rows in the mean of a category.
PRIOR = 1.0


def codes_of_numbers(values: FloatArray) -> IntArray:
    """Bins (n,) of equal rows of a number; missing values are a bin of their own."""
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(len(values), np.int64)
    ends = np.unique(np.quantile(values[known], np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.where(known, np.searchsorted(ends, values, side="left") + 1, 0)


def codes_of_texts(values: Any) -> IntArray:
    """A code (n,) for each text; None is one, too."""
    import pandas as pd

    return np.asarray(pd.factorize(values, use_na_sentinel=False)[0], np.int64)


def fitted_means(code: IntArray, target: FloatArray, fit: Any) -> FloatArray:
    """The mean target (n,) of each row's code on the rows where `fit`, drawn a little to the mean of all."""
    k = int(code.max()) + 1
    rows = np.bincount(code[fit], minlength=k)
    total = np.bincount(code[fit], weights=target[fit], minlength=k)
    return np.asarray(((total + PRIOR * target[fit].mean()) / (rows + PRIOR))[code])


def auc(score: FloatArray, positive: Any) -> tuple[float, float]:
    """Area under the ROC curve, and its standard error (Hanley and McNeil 1982, Radiology 143:29)."""
    p, n = int(positive.sum()), int((~positive).sum())
    if not p or not n:
        return 0.5, 1.0
    ranks = stats.rankdata(score)
    a = float((ranks[positive].sum() - p * (p + 1) / 2) / (p * n))
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    # As if two more pairs were wrong, so that few rows that are all right are not certain.
    b = min(a, 1 - 1 / (p * n) ** 0.5)
    variance = (b * (1 - b) + (p - 1) * max(q1 - a * a, 0.0) + (n - 1) * max(q2 - a * a, 0.0)) / (p * n)
    return a, float(np.sqrt(variance))


def explained(score: FloatArray, target: FloatArray) -> float:
    """Share of the target's variance that a prediction explains, R²."""
    spread = float(((target - target.mean()) ** 2).sum())
    return 1 - float(((target - score) ** 2).sum()) / spread if spread else 0.0
