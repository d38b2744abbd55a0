"""Shrinkage of many slices: published values, limits, and that it does lower the error."""

import numpy as np
import pytest
from scipy import optimize, stats

from specgen.stats.shrinkage import shrunken_proportions, shrunken_values

# Hits in 45 at-bats of eighteen players (Efron and Morris 1977, Scientific American 236:119), and their
# James-Stein estimates with the factor 0.212 around 0.265.
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
ESTIMATES = 0.265 + 0.212 * (HITS / 45 - 0.265)


def test_batting_averages_of_efron_and_morris():
    mean = HITS.mean() / 45
    found = shrunken_values(HITS / 45, np.full(18, np.sqrt(mean * (1 - mean) / 45)))
    assert found == pytest.approx(ESTIMATES, abs=0.0006)
    assert found[0] == pytest.approx(0.294, abs=0.0005)
    assert shrunken_proportions(HITS, np.full(18, 45)) == pytest.approx(ESTIMATES, abs=0.001)


def test_the_spread_is_near_maximum_likelihood():
    """Of a beta-binomial sample with 400 slices; only Morris's factor, (k − 3)/(k − 1), lies between."""
    rng = np.random.default_rng(3)
    n = rng.integers(20, 200, 400)
    successes = rng.binomial(n, rng.beta(24, 6, 400))

    def loss(at):
        return -stats.betabinom.logpmf(successes, n, *np.exp(at)).sum()

    a, b = np.exp(optimize.minimize(loss, np.log([8.0, 2.0]), method="Nelder-Mead").x)
    likely = (successes + a) / (n + a + b)
    assert shrunken_proportions(successes, n) == pytest.approx(likely, abs=0.012)


def test_alike_slices_meet_at_their_mean_and_unlike_ones_stay():
    alike = shrunken_proportions([80, 81, 79, 80, 80], [100] * 5)
    assert np.ptp(alike) < 0.02
    unlike = np.array([100, 5000, 9900, 2500, 7000])
    assert shrunken_proportions(unlike, [10_000] * 5) == pytest.approx(unlike / 10_000, abs=1e-3)
    assert shrunken_values([1.0, 2.0, 3.0, 4.0], [1e-6] * 4) == pytest.approx([1, 2, 3, 4])
    assert shrunken_values([2.0] * 5, [1.0] * 5) == pytest.approx([2.0] * 5)


@pytest.mark.parametrize("n", [[10, 10], [10, 10, 10]])
def test_too_few_slices_say_nothing_of_a_spread(n):
    assert shrunken_proportions([5] * len(n), n) is None
    assert shrunken_values([0.5] * len(n), [0.1] * len(n)) is None


def test_edges():
    assert shrunken_proportions([10, 20, 30, 1], [10, 20, 30, 1]) == pytest.approx([1.0] * 4)
    one_row_each = shrunken_proportions([0, 1, 0, 1], [1, 1, 1, 1])
    assert one_row_each == pytest.approx([1 / 6, 5 / 6, 1 / 6, 5 / 6])
    with pytest.raises(ValueError, match="trial"):
        shrunken_proportions([0] * 4, [0, 1, 1, 1])
    with pytest.raises(ValueError, match="standard error"):
        shrunken_values([1.0] * 4, [0.0, 1, 1, 1])


@pytest.mark.parametrize(("slices", "concentration"), [(6, 20), (20, 20), (20, 1e6), (20, 2), (100, 100)])
def test_it_lowers_the_squared_error_and_the_worst_slice_s_bias(slices, concentration):
    rng = np.random.default_rng(slices)
    raw, drawn, bias = [], [], []
    for _ in range(150):
        n = rng.integers(10, 300, slices)
        truth = rng.beta(0.85 * concentration, 0.15 * concentration, slices)
        successes = rng.binomial(n, truth)
        found = shrunken_proportions(successes, n)
        worst = (successes / n).argmin()
        raw.append(((successes / n - truth) ** 2).mean())
        drawn.append(((found - truth) ** 2).mean())
        bias.append(((successes / n - truth)[worst], (found - truth)[worst]))
    assert np.mean(drawn) < np.mean(raw)
    assert abs(np.mean(bias, axis=0)[1]) < abs(np.mean(bias, axis=0)[0])
