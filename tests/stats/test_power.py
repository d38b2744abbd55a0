"""Sample sizes that settle a question."""

import math

import numpy as np
import pytest
from scipy import stats

from specgen.stats.power import further, rows_for_difference, rows_for_proportion
from specgen.stats.proportion import clopper_pearson


@pytest.mark.parametrize(
    ("truth", "bound", "alpha", "rows"),
    [(0.92, 0.90, 0.025, 1666), (0.95, 0.90, 0.025, 239), (1.0, 0.99, 0.05, 299), (0.0, 0.01, 0.05, 299)],
)
def test_known_sample_sizes(truth: float, bound: float, alpha: float, rows: int) -> None:
    assert rows_for_proportion(truth, bound, alpha) == rows


def test_what_lies_on_the_bound_is_never_settled() -> None:
    assert rows_for_proportion(0.9, 0.9, 0.05) is None
    assert rows_for_proportion(1.0, 1.0, 0.05) is None
    assert rows_for_difference(0.1, 100, 0.0, 0.05) is None


def test_a_bound_of_all_falls_with_the_first_error() -> None:
    rows = rows_for_proportion(0.9, 1.0, 0.05)
    assert rows is not None
    assert 1 - 0.9**rows >= 0.8 > 1 - 0.9 ** (rows - 1)
    assert rows_for_proportion(0.1, 0.0, 0.05) == rows
    assert rows_for_proportion(1.0, 0.0, 0.05) == 1


@pytest.mark.parametrize("bound", [-0.5, 1.5])
def test_a_bound_that_no_proportion_has_needs_one_row(bound: float) -> None:
    assert rows_for_proportion(0.5, bound, 0.05) == 1


def test_that_many_rows_have_the_power_promised() -> None:
    rows = rows_for_proportion(0.95, 0.90, 0.025)
    assert rows is not None
    successes = np.arange(rows + 1)
    passes = np.array([clopper_pearson(k, rows).lower(0.025) >= 0.90 for k in successes])
    assert stats.binom.pmf(successes, rows, 0.95)[passes].sum() == pytest.approx(0.8, abs=0.08)


def test_rows_for_a_mean_are_those_of_the_z_test() -> None:
    rows = rows_for_difference(0.1, 100, 0.25, 0.025)
    assert rows == math.ceil(((1.959964 + 0.841621) * 1.0 / 0.25) ** 2)
    assert rows_for_difference(0.1, 100, -0.25, 0.025) == rows


def test_doubt_without_end_has_no_sample_size() -> None:
    assert rows_for_difference(math.inf, 100, 0.1, 0.05) is None


def test_what_is_not_settled_needs_at_least_one_more() -> None:
    assert (further(300, 100), further(300, 400), further(None, 10)) == (200, 1, None)
