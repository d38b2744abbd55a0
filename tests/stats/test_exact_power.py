"""Power of Clopper and Pearson's gate: against enumeration of every sample size, and known sizes."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from specgen.stats.exact_power import power_above, rows_above, successes_above, truth_above
from specgen.stats.proportion import clopper_pearson


def enumerated(truth, bound, alpha, successes, n, top):
    """Further rows from which on the power stays at 80%, by looking at every size up to `top` rows."""
    sizes = np.arange(n, top + 1)
    # The first count from 0 to size + 1 that is as rare as alpha asks for; size + 1 is never reached.
    needed = np.array(
        [np.argmax(stats.binom.sf(np.arange(-1, size + 1), size, bound) <= alpha) for size in sizes]
    )
    low = np.flatnonzero(stats.binom.sf(needed - successes - 1, sizes - n, truth) < 0.8)
    return max(int(sizes[low[-1]] + 1 - n) if len(low) else 1, 1)


QUESTIONS = [
    (0.95, 0.8, 0.05),
    (0.7, 0.5, 0.025),
    (0.5, 0.3, 0.05),
    (0.2, 0.05, 0.01),
    (1.0, 0.9, 0.05),
    (0.99, 0.9, 0.005),
]
AT_HAND = [(0, 0), (17, 20), (5, 30)]


@pytest.mark.parametrize(
    ("question", "at_hand"),
    [(q, a) for q in QUESTIONS for a in AT_HAND if successes_above(a[1], *q[1:]) > a[0]],
)
def test_rows_are_those_of_enumeration(question, at_hand):
    (truth, bound, alpha), (successes, n) = question, at_hand
    found = rows_above(truth, bound, alpha, 0.8, successes, n)
    assert found == enumerated(truth, bound, alpha, successes, n, n + 2 * found + 60)


@pytest.mark.parametrize(
    ("truth", "bound", "alpha", "rows"),
    [(0.92, 0.90, 0.025, 1715), (0.95, 0.90, 0.025, 255), (1.0, 0.99, 0.05, 299), (0.1, 0.0, 0.05, 16)],
)
def test_known_sizes(truth, bound, alpha, rows):
    assert rows_above(truth, bound, alpha, 0.8) == rows


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 80), bound=st.floats(0.02, 0.98), alpha=st.floats(0.001, 0.3))
def test_what_shows_it_is_what_the_gate_passes(n, bound, alpha):
    needed = successes_above(n, bound, alpha)
    margin = 1e-9
    if needed <= n:
        assert clopper_pearson(needed, n).lower(alpha) >= bound - margin
    if needed > 0:
        assert clopper_pearson(needed - 1, n).lower(alpha) < bound + margin


@pytest.mark.parametrize(("n", "bound"), [(50, 0.8), (400, 0.9), (400, 0.05)])
def test_the_smallest_truth_has_just_that_power(n, bound):
    truth = truth_above(n, bound, 0.05, 0.8)
    assert power_above(n, truth, bound, 0.05) == pytest.approx(0.8, abs=1e-9)


def test_too_few_even_without_an_error():
    assert truth_above(298, 0.99, 0.05, 0.8) is None
    assert truth_above(299, 0.99, 0.05, 0.8) is not None
    assert power_above(298, 1.0, 0.99, 0.05) == 0
    assert truth_above(10**6, 1.0, 0.05, 0.8) is None


@pytest.mark.parametrize(("truth", "bound"), [(0.9, 0.9), (0.8, 0.9), (0.9, 1.0)])
def test_nothing_shows_what_is_not_so(truth, bound):
    assert rows_above(truth, bound, 0.05, 0.8) is None


def test_thousands_of_slices_are_quick():
    start = time.perf_counter()
    for i in range(200):
        rows_above(0.92 + i / 1e5, 0.90, 0.05, 0.8, 440, 480)
    assert (time.perf_counter() - start) / 200 < 0.005
