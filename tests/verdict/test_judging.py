"""One estimate against one bound, and many together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgen.stats.estimate import negate, shift
from specgen.stats.proportion import clopper_pearson
from specgen.verdict.judging import Trial, judge, more_rows, p_fail


def trial(successes, n, bound, *, at_most=False, rows=None, min_rows=1):
    estimate = clopper_pearson(successes, n)
    surplus = shift(estimate, -bound)
    return Trial("all", negate(surplus) if at_most else surplus, successes / n, None, None, bound,
                 rows or n, min_rows, proportion=bound)  # fmt: skip


@pytest.mark.parametrize(
    ("successes", "n", "verdict"),
    [(960, 1000, "pass"), (905, 1000, "inconclusive"), (850, 1000, "fail"), (10, 10, "inconclusive")],
)
def test_three_values(successes, n, verdict):
    assert judge(trial(successes, n, 0.9), 0.05, "confident") == verdict


def test_at_most_mirrors_at_least():
    for successes in range(0, 201, 5):
        above = judge(trial(successes, 200, 0.3), 0.05, "confident")
        below = judge(trial(successes, 200, 0.3, at_most=True), 0.05, "confident")
        assert {above, below} in ({"pass", "fail"}, {"inconclusive"}), successes


def test_point_evidence_looks_at_the_value_alone():
    assert judge(trial(9, 10, 0.9), 0.05, "point") == "pass"
    assert judge(trial(8, 10, 0.9), 0.05, "point") == "fail"


def test_too_few_rows_are_never_judged():
    assert judge(trial(20, 20, 0.5, min_rows=30), 0.05, "confident") == "inconclusive"
    assert judge(trial(20, 20, 0.5, min_rows=30), 0.05, "point") == "inconclusive"
    assert p_fail(trial(0, 20, 0.5, min_rows=30)) == 1.0
    assert more_rows(trial(20, 20, 0.5, min_rows=30), 0.05) == 10


def test_unmeasured_is_an_error():
    assert judge(Trial("all", None, None, None, None, 0.5, 10, reason="no row"), 0.05, "confident") == "error"


@given(successes=st.integers(0, 60), bound=st.floats(0.05, 0.95), alpha=st.floats(0.001, 0.4))
def test_fail_agrees_with_its_p_value(successes, bound, alpha):
    one = trial(successes, 60, bound)
    p = p_fail(one)
    if abs(p - alpha) > 1e-6:
        assert (judge(one, alpha, "confident") == "fail") == (p < alpha)


def test_more_rows_of_the_design():
    """True 0.92 against 0.90 needs 1,666 rows at 2.5% and 80% power, of which 460 are there."""
    assert more_rows(trial(0.92 * 460, 460, 0.90), 0.025) == 1666 - 460


def test_more_rows_counts_rows_of_the_slice_not_trials():
    """Recall rests on the positive rows: where one row in four is positive, four times as many are needed."""
    assert more_rows(trial(0.92 * 400, 400, 0.90, rows=1600), 0.025) == 4 * (1666 - 400)
