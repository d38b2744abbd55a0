"""Linearised variances with t, and the correction for skewness."""

import math

import numpy as np
import pytest
from scipy import stats

from specgen.stats.estimate import Estimate
from specgen.stats.linearised import Curve, Sizes, equal, linearised_t, sizes_of, unsure_skewness
from specgen.stats.proportion import wilson


def mean(values: np.ndarray, skewness: bool = True) -> Estimate:
    z = (values - values.mean()) / len(values)
    cubes = float((z**3).sum()) if skewness else 0.0
    return linearised_t(float(values.mean()), float((z**2).sum()), cubes, len(values))


def test_without_skewness_it_is_the_t_interval() -> None:
    values = np.array([3.0, 1.0, 4.0, 1.5, 9.0])
    expected = stats.t.interval(0.95, 4, values.mean(), stats.sem(values))
    assert mean(values, skewness=False).interval(0.95) == pytest.approx(expected)
    assert mean(values).se == pytest.approx(stats.sem(values))


@pytest.mark.parametrize("alpha", [0.1, 0.025, 0.001])
def test_the_long_side_solves_halls_cubic_and_the_short_side_is_plain_t(alpha: float) -> None:
    values = np.random.default_rng(3).exponential(size=40)
    found = mean(values)
    a = stats.skew(values, bias=False) / math.sqrt(40)
    degrees = min(39, 2 / a**2)
    assert found.se is not None
    t = (found.value - found.upper(alpha)) / found.se
    assert t + a * t**2 / 3 + a**2 * t**3 / 27 + a / 6 == pytest.approx(stats.t.ppf(alpha, degrees))
    assert (found.value - found.lower(alpha)) / found.se == pytest.approx(stats.t.isf(alpha, degrees))


def test_units_of_one_size_have_their_number_less_one() -> None:
    sizes = equal(12)
    assert (sizes.degrees, sizes.inflation) == pytest.approx((11, 12 / 11))
    assert sizes.skew_inflation == pytest.approx(144 / (11 * 10))


def test_unequal_units_have_an_unbiased_variance_and_fewer_degrees_of_freedom() -> None:
    share = np.geomspace(1, 20, 12) / np.geomspace(1, 20, 12).sum()
    sizes = Sizes(float((share**2).sum()), float((share**3).sum()))
    values = np.random.default_rng(5).standard_normal((40_000, 12))
    z = share * (values - (values @ share)[:, None])
    estimated = (z**2).sum(1) * sizes.inflation
    assert estimated.mean() == pytest.approx(sizes.squares, rel=0.02)
    spread = 2 * estimated.mean() ** 2 / estimated.var()
    assert sizes.degrees == pytest.approx(spread, rel=0.35)
    assert sizes.degrees < 9


def test_curvature_tells_the_skewness_of_a_transformed_mean() -> None:
    """The logarithm of an exponential mean is skewed the other way than the mean on its long side."""
    rng, n, runs, truth = np.random.default_rng(6), 40, 3000, 0.0
    missed = {True: np.zeros(2), False: np.zeros(2)}
    for values in rng.exponential(size=(runs, n)):
        mean = values.mean()
        z = (values - mean) / n / mean
        squares, cubes = float((z**2).sum()), float((z**3).sum())
        for bent, found in missed.items():
            curve = Curve(-(squares**2), -squares) if bent else Curve()
            estimate = linearised_t(math.log(mean), squares, cubes, n, curve=curve)
            found += estimate.lower(0.05) > truth, estimate.upper(0.05) < truth
    bent, straight = missed[True] / runs, missed[False] / runs
    assert straight[1] < bent[1], "without the curvature the long side is corrected too much"
    assert bent == pytest.approx([0.05, 0.05], abs=0.015)


def test_the_correction_has_no_step_at_skewness_nought() -> None:
    for cubes in (1e-300, 1e-15, 1e-9, 1e-6, 1e-5, -1e-5):
        found = linearised_t(0.0, 29 / 30, cubes, 30)
        assert found.upper(0.05) == pytest.approx(stats.t.isf(0.05, 29), rel=1e-4)


def test_the_side_of_the_long_tail_is_never_undercut() -> None:
    found = linearised_t(0.0, 1.0, 0.9, 10)
    for alpha in np.geomspace(1e-12, 0.4, 40):
        assert found.upper(alpha) >= found.se * stats.t.isf(alpha, 9) * (1 - 1e-9)


def test_bounds_scale_with_the_values_however_small() -> None:
    values = np.random.default_rng(8).exponential(size=20)
    assert mean(values * 1e-90).upper(0.05) == pytest.approx(1e-90 * mean(values).upper(0.05), abs=0)


@pytest.mark.parametrize(("squares", "units"), [(0.5, 1), (0.0, 50), (-1e-20, 50)])
def test_one_unit_or_no_spread_knows_nothing(squares: float, units: int) -> None:
    assert linearised_t(0.5, squares, 0.0, units).interval(0.95) == (-math.inf, math.inf)


