"""Bounds of quantiles: order statistics for independent rows, an effective number of rows otherwise."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from specgen.engine.samples import Sample
from specgen.metrics.influence import Quantile
from specgen.stats.quantiles import quantile_difference, quantile_estimate


def rows(n, weight=None, unit=None):
    return Sample({}, np.ones(n) if weight is None else weight, unit, weight is not None)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("n", [60, 500])
def test_bounds_are_the_exact_order_statistics(n, share):
    values = np.random.default_rng(n).lognormal(size=n)
    found = quantile_estimate(Quantile(values, share), rows(n), None, None).decision
    expected = stats.quantile_test(values, q=0, p=share, alternative="two-sided").confidence_interval(0.95)
    assert found.interval(0.95) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_shown_bounds_lie_within_the_exact_ones():
    values = np.random.default_rng(1).normal(size=101)
    found = quantile_estimate(Quantile(values, 0.3), rows(101), None, None)
    exact, shown = found.decision.interval(0.9), found.shown.interval(0.9)
    assert exact[0] <= shown[0] < found.value < shown[1] <= exact[1]


@given(st.lists(st.integers(0, 9), min_size=5, max_size=40), st.sampled_from([0.1, 0.5, 0.8]))
def test_value_is_the_averaged_inverse_of_the_shares(values, share):
    found = quantile_estimate(Quantile(np.array(values, float), share), rows(len(values)), None, None)
    assert found.value == np.quantile(values, share, method="averaged_inverted_cdf")
    assert found.decision.lower(0.05) <= found.value <= found.decision.upper(0.05)


@given(st.permutations(list(range(12))), st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_weights_are_rows_repeated(values, weights):
    values, weights = np.array(values, float), np.array(weights)
    if weights.sum() == 0:
        weights[0] = 1
    weighted = quantile_estimate(Quantile(values, 0.5), rows(12, weights.astype(float)), None, None)
    assert weighted.value == pytest.approx(np.median(np.repeat(values, weights)), abs=1e-12)


def test_rows_copied_within_units_say_no_more():
    values = np.random.default_rng(3).normal(size=90)
    one = quantile_estimate(Quantile(values, 0.5), rows(90, unit=np.arange(90)), None, None)
    four = quantile_estimate(
        Quantile(np.repeat(values, 4), 0.5), rows(360, unit=np.repeat(np.arange(90), 4)), None, None
    )
    assert four.value == one.value
    narrow = np.diff(
        quantile_estimate(Quantile(np.repeat(values, 4), 0.5), rows(360), None, None).shown.interval(0.95)
    )
    assert np.diff(four.shown.interval(0.95)) == pytest.approx(np.diff(one.shown.interval(0.95)), rel=0.15)
    assert np.diff(four.shown.interval(0.95)) > 1.5 * narrow


def test_few_rows_know_no_upper_end_of_a_high_quantile():
    found = quantile_estimate(Quantile(np.arange(20.0), 0.9), rows(20), 0.0, None).decision
    assert found.upper(0.05) == math.inf
    assert 0 < found.lower(0.05) < found.value


def test_low_end_is_the_metrics_own():
    found = quantile_estimate(Quantile(np.arange(20.0), 0.1), rows(20), 0.0, None).decision
    assert found.lower(0.05) == 0.0


def test_no_weight_is_no_value():
    assert quantile_estimate(Quantile(np.arange(3.0), 0.5), rows(3, np.zeros(3)), None, None).value is None


def test_pairing_narrows_a_difference_and_agreement_never_makes_it_certain():
    rng = np.random.default_rng(5)
    common = rng.lognormal(size=400)
    mine, theirs = Quantile(common + 0.05 * rng.normal(size=400), 0.5), Quantile(common, 0.5)
    other = Quantile(rng.permutation(common), 0.5)
    paired = quantile_difference(mine, theirs, rows(400), 0.0, None).decision
    apart = quantile_difference(mine, other, rows(400), 0.0, None).decision
    assert np.diff(paired.interval(0.95)) < 0.6 * np.diff(apart.interval(0.95))
    itself = quantile_difference(theirs, theirs, rows(400), 0.0, None).decision
    assert itself.value == 0
    assert itself.lower(0.05) < 0 < itself.upper(0.05)
