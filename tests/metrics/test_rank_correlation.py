"""Spearman's correlation: ranks, their doubt, and what moves them."""

import math

import numpy as np
import pytest
from scipy import stats

from specgen.engine.samples import Sample
from specgen.metrics.families.rank_correlation import spearman
from specgen.stats.influenced import influenced_estimate


def sample(prediction, label, weight=None, unit=None):
    n = len(prediction)
    columns = {"prediction": np.asarray(prediction, float), "label": np.asarray(label, float)}
    return Sample(columns, np.ones(n) if weight is None else weight, unit, weight is not None)


def pair(n=300, seed=0, digits=1):
    rng = np.random.default_rng(seed)
    label = rng.normal(size=n)
    return np.round(label + rng.normal(size=n), digits), np.round(label, digits)


def test_equals_scipy_with_ties():
    prediction, label = pair()
    assert spearman(sample(prediction, label)).value == pytest.approx(
        stats.spearmanr(prediction, label).statistic, abs=1e-12
    )


def test_weight_of_two_is_the_row_twice():
    prediction, label = pair(80)
    weight = np.random.default_rng(1).integers(0, 4, 80)
    twice = sample(np.repeat(prediction, weight), np.repeat(label, weight))
    assert spearman(sample(prediction, label, weight.astype(float))).value == pytest.approx(
        spearman(twice).value, abs=1e-12
    )


def test_influence_is_the_derivative_by_each_row():
    prediction, label = pair(4000, 2)
    weight = np.random.default_rng(3).random(4000) + 0.5
    found = spearman(sample(prediction, label, weight))
    assert found.influence.sum() == pytest.approx(0, abs=1e-12)
    for i in (0, 7, 1234):
        more = weight.copy()
        more[i] *= 1 + 1e-5
        moved = (spearman(sample(prediction, label, more)).value - found.value) / 1e-5
        assert moved == pytest.approx(found.influence[i], rel=0.01, abs=1e-6)


def test_width_is_that_of_bonett_and_wright():
    """Normal rows: the variance on Fisher's scale is (1 + rho²/2) / (n − 3) (2000, Psychometrika 65:23)."""
    prediction, label = pair(1000, 4, digits=9)
    rows = sample(prediction, label)
    found = influenced_estimate(spearman(rows), rows, -1.0, 1.0)
    low, high = np.arctanh(found.shown.interval(0.95))
    expected = 2 * 1.96 * math.sqrt((1 + found.value**2 / 2) / 997)
    assert high - low == pytest.approx(expected, rel=0.06)


def test_perfect_order_is_never_certain():
    rows = sample(np.arange(20), np.arange(20))
    found = influenced_estimate(spearman(rows), rows, -1.0, 1.0)
    assert found.value == pytest.approx(1)
    assert found.decision.lower(0.05) < 1


@pytest.mark.parametrize(
    ("prediction", "label", "what"), [([1, 1], [1, 2], "predictions"), ([1, 2], [3, 3], "targets")]
)
def test_without_an_order_there_is_none(prediction, label, what):
    found = spearman(sample(prediction, label))
    assert (found.value, found.reason) == (None, f"the {what} are all the same")
