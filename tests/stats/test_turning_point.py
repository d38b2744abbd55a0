"""Statistics that rows do not move to the first order: those of rows that are all alike, and those at a turning point."""

from __future__ import annotations

import numpy as np
import pytest

from specgen.engine.cells import MomentSums
from specgen.metrics.families.regression import r2
from specgen.stats.moment_estimates import moment_estimate


def sums(*columns: np.ndarray) -> MomentSums:
    """Sums of products of row values."""
    x = np.column_stack(columns)
    return MomentSums(x.sum(0), x.T @ x, np.einsum("na,nb,nc->abc", x, x, x), len(x), len(x))


def explained(target: np.ndarray, prediction: np.ndarray) -> MomentSums:
    """What R² is a function of."""
    centred = target - target.mean()
    return sums((target - prediction) ** 2, centred, centred**2, np.ones(len(target)))


def share(x: np.ndarray) -> np.ndarray:
    """R² of these sums."""
    return np.asarray(r2(*(x[..., k] for k in range(4))))


@pytest.mark.parametrize("rows", [20, 1000])
def test_a_constant_fitted_to_the_rows_has_no_interval(rows):
    """Its R² is 0 on whatever rows it was fitted to, so they cannot tell how it varies."""
    target = np.random.default_rng(rows).normal(3, 2, rows)
    found = moment_estimate(share, explained(target, np.full(rows, target.mean())), None, 1.0)
    assert found.value == 0
    assert found.shown is None
    assert found.decision is None
    assert "turning point" in str(found.reason)


def test_a_constant_fitted_to_other_rows_has_one():
    target = np.random.default_rng(1).normal(3, 2, 500)
    found = moment_estimate(share, explained(target, np.full(500, target.mean() + 0.3)), None, 1.0)
    assert found.shown is not None
    low, high = found.shown.interval(0.95)
    assert low < found.value < high


@pytest.mark.parametrize("size", [np.ones(60), np.arange(1.0, 61)], ids=["alike", "of many sizes"])
@pytest.mark.parametrize("value", [0.0, 0.7, 1.0])
def test_rows_that_all_say_the_same_keep_clopper_and_pearson(value, size):
    """Their sums do not bend the mean: at most a share that was not seen may differ."""
    found = moment_estimate(lambda x: x[..., 0] / x[..., 1], sums(value * size, size), 0.0, 1.0)
    assert found.method == "no spread: clopper_pearson"


def test_a_perfect_model_keeps_clopper_and_pearson():
    target = np.random.default_rng(2).normal(3, 2, 80)
    assert moment_estimate(share, explained(target, target), None, 1.0).method == "no spread: clopper_pearson"
