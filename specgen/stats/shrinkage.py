"""Many slices' values drawn towards each other: what the worst of many looks like once chance is allowed for.

The smallest of many noisy values is too small: it is the worst one partly by bad luck. Empirical Bayes
takes the slices as drawn from one distribution, whose spread it learns from them, and draws each value
towards their mean by the share of its distance that its own noise explains (Efron and Morris 1975, Data
analysis using Stein's estimator, JASA 70:311; Casella 1985, An introduction to empirical Bayes data
analysis, American Statistician 39:83). The values are for readers; gates never decide by them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FEWEST = 4
STEPS = 50
SETTLED = 1e-12

Values = NDArray[np.float64]


def shrunken_proportions(successes: Sequence[float], n: Sequence[float]) -> Values | None:
    """Proportions (k,) under a beta-binomial model; None for fewer than four, which say nothing of a spread.

    Its mean and its correlation within slices are those of the moments (Kleinman 1973, Proportions with
    extraneous variance, JASA 68:46; reweighted until they settle); ValueError unless every n > 0.
    """
    counts, trials = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    if (trials <= 0).any():
        raise ValueError("a proportion needs at least one trial")
    if len(trials) < FEWEST:
        return None
    values = counts / trials
    mean, correlation = _beta_binomial(values, trials)
    drawn = 1 / (1 + trials * correlation / (1 - correlation)) if correlation < 1 else np.zeros(len(trials))
    return _drawn(values, mean, drawn)


def shrunken_values(values: Sequence[float], standard_errors: Sequence[float]) -> Values | None:
    """Values (k,) with standard errors (k,) under a normal model; None for fewer than four.

    Mean and spread of the truths by Morris (1983, Parametric empirical Bayes inference, JASA 78:47);
    ValueError unless every standard error is above 0.
    """
    found, variance = np.asarray(values, dtype=float), np.asarray(standard_errors, dtype=float) ** 2
    if (variance <= 0).any():
        raise ValueError("a standard error must be above 0")
    if len(found) < FEWEST:
        return None
    mean, spread = normal_prior(found, variance)
    return _drawn(found, mean, variance / (variance + spread))


def normal_prior(values: Values, variance: Values) -> tuple[float, float]:
    """Mean of the truths behind values (k,) with known variances (k,), and their variance (Morris 1983)."""
    k, spread = len(values), 0.0
    for _ in range(STEPS):
        weight = 1 / (variance + spread)
        mean = float(weight @ values / weight.sum())
        excess = k / (k - 1) * (values - mean) ** 2 - variance
        spread = max(float(weight @ excess / weight.sum()), 0.0)
    weight = 1 / (variance + spread)
    return float(weight @ values / weight.sum()), spread


def _drawn(values: Values, mean: float, drawn: Values) -> Values:
    """Each value moved to the mean by `drawn`, less by Morris's factor, since the spread itself is a guess."""
    k = len(values)
    return values + (k - 3) / (k - 1) * drawn * (mean - values)


def _beta_binomial(values: Values, trials: Values) -> tuple[float, float]:
    """Mean of the proportions, and the correlation of two rows of one slice, from 0 to 1."""
    correlation, mean = 0.0, 0.0
    for _ in range(STEPS):
        weight = trials / (1 + correlation * (trials - 1))
        weight = weight / weight.sum()
        mean = float(weight @ values)
        chance = mean * (1 - mean)
        if chance <= 0:
            return mean, 0.0
        apart = float(weight @ (values - mean) ** 2)
        within = float((weight * (1 - weight) / trials).sum())
        between = float((weight * (1 - weight) * (1 - 1 / trials)).sum())
        if between <= 0:
            return mean, 0.0
        before, correlation = correlation, min(max((apart / chance - within) / between, 0.0), 1.0)
        if abs(correlation - before) < SETTLED:
            break
    return mean, correlation
