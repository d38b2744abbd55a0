"""Heterogeneity, trend and change point: against scipy and statsmodels, and what must hold for any windows."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.proportion import proportions_ztest

from specgen.stats.over_time import (
    change_places,
    change_point,
    cochran_q,
    estimates,
    heterogeneity,
    null_draws,
    proportions,
    trend,
)

TRIALS = np.array([120, 90, 200, 150, 80, 160])
HITS = np.array([101, 80, 160, 110, 60, 115])
AT = np.array([0.0, 1, 2, 4, 5, 6])
VALUE = np.array([2.1, 1.9, 2.4, 2.8, 2.6, 3.1])
SE = np.array([0.2, 0.15, 0.3, 0.2, 0.25, 0.2])
ALPHA = 0.05 / 3


def counted():
    series = proportions(AT, HITS, TRIALS)
    assert series is not None
    return series


def measured():
    # So many rows that each window's own spread counts alone.
    return estimates(AT, VALUE, SE, np.full(6, 1e9))


def test_heterogeneity_of_proportions_is_pearsons_chi_square() -> None:
    series = counted()
    expected = stats.chi2_contingency([HITS, TRIALS - HITS], correction=False)
    found = heterogeneity(series, null_draws(series, 0), ALPHA)
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-12)
    assert found.p_value == pytest.approx(expected.pvalue, abs=0.01)


def test_heterogeneity_of_estimates_is_cochrans_q() -> None:
    expected = combine_effects(VALUE, SE**2, method_re="chi2")
    found = heterogeneity(measured(), null_draws(measured(), 0), ALPHA)
    assert found.statistic == pytest.approx(expected.q, rel=1e-7)
    assert found.effect == pytest.approx(np.sqrt(expected.tau2), rel=1e-6)
    assert found.low < found.effect < found.high
    assert found.p_value == pytest.approx(stats.chi2.sf(expected.q, 5), abs=0.01)


def test_trend_of_proportions_is_that_of_cochran_and_armitage() -> None:
    series, rows = counted(), TRIALS.sum()
    table = Table(np.stack([TRIALS - HITS, HITS]), shift_zeros=False)
    expected = table.test_ordinal_association(np.array([0, 1]), AT)
    found = trend(series, null_draws(series, 0), ALPHA)
    # statsmodels takes the variance of sampling without replacement, N/(N − 1) of it.
    assert found.statistic == pytest.approx(expected.zscore * np.sqrt(rows / (rows - 1)), rel=1e-10)
    assert found.p_value == pytest.approx(expected.pvalue, abs=0.01)


def test_trend_of_estimates_is_weighted_least_squares() -> None:
    fitted = sm.WLS(VALUE, sm.add_constant(AT), weights=1 / SE**2).fit()
    found = trend(measured(), null_draws(measured(), 0), ALPHA)
    assert found.effect == pytest.approx(fitted.params[1] * 6, rel=1e-6)
    se = fitted.bse[1] / np.sqrt(fitted.scale)
    assert found.statistic == pytest.approx(fitted.params[1] / se, rel=1e-6)


def test_the_largest_step_is_the_largest_of_the_two_sample_tests() -> None:
    series = counted()
    found = change_point(series, null_draws(series, 0), ALPHA)
    common = HITS.sum() / TRIALS.sum()
    z = [
        proportions_ztest(
            [HITS[k:].sum(), HITS[:k].sum()], [TRIALS[k:].sum(), TRIALS[:k].sum()], prop_var=common
        )[0]
        for k in range(1, 6)
    ]
    assert found.statistic == pytest.approx(z[np.abs(z).argmax()], rel=1e-10)
    assert found.where == np.abs(z).argmax()
    # Having looked at five places costs something, but no more than Bonferroni says.
    alone = 2 * stats.norm.sf(np.abs(z).max())
    assert alone < found.p_value < 5 * alone + 0.001


def test_the_place_of_a_clear_step_is_told_apart_from_all_others() -> None:
    series = estimates(
        np.arange(8.0), np.array([5, 5.1, 4.9, 5, 5, 7, 7.1, 6.9]), np.full(8, 0.2), np.full(8, 1e9)
    )
    assert change_point(series, null_draws(series, 0), ALPHA).where == 4
    assert change_places(series, 4, 0.95, 0) == (4, 4)
    unsure = estimates(series.at, series.value, np.full(8, 1.2), np.full(8, 1e9))
    first, last = change_places(unsure, 4, 0.95, 0)
    assert first < 4 <= last


def test_windows_that_all_agree_are_no_proof_of_no_spread() -> None:
    series = estimates(AT, np.full(6, 2.0), SE, np.full(6, 1e9))
    assert heterogeneity(series, null_draws(series, 0), ALPHA).high == np.inf


def test_rows_that_all_say_the_same_have_no_proportion_to_test() -> None:
    assert proportions(AT, TRIALS, TRIALS) is None


def test_shared_units_make_chance_smaller_where_windows_go_together() -> None:
    together = np.full((6, 6), 0.6) + 0.4 * np.eye(6)
    alone, shared = measured(), estimates(AT, VALUE, SE, np.full(6, 1e9), together)
    z = [trend(one, null_draws(one, 0), ALPHA).statistic for one in (alone, shared)]
    assert z[1] == pytest.approx(z[0] / np.sqrt(0.4), rel=0.05)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.1, 2)), min_size=2, max_size=9), st.floats(-5, 5))
def test_a_shift_of_all_values_changes_nothing_and_time_backwards_the_sign(windows, by) -> None:
    value, se = (np.array(column) for column in zip(*windows, strict=True))
    at, n = np.arange(float(len(value))), np.full(len(value), 1000.0)
    series, moved = estimates(at, value, se, n), estimates(at, value + by, se, n)
    backwards = estimates(at, value[::-1], se[::-1], n)
    null = np.zeros((1, len(value)))
    for test in (trend, change_point, heterogeneity):
        found, shifted, turned = (test(one, null, ALPHA) for one in (series, moved, backwards))
        assert shifted.statistic == pytest.approx(found.statistic, abs=1e-6)
        assert abs(turned.statistic) == pytest.approx(abs(found.statistic), abs=1e-6)
    assert float(cochran_q(series, series.value)) >= 0


@pytest.mark.parametrize(("share", "rows"), [(0.85, 100), (0.98, 40)])
def test_each_test_is_silent_where_nothing_changes(share, rows) -> None:
    """A small version of tests/benchmarks/over_time.py."""
    rng, runs = np.random.default_rng(7), 120
    trials, spoke = np.full(12, rows), np.zeros(3)
    for seed in range(runs):
        series = proportions(np.arange(12.0), rng.binomial(trials, share), trials)
        if series is not None:
            null = null_draws(series, seed)
            spoke += [
                test(series, null, 0.05).p_value < 0.05 for test in (change_point, trend, heterogeneity)
            ]
    assert (spoke <= stats.binom.ppf(0.999, runs, 0.05)).all(), spoke / runs
