"""Shares of rows by a row value have a proportion's intervals."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from specgen.engine.cells import MomentSums
from specgen.stats.paired import tango
from specgen.stats.share_estimates import share_difference, share_estimate


def summed(*columns, weight=None, unit=None):
    values = np.stack(columns, axis=1).astype(float)
    values = values if weight is None else values * weight[:, None]
    if unit is not None:
        values = np.stack([np.bincount(unit, weights=c) for c in values.T], axis=1)
    third = np.einsum("na,nb,nc->abc", values, values, values)
    return MomentSums(values.sum(0), values.T @ values, third, len(values), len(columns[0]))


def hits(n, share, seed=0):
    return np.random.default_rng(seed).random(n) < share


def test_wilson_is_shown_and_clopper_pearson_decides():
    success = hits(263, 0.3)
    found = share_estimate(summed(success, np.ones(263)), plain=True)
    for estimate, method in ((found.shown, "wilson"), (found.decision, "beta")):
        expected = proportion_confint(int(success.sum()), 263, method=method)
        assert estimate.interval(0.95) == pytest.approx(expected, abs=1e-12)


def test_copies_within_units_say_no_more():
    success = hits(80, 0.4, 1)
    plain = share_estimate(summed(success, np.ones(80)), plain=True).shown.interval(0.95)
    copied = summed(np.repeat(success, 5), np.ones(400), unit=np.repeat(np.arange(80), 5))
    assert share_estimate(copied, plain=False).shown.interval(0.95) == pytest.approx(plain, abs=0.01)


def test_equal_weights_are_none():
    success = hits(120, 0.7, 2)
    plain = share_estimate(summed(success, np.ones(120)), plain=True).shown.interval(0.95)
    weighted = summed(success, np.ones(120), weight=np.full(120, 3.0))
    assert share_estimate(weighted, plain=False).shown.interval(0.95) == pytest.approx(plain, abs=2e-3)


def test_all_right_in_few_units_is_not_certain():
    found = share_estimate(
        summed(np.ones(500), np.ones(500), weight=np.full(500, 0.1), unit=np.arange(500) % 20), plain=False
    )
    assert found.value == 1.0
    assert found.decision.lower(0.05) == pytest.approx(0.05 ** (1 / 20), abs=1e-9)


def test_differences_are_tangos():
    one, other = hits(200, 0.8, 3), hits(200, 0.7, 4)
    found = share_difference(
        lambda s: s[..., 0] - s[..., 2], 0, 2, 1, summed(one, np.ones(200), other), plain=True
    )
    expected = tango(int((one & ~other).sum()), int((~one & other).sum()), 200)
    assert found.shown.interval(0.95) == pytest.approx(expected.interval(0.95), abs=1e-12)
