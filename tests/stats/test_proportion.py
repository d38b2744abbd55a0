"""Wilson and Clopper-Pearson against statsmodels and the literature."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import special
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from specgen.stats.estimate import Estimate
from specgen.stats.proportion import clopper_pearson, mid_p, modified_wilson, wilson
from specgen.stats.unpaired import mover


def test_the_worked_example_of_newcombe() -> None:
    assert wilson(81, 263).interval(0.95) == pytest.approx((0.25529, 0.36621), abs=5e-6)
    assert clopper_pearson(81, 263).interval(0.95) == pytest.approx((0.25274, 0.36762), abs=5e-6)


@pytest.mark.parametrize(
    ("k", "n"), [(0, 10), (1, 10), (10, 10), (0, 1), (1, 1), (37, 40), (999, 1000), (5, 100_000)]
)
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_both_agree_with_statsmodels(k: int, n: int, confidence: float) -> None:
    for ours, name in ((wilson(k, n), "wilson"), (clopper_pearson(k, n), "beta")):
        expected = proportion_confint(k, n, alpha=1 - confidence, method=name)
        assert ours.interval(confidence) == pytest.approx(expected, abs=1e-9), name


def test_no_error_in_299_rows_proves_99_percent() -> None:
    assert clopper_pearson(299, 299).lower(0.05) >= 0.99
    assert clopper_pearson(298, 298).lower(0.05) < 0.99


def test_the_exact_bound_errs_at_most_at_the_nominal_rate() -> None:
    n, alpha = 30, 0.05
    bounds = np.array([clopper_pearson(k, n).lower(alpha) for k in range(n + 1)])
    for truth in (0.05, 0.5, 0.9, 0.97):
        counts = np.arange(n + 1)
        mass = special.comb(n, counts) * truth**counts * (1 - truth) ** (n - counts)
        assert mass[bounds > truth].sum() <= alpha, f"too sure at {truth}"


def test_effective_counts_lie_between_their_whole_neighbours() -> None:
    for method in (wilson, clopper_pearson):
        between = method(12.5, 20.0).lower(0.025)
        assert method(12, 20).lower(0.025) < between < method(13, 20).lower(0.025)


def test_a_rounding_slip_at_the_edge_is_put_right() -> None:
    assert clopper_pearson(0.1 * 3, 0.3).upper(0.05) == 1.0
    assert wilson(-1e-12, 5).lower(0.05) == 0.0


@pytest.mark.parametrize("method", [wilson, clopper_pearson])
@pytest.mark.parametrize(("k", "n"), [(0, 0), (-1, 5), (6, 5), (float("nan"), 5), (1, float("nan"))])
def test_impossible_counts_are_refused(
    method: Callable[[float, float], Estimate], k: float, n: float
) -> None:
    with pytest.raises(ValueError, match=r"trial|successes"):
        method(k, n)


@pytest.mark.parametrize(("k", "rate"), [(1, 0.0513), (2, 0.3554), (3, 0.8177)])
def test_next_to_the_ends_the_shown_bound_is_the_poisson_one(k: int, rate: float) -> None:
    """Brown, Cai and DasGupta (2001): half the 5% quantile of χ² with 2k degrees of freedom, over n."""
    assert modified_wilson(k, 50).interval(0.95)[0] == pytest.approx(rate / 50, abs=1e-6)
    assert modified_wilson(50 - k, 50).interval(0.95)[1] == pytest.approx(1 - rate / 50, abs=1e-6)


@pytest.mark.parametrize("k", [0, 4, 25, 46, 50])
def test_elsewhere_the_shown_interval_is_wilsons(k: int) -> None:
    assert modified_wilson(k, 50).interval(0.95) == pytest.approx(wilson(k, 50).interval(0.95), abs=1e-15)


@pytest.mark.parametrize(("k", "n"), [(0, 10), (1, 10), (10, 10), (37, 40), (999, 1000)])
def test_mid_p_counts_half_of_the_chance_of_what_was_seen(k: int, n: int) -> None:
    found, exact = mid_p(k, n), clopper_pearson(k, n)
    low, high = found.interval(0.95)
    assert exact.interval(0.95)[0] <= low <= k / n <= high <= exact.interval(0.95)[1]
    if k > 0:
        assert binom.sf(k, n, low) + binom.pmf(k, n, low) / 2 == pytest.approx(0.025, abs=1e-9)
    if k < n:
        assert binom.cdf(k - 1, n, high) + binom.pmf(k, n, high) / 2 == pytest.approx(0.025, abs=1e-9)


@pytest.mark.parametrize("truth", [0.7, 0.9, 0.97])
@pytest.mark.parametrize(("n", "published"), [(100, 200), (100, 1000), (300, 200)])
def test_against_a_published_proportion_gates_err_at_most_5_percent(
    n: int, published: int, truth: float
) -> None:
    mine, theirs = (
        [method(k, m) for k in range(m + 1)] for method, m in ((clopper_pearson, n), (mid_p, published))
    )
    ends = [[(one.value, one.lower(0.05), one.upper(0.05)) for one in some] for some in (mine, theirs)]
    (v, low, high), (w, least, most) = (np.array(some).T for some in ends)
    apart = v[:, None] - w
    lower = apart - np.hypot((v - low)[:, None], most - w)
    upper = apart + np.hypot((high - v)[:, None], w - least)
    chance = np.outer(
        binom.pmf(np.arange(n + 1), n, truth), binom.pmf(np.arange(published + 1), published, truth)
    )
    assert mover(mine[3], theirs[5]).lower(0.05) == pytest.approx(lower[3, 5])
    assert chance[lower >= 0].sum() <= 0.05
    assert chance[upper < 0].sum() <= 0.05
