"""Distances between samples: the same numbers as scipy's, and what must always hold of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import spatial, stats

from specgen.checks.drift.cells import cells_of_rows
from specgen.checks.drift.distances import (
    PSI_FLOOR,
    chi_square,
    jensen_shannon,
    kolmogorov_smirnov,
    numbers,
    psi,
    total_variation,
    wasserstein,
)

COUNTS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=12).filter(
    lambda pairs: sum(p for p, _ in pairs) > 0 and sum(q for _, q in pairs) > 0
)
NUMBERS = st.lists(st.integers(-50, 50), min_size=3, max_size=60)


def shares(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray, int, int]:
    p, q = np.array(pairs, dtype=float).T
    return p / p.sum(), q / q.sum(), int(p.sum()), int(q.sum())


@given(COUNTS)
def test_jensen_shannon_is_scipys(pairs):
    p, q, _, _ = shares(pairs)
    # scipy's own root of a divergence that rounding has made negative is NaN.
    expected = np.nan_to_num(spatial.distance.jensenshannon(p, q, base=2))
    assert jensen_shannon(p, q) ** 2 == pytest.approx(expected**2, abs=1e-9)


@given(COUNTS)
def test_chi_square_and_cramers_v_are_scipys(pairs):
    p, q, n, m = shares(pairs)
    table = np.array([pair for pair in pairs if sum(pair)]).T
    test, v = chi_square(p, q, n, m)
    expected = stats.chi2_contingency(table, correction=False) if table.shape[1] > 1 else None
    assert test.statistic == pytest.approx(expected.statistic if expected else 0.0, rel=1e-9, abs=1e-9)
    assert test.p_value == pytest.approx(expected.pvalue if expected else 1.0, rel=1e-9, abs=1e-12)
    if expected:
        assert v == pytest.approx(stats.contingency.association(table, method="cramer"), abs=1e-9)


@given(NUMBERS, NUMBERS)
def test_kolmogorov_smirnov_is_scipys(one, other):
    x, y = np.array(one) / 7, np.array(other) / 7
    found = kolmogorov_smirnov(numbers(x), numbers(y), len(x), len(y))
    expected = stats.ks_2samp(x, y, method="asymp")
    assert found.statistic == pytest.approx(expected.statistic, abs=1e-9)
    assert found.p_value == pytest.approx(expected.pvalue, abs=1e-9)


@given(NUMBERS, NUMBERS, st.randoms(use_true_random=False))
def test_wasserstein_is_scipys_with_weights_too(one, other, random):
    x, y = np.array(one) / 7, np.array(other) * 3.0
    w = np.array([random.uniform(0.1, 5) for _ in one])
    assert wasserstein(numbers(x), numbers(y)) == pytest.approx(stats.wasserstein_distance(x, y), abs=1e-9)
    expected = stats.wasserstein_distance(x, y, u_weights=w)
    assert wasserstein(numbers(x, w), numbers(y)) == pytest.approx(expected, abs=1e-9)


def test_quantiles_and_spread_are_numpys():
    x = np.random.default_rng(0).gamma(2, size=1001)
    sample = numbers(x)
    for level in (0.1, 0.25, 0.5, 0.9, 1.0):
        assert sample.quantile(level) == np.quantile(x, level, method="inverted_cdf")
    assert sample.spread == pytest.approx(x.std(), rel=1e-12)


def test_psi_of_the_textbook():
    """Siddiqi's formula by hand, on shares without empty cells."""
    p, q = np.array([0.2, 0.3, 0.5]), np.array([0.3, 0.3, 0.4])
    by_hand = 0.1 * np.log(0.3 / 0.2) + (-0.1) * np.log(0.4 / 0.5)
    assert psi(p, q) == pytest.approx(by_hand, rel=1e-12)


def test_psi_of_a_new_category_does_not_grow_with_the_rows():
    small, large = np.array([1.0, 0.0]), np.array([0.98, 0.02])
    by_hand = (0.02 - PSI_FLOOR) * np.log(0.02 / PSI_FLOOR) - 0.02 * np.log(0.98)
    assert psi(small, large) == pytest.approx(by_hand, rel=1e-9)


@given(COUNTS)
def test_distances_are_symmetric_and_zero_for_the_same(pairs):
    p, q, _, _ = shares(pairs)
    for distance in (psi, jensen_shannon, total_variation):
        assert distance(p, q) == pytest.approx(distance(q, p), abs=1e-12)
        assert distance(p, p) == pytest.approx(0, abs=1e-7)
    assert 0 <= total_variation(p, q) <= 1 + 1e-12
    assert 0 <= jensen_shannon(p, q) <= 1 + 1e-12


@settings(max_examples=30)
@given(st.integers(2, 6), st.integers(2, 40), st.integers(1, 8))
def test_rows_copied_within_units_count_once(k, units, copies):
    rng = np.random.default_rng(units)
    cell = rng.integers(0, k, units)
    once = cells_of_rows(cell, k, None, np.arange(units))
    many = cells_of_rows(np.repeat(cell, copies), k, None, np.repeat(np.arange(units), copies))
    assert many.n == pytest.approx(once.n, rel=1e-9)
    assert many.n <= units + 1e-9
    assert np.allclose(many.share, once.share)


def test_equal_weights_count_nothing_and_unequal_ones_count_as_their_variance_says():
    rng = np.random.default_rng(1)
    cell = rng.integers(0, 3, 5000)
    assert cells_of_rows(cell, 3, np.full(5000, 2.5), None).n == pytest.approx(5000, rel=1e-9)
    weight = rng.lognormal(0, 1, 5000)
    kish = weight.sum() ** 2 / (weight**2).sum()
    assert cells_of_rows(cell, 3, weight, None).n == pytest.approx(kish, rel=0.05)


def test_independent_rows_are_their_own_number():
    found = cells_of_rows(np.array([0, 0, 1, 2]), 4, None, None)
    assert (found.n, found.rows, list(found.share)) == (4.0, 4, [0.5, 0.25, 0.25, 0.0])