@pytest.mark.parametrize("n", [50, 150, 500])
def test_one_sided_errors_of_lognormal_means_are_nearer_to_nominal_where_plain_t_promises_too_much(
    n: int,
) -> None:
    rng = np.random.default_rng(n)
    truth, alpha = math.exp(0.5), 0.05
    errors = {True: np.zeros(2), False: np.zeros(2)}
    for values in rng.lognormal(0, 1, (1500, n)):
        for skewness, found in errors.items():
            estimate = mean(values, skewness)
            found += estimate.lower(alpha) > truth, estimate.upper(alpha) < truth
    corrected, plain = errors[True] / 1500, errors[False] / 1500
    assert corrected[0] <= plain[0] < alpha, "the short side keeps plain t's caution"
    assert alpha < corrected[1] < plain[1] - 0.01, (corrected, plain)
    assert corrected[1] < 0.11


def test_sixty_clusters_are_covered_where_plain_wilson_is_not() -> None:
    rng = np.random.default_rng(60)
    truth, clusters, size, runs = 0.7, 60, 20, 2000
    # A beta-binomial with intraclass correlation 2/19 has the design effect 1 + (20 − 1)·2/19 = 3.
    scale = 19 / 2 - 1
    chances = rng.beta(truth * scale, (1 - truth) * scale, (runs, clusters))
    successes = rng.binomial(size, chances)
    values = successes.mean(axis=1) / size
    z = (successes / size - values[:, None]) / clusters
    robust, plain = 0, 0
    for value, squares, cubes in zip(values, (z**2).sum(1), (z**3).sum(1), strict=True):
        low, high = linearised_t(value, squares, cubes, clusters).interval(0.95)
        robust += low <= truth <= high
        low, high = wilson(value * clusters * size, clusters * size).interval(0.95)
        plain += low <= truth <= high
    assert 0.70 < plain / runs < 0.78, "the design effect is not about 3"
    assert 0.925 < robust / runs < 0.965


def test_sixty_clusters_no_worse_than_the_cluster_bootstrap() -> None:
    """The design's figure for the percentile cluster bootstrap is 92.5%; t with linearised variance covers more."""
    rng = np.random.default_rng(61)
    truth, clusters, runs, replicates = 0.7, 60, 800, 400
    sizes = rng.integers(5, 60, (runs, clusters))
    scale = 19 / 2 - 1
    successes = rng.binomial(sizes, rng.beta(truth * scale, (1 - truth) * scale, (runs, clusters)))
    drawn = rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=replicates)
    values = (successes @ drawn.T) / (sizes @ drawn.T)
    low, high = np.quantile(values, [0.025, 0.975], axis=1)
    bootstrap = ((low <= truth) & (truth <= high)).mean()
    covered = 0
    for right, size in zip(successes, sizes, strict=True):
        value = right.sum() / size.sum()
        z = (right - value * size) / size.sum()
        lower, upper = linearised_t(value, float((z**2).sum()), float((z**3).sum()), clusters).interval(0.95)
        covered += lower <= truth <= upper
    assert bootstrap == pytest.approx(0.925, abs=0.025)
    assert covered / runs >= bootstrap


def test_units_of_one_size_have_no_tail_and_unequal_ones_have() -> None:
    assert equal(40).tail == pytest.approx(0, abs=1e-12)
    share = np.geomspace(1, 20, 12) / np.geomspace(1, 20, 12).sum()
    known = sizes_of(share)
    assert known.tail > Sizes(known.squares, known.cubes).tail > 0.01
    assert known.degrees < Sizes(known.squares, known.cubes).degrees


def test_the_doubt_of_the_skewness_is_halls_and_no_more_than_half_of_the_bound() -> None:
    z = -stats.norm.ppf(0.05)
    assert unsure_skewness(10**9, 0.02, 0.05) == pytest.approx(z * (1 + 2 * z**2) / 6 * 0.02, rel=1e-6)
    assert unsure_skewness(10**9, 0.9, 0.001) == pytest.approx(-stats.norm.ppf(0.001) / 2, rel=1e-6)
    assert unsure_skewness(30, -0.2, 0.05) == 0


def test_bounds_that_allow_for_tails_are_wider_where_few_units_carry_the_variance() -> None:
    rare = np.concatenate([np.zeros(95), [2.0, -1.0, 1.5, -2.0, -0.5]])
    z = rare / 100
    powers = [float((z**k).sum()) for k in (2, 3, 4)]
    plain = linearised_t(0.0, *powers[:2], 100)
    wide = linearised_t(0.0, *powers[:2], 100, influence_sum4=powers[2])
    assert 1.1 < wide.upper(0.05) / plain.upper(0.05) < 2
    normal = np.random.default_rng(0).standard_normal(1000) / 1000
    powers = [float(((normal - normal.mean()) ** k).sum()) for k in (2, 3, 4)]
    plain, wide = (linearised_t(0.0, *powers[:2], 1000, influence_sum4=four) for four in (None, powers[2]))
    assert wide.upper(0.05) == pytest.approx(plain.upper(0.05), rel=0.01)


def test_the_doubt_of_the_skewness_moves_both_bounds_alike():
    skewed = [1.0, 0.3, 0.12]
    plain, wide = (linearised_t(0.0, *skewed[:2], 1000, influence_sum4=four) for four in (None, skewed[2]))
    further = plain.lower(0.05) - wide.lower(0.05), wide.upper(0.05) - plain.upper(0.05)
    assert min(further) > 0.05
