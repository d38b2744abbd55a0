"""The multinomial bootstrap of cell counts with BCa bounds."""

import math

import numpy as np
import pytest
from scipy import stats

from specgen.stats.bootstrap import multinomial_bca, resample_cells
from specgen.stats.estimate import Estimate
from specgen.stats.proportion import clopper_pearson


def f1(counts: np.ndarray) -> np.ndarray:
    """F1 of counts (..., 4) of true positives, false positives, false negatives and true negatives."""
    tp, wrong = counts[..., 0], counts[..., 1] + counts[..., 2]
    return np.divide(2 * tp, 2 * tp + wrong, out=np.full(tp.shape, np.nan), where=2 * tp + wrong > 0)


def left_out(counts: np.ndarray) -> np.ndarray:
    return counts - np.diag((counts > 0).astype(int))


def estimate(counts: list[int], replicates: int = 2000, seed: int = 0) -> Estimate:
    c = np.array(counts)
    resampled = resample_cells(c, replicates, np.random.default_rng(seed)).astype(float)
    return multinomial_bca(float(f1(c.astype(float))), f1(resampled), f1(left_out(c).astype(float)), c)


def test_replicates_keep_the_total_and_the_shares() -> None:
    counts = np.array([50, 30, 0, 20])
    replicates = resample_cells(counts, 4000, np.random.default_rng(1))
    assert replicates.shape == (4000, 4)
    assert (replicates.sum(axis=1) == 100).all()
    assert (replicates[:, 2] == 0).all()
    assert replicates.mean(axis=0) == pytest.approx(counts, abs=0.4)
    assert replicates[:, 0].var() == pytest.approx(100 * 0.5 * 0.5, rel=0.1)


def test_no_row_cannot_be_resampled() -> None:
    with pytest.raises(ValueError, match="no row"):
        resample_cells(np.zeros(3, dtype=int), 10, np.random.default_rng(0))


def test_the_bounds_are_those_of_scipys_bootstrap_of_the_rows() -> None:
    counts = [30, 12, 5, 53]
    rows = np.repeat(np.arange(4), counts)

    def of_rows(sample: np.ndarray, axis: int = -1) -> np.ndarray:
        return f1(np.stack([(sample == k).sum(axis=axis) for k in range(4)], axis=-1).astype(float))

    expected = stats.bootstrap(
        (rows,), of_rows, n_resamples=20_000, method="BCa", batch=2000, rng=np.random.default_rng(5)
    )
    found = estimate(counts, 20_000)
    interval = expected.confidence_interval
    assert found.interval(0.95) == pytest.approx((interval.low, interval.high), abs=0.004)
    assert found.se == pytest.approx(expected.standard_error, rel=0.03)


def test_undefined_replicates_are_left_out_until_they_are_the_most() -> None:
    values = np.r_[np.linspace(0, 1, 60), np.full(40, np.nan)]
    jackknife, counts = np.array([0.4, 0.6]), np.array([5, 5])
    clean = multinomial_bca(0.5, values[:60], jackknife, counts)
    assert multinomial_bca(0.5, values, jackknife, counts).interval(0.5) == clean.interval(0.5)
    with pytest.raises(ValueError, match="more than half"):
        multinomial_bca(0.5, np.r_[values, np.full(30, np.nan)], jackknife, counts)


def test_an_undefined_jackknife_value_does_not_undo_the_bounds() -> None:
    values = np.random.default_rng(2).normal(0.5, 0.1, 500)
    found = multinomial_bca(0.5, values, np.array([np.nan, 0.48, 0.51]), np.array([1, 5, 5]))
    assert np.isfinite(found.interval(0.95)).all()


def test_replicates_that_all_agree_do_not_make_certain() -> None:
    found = estimate([40, 0, 0, 60])
    assert found.value == 1.0
    assert found.method == "multinomial_bca, degenerate: clopper_pearson"
    assert found.lower(0.05) == clopper_pearson(100, 100).lower(0.05)


def test_only_the_rows_that_bear_on_the_value_need_count_as_trials() -> None:
    found = multinomial_bca(1.0, np.ones(100), np.ones(2), np.array([5, 95]), trials=5)
    assert (found.lower(0.05), found.n) == (clopper_pearson(5, 5).lower(0.05), 100)


def test_agreeing_replicates_of_no_proportion_know_nothing() -> None:
    found = multinomial_bca(-1.0, np.full(100, -1.0), np.full(2, -1.0), np.array([5, 5]))
    assert found.interval(0.95) == (-math.inf, math.inf)


def test_error_rates_beyond_the_replicates_stay_outside_the_normal_bounds() -> None:
    found = estimate([30, 12, 5, 53], 1000)
    for alpha in (0.01, 1e-4, 1e-8, 1e-12):
        z = stats.norm.isf(alpha)
        assert found.lower(alpha) <= found.value - z * found.se
        assert found.upper(alpha) >= found.value + z * found.se


def test_f1_is_covered() -> None:
    rng, chances, runs = np.random.default_rng(11), np.array([0.2, 0.05, 0.08, 0.67]), 600
    truth = float(f1(chances))
    inside = errors = 0
    for counts in rng.multinomial(150, chances, runs):
        found = estimate(list(counts), 1000, int(rng.integers(2**31)))
        low, high = found.interval(0.95)
        inside += low <= truth <= high
        errors += found.lower(0.05) > truth
    assert 0.92 < inside / runs < 0.98
    assert errors / runs < 0.08
