"""Percentiles and means of series in time, summaries of percentiles, and largest values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from specgen.stats.endpoint import largest
from specgen.stats.series import reciprocal, series_mean, series_quantile
from specgen.stats.summarised import summarised_quantile


def test_few_values_have_the_exact_order_statistic_bounds():
    values = np.arange(1.0, 61.0)
    found = series_quantile(values, 0.95).decision
    # The 60th of 60 exceeds the 95th percentile unless all lie below it: 0.95 ** 60 = 4.6%.
    assert found.upper(0.05) == 60
    assert found.upper(0.045) == math.inf
    rank = next(k for k in range(61) if stats.binom.cdf(k, 60, 0.95) > 0.05)
    assert found.lower(0.05) == values[rank - 1]


def test_six_starts_bound_their_median_on_both_sides():
    found = series_quantile(np.array([4.0, 1.0, 3.0, 2.0, 6.0, 5.0]), 0.5).decision
    assert found.interval(0.95) == (1.0, 6.0)
    assert series_quantile(np.array([4.0, 1.0, 3.0, 2.0, 6.0]), 0.5).decision.interval(0.95)[1] == math.inf


def _errors(draw, share, truth, runs):
    rng = np.random.default_rng(3)
    missed = np.zeros(2)
    for _ in range(runs):
        found = series_quantile(draw(rng), share).decision
        missed += found.lower(0.05) > truth, found.upper(0.05) < truth
    return missed / runs


def test_independent_latencies_are_covered():
    errors = _errors(lambda rng: rng.lognormal(0, 0.5, 1000), 0.95, math.exp(0.5 * stats.norm.ppf(0.95)), 300)
    assert max(errors) < 0.08


def test_latencies_that_depend_on_those_before_are_covered():
    from scipy.signal import lfilter

    def draw(rng):
        return np.exp(0.5 * lfilter([1], [1, -0.9], rng.normal(size=5500) * math.sqrt(1 - 0.81))[500:])

    truth = math.exp(0.5 * stats.norm.ppf(0.95))
    assert max(_errors(draw, 0.95, truth, 300)) < 0.11
    alone = series_quantile(draw(np.random.default_rng(0))[:99], 0.5).decision
    assert alone.method == "order statistics"


def test_the_mean_is_that_of_whole_blocks_with_t():
    values = np.random.default_rng(0).normal(10, 1, 403)
    found = series_mean(values)
    means = values[:400].reshape(20, 20).mean(axis=1)
    low, high = stats.t.interval(0.95, 19, means.mean(), means.std(ddof=1) / math.sqrt(20))
    assert found.value == pytest.approx(means.mean())
    assert found.interval(0.95) == pytest.approx((low, high), abs=0.02)
    assert reciprocal(found).interval(0.95) == pytest.approx((1 / high, 1 / low), rel=0.01)


def test_the_largest_value_has_occurred_and_the_next_is_rarely_above_the_bound():
    found = largest(np.array([3.0, 5.0, 4.0]))
    assert (found.value, found.lower(0.05)) == (5, 5)
    assert found.upper(0.05) == pytest.approx(4 + stats.t.ppf(0.95, 2) * math.sqrt(4 / 3))
    assert largest(np.array([3.0, 5.0, 4.0]), 7.0).interval(0.9) == pytest.approx((7, found.upper(0.05) + 2))
    assert largest(np.array([5.0])).upper(0.05) == math.inf
    rng = np.random.default_rng(1)
    above = sum(rng.normal() > largest(rng.normal(size=4)).upper(0.05) for _ in range(4000)) / 4000
    assert above == pytest.approx(0.05, abs=0.012)


@pytest.mark.parametrize("keys", [(0.5, 0.9, 0.95, 1.0), (0.5, 0.9, 0.95, 0.99), (0.5, 0.95)])
@pytest.mark.parametrize("name", ["lognorm", "gamma", "expon"])
def test_summaries_are_covered(keys, name):
    shape = {"lognorm": stats.lognorm(0.5), "gamma": stats.gamma(4), "expon": stats.expon()}[name]
    rng, truth, missed = np.random.default_rng(2), shape.ppf(0.95), np.zeros(2)
    for _ in range(300):
        values = np.quantile(shape.rvs(1000, random_state=rng), keys)
        found = summarised_quantile(dict(zip(keys, values, strict=True)), 0.95, 1000)
        missed += found.lower(0.05) > truth, found.upper(0.05) < truth
    assert max(missed / 300) < 0.1


@given(
    st.lists(st.floats(0.01, 1e4), min_size=4, max_size=4).map(sorted),
    st.integers(1, 10**6), st.floats(1e-6, 0.5), st.floats(1e-6, 0.5),
)  # fmt: skip
def test_bounds_of_summaries_lie_around_the_value_and_widen(values, n, one, other):
    known = dict(zip((0.5, 0.9, 0.95, 1.0), values, strict=True))
    for share in (0.5, 0.9, 0.95):
        found = summarised_quantile(known, share, n)
        small, large = sorted((one, other))
        ends = [found.lower(small), found.lower(large), found.value, found.upper(large), found.upper(small)]
        assert all(ends[k] <= ends[k + 1] * (1 + 1e-12) for k in range(4))
