"""Sample sizes that settle a question."""

import math

import numpy as np
import pytest
from scipy import stats

from specgen.stats.power import further, rows_for_difference, rows_for_proportion
from specgen.stats.proportion import clopper_pearson


@pytest.mark.parametrize(
    ("truth", "bound", "alpha", "rows"),
    [(0.92, 0.90, 0.025, 1715), (0.95, 0.90, 0.025, 255), (1.0, 0.99, 0.05, 299), (0.0, 0.01, 0.05, 299)],
)
def test_known_sample_sizes(truth: float, bound: float, alpha: float, rows: int) -> None:
    assert rows_for_proportion(truth, bound, alpha) == rows


@pytest.mark.parametrize(("truth", "bound", "rows"), [(0.92, 0.90, 1666), (0.95, 0.90, 239)])
def test_the_exact_gate_asks_for_some_more_than_the_normal_form(
    truth: float, bound: float, rows: int
) -> None:
    """1,666 and 239 are the design's, by the normal form; the exact bound is a little harder to pass."""
    spread = 1.959964 * math.sqrt(bound * (1 - bound)) + 0.841621 * math.sqrt(truth * (1 - truth))
    assert math.ceil((spread / (truth - bound)) ** 2) == rows
    assert rows < (rows_for_proportion(truth, bound, 0.025) or 0) < 1.08 * rows


def test_a_value_below_its_bound_mirrors_one_above() -> None:
    assert rows_for_proportion(0.08, 0.10, 0.025) == rows_for_proportion(0.92, 0.90, 0.025)
    assert rows_for_proportion(0.2, 0.3, 0.05, successes=9, n=40) == rows_for_proportion(
        0.8, 0.7, 0.05, successes=31, n=40
    )


def test_beyond_a_million_rows_the_normal_form_serves() -> None:
    assert rows_for_proportion(0.9001, 0.9, 0.05) == pytest.approx(55_600_000, rel=0.01)


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
    assert stats.binom.pmf(successes, rows, 0.95)[passes].sum() == pytest.approx(0.83, abs=0.03)


def test_rows_for_a_mean_are_those_of_the_z_test() -> None:
    rows = rows_for_difference(0.1, 100, 0.25, 0.025)
    assert rows == math.ceil(((1.959964 + 0.841621) * 1.0 / 0.25) ** 2)
    assert rows_for_difference(0.1, 100, -0.25, 0.025) == rows


def test_doubt_without_end_has_no_sample_size() -> None:
    assert rows_for_difference(math.inf, 100, 0.1, 0.05) is None


def test_what_is_not_settled_needs_at_least_one_more() -> None:
    assert (further(300, 100), further(300, 400), further(None, 10)) == (200, 1, None)
