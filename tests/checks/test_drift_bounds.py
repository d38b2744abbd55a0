"""Bounds of drift distances: what always holds, and a small simulation; the large one is a benchmark."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgen.checks.drift.bounds import ks_estimate, psi_estimate, total_variation_estimate
from specgen.checks.drift.distances import kolmogorov_smirnov, numbers
from specgen.checks.drift.joint import Drawn, told_apart

PAIRS, LIMIT, ALPHA = 400, 0.2, 0.05
SHARE = np.array([0.44, 0.22, 0.15, 0.11, 0.08])
ALPHAS = (0.5, 0.2, 0.05, 1e-3, 1e-6, 1e-12)


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=10).filter(
        lambda pairs: sum(p for p, _ in pairs) > 0 and sum(q for _, q in pairs) > 0
    )
)
def test_bounds_lie_around_the_value_and_widen(pairs):
    p, q = np.array(pairs, dtype=float).T
    n, m = p.sum(), q.sum()
    for found in (
        psi_estimate(p / n, q / m, n, m),
        total_variation_estimate(p / n, q / m, n, m),
        ks_estimate(0.3, n, m),
    ):
        lower, upper = [found.lower(a) for a in ALPHAS], [found.upper(a) for a in ALPHAS]
        assert lower == sorted(lower, reverse=True)
        assert upper == sorted(upper)
        assert 0 <= lower[0] <= found.value + 1e-12
        assert found.value <= upper[0] + 1e-12
        assert np.isfinite([*lower, *upper]).all()


def test_ten_rows_alike_are_no_proof_of_no_drift():
    same = np.array([0.5, 0.5])
    assert psi_estimate(same, same, 10, 10).upper(ALPHA) > LIMIT
    assert psi_estimate(np.array([1.0]), np.array([1.0]), 10, 10).upper(ALPHA) > LIMIT


def test_an_unimportant_shift_of_a_million_rows_is_within_its_limit():
    p = np.array([0.50, 0.50])
    found = psi_estimate(p, np.array([0.51, 0.49]), 1e6, 1e6)
    assert found.lower(1e-9) > 0
    assert found.upper(1e-9) < 0.001


@pytest.mark.parametrize(("n", "m"), [(1000, 1000), (5000, 500)])
def test_psi_is_silent_without_drift(n, m):
    rng = np.random.default_rng(n)
    pairs = [(rng.multinomial(n, SHARE) / n, rng.multinomial(m, SHARE) / m) for _ in range(PAIRS)]
    found = [psi_estimate(p, q, n, m) for p, q in pairs]
    assert np.mean([one.lower(ALPHA) > LIMIT for one in found]) == 0
    assert np.mean([one.lower(ALPHA) > 0 for one in found]) <= 0.05
    assert np.mean([one.upper(ALPHA) <= LIMIT for one in found]) >= 0.95


def test_psi_at_its_limit_is_seldom_told_either_way():
    rng = np.random.default_rng(7)
    moved = np.array([0.266, 0.22, 0.15, 0.11, 0.254])
    truth = float(((moved - SHARE) * np.log(moved / SHARE)).sum())
    pairs = [(rng.multinomial(2000, SHARE) / 2000, rng.multinomial(2000, moved) / 2000) for _ in range(PAIRS)]
    found = [psi_estimate(p, q, 2000, 2000) for p, q in pairs]
    assert np.mean([one.lower(ALPHA) > truth for one in found]) <= 0.08
    assert np.mean([one.upper(ALPHA) <= truth for one in found]) <= 0.08


def test_ks_covers_the_true_distance():
    rng = np.random.default_rng(3)
    truth = 0.19741  # 2 Φ(¼) − 1
    inside = 0
    for _ in range(PAIRS):
        x, y = rng.normal(size=600), rng.normal(0.5, 1, 600)
        test = kolmogorov_smirnov(numbers(x), numbers(y), 600, 600)
        found = ks_estimate(test.statistic, 600, 600)
        inside += found.lower(ALPHA) <= truth <= found.upper(ALPHA)
    assert inside / PAIRS >= 0.95


def test_the_classifier_finds_a_correlation_that_no_column_shows():
    rng = np.random.default_rng(0)
    before = rng.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], 2000)
    after = rng.normal(size=(2000, 2))
    for j in range(2):
        assert kolmogorov_smirnov(numbers(before[:, j]), numbers(after[:, j]), 2000, 2000).p_value > 0.01
    found = told_apart(Drawn(before), Drawn(after), ["width", "height"], np.zeros(2, bool), 0)
    assert found.estimate.lower(ALPHA) > 0.6
    assert set(found.drivers) == {"width", "height"}


def test_the_classifier_does_not_tell_units_apart_that_only_repeat_themselves():
    """Rows of one unit in both halves would be recognised; halves are of units."""
    told = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        sides = [
            Drawn(
                np.repeat(rng.normal(size=(40, 3)), 20, axis=0),
                None,
                np.repeat(rng.integers(1 << 40, size=40), 20),
            )
            for _ in range(2)
        ]
        told.append(told_apart(*sides, ["a", "b", "c"], np.zeros(3, bool), seed).estimate.lower(ALPHA) > 0.6)
    assert sum(told) <= 1
