"""Newcombe's interval, and MOVER for any two estimates."""

import math

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from specgen.stats.estimate import fixed
from specgen.stats.linearised import linearised_t
from specgen.stats.proportion import wilson
from specgen.stats.unpaired import mover, newcombe


def test_the_worked_example_of_newcombe() -> None:
    assert newcombe(56, 70, 48, 80).interval(0.95) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize("counts", [(9, 10, 3, 10), (0, 10, 0, 20), (10, 10, 0, 10), (500, 1000, 5, 7)])
def test_it_is_that_of_statsmodels(counts: tuple[int, int, int, int]) -> None:
    expected = confint_proportions_2indep(*counts, compare="diff", method="newcomb")
    assert newcombe(*counts).interval(0.95) == pytest.approx(expected)


def test_a_fixed_number_adds_no_doubt() -> None:
    low, high = wilson(80, 100).interval(0.9)
    assert mover(wilson(80, 100), fixed(0.5)).interval(0.9) == pytest.approx((low - 0.5, high - 0.5))
    assert mover(wilson(80, 100), fixed(0.5)).n == 100


def test_symmetric_estimates_give_the_t_like_sum_of_variances() -> None:
    a, b = linearised_t(5.0, 0.09, 0.0, 10**9), linearised_t(1.0, 0.04, 0.0, 10**9)
    half = 1.959964 * math.sqrt(0.09 + 4 * 0.04)
    found = mover(a, b, scale_b=2.0)
    assert found.interval(0.95) == pytest.approx((3 - half, 3 + half), rel=1e-6)
    assert found.se == pytest.approx(0.5)


def test_unknown_doubt_of_one_is_unknown_doubt_of_the_difference() -> None:
    assert mover(wilson(8, 10), linearised_t(1.0, 0.1, 0.0, 1)).interval(0.95) == (-math.inf, math.inf)


@pytest.mark.parametrize("scale", [0.0, -1.0])
def test_a_scale_must_be_positive(scale: float) -> None:
    with pytest.raises(ValueError, match="scale_b"):
        mover(fixed(1.0), fixed(1.0), scale)
