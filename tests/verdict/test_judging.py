"""One estimate against one bound, and many together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from specgen.stats.estimate import negate, shift
from specgen.stats.exact_power import successes_above
from specgen.stats.power import rows_for_proportion
from specgen.stats.proportion import clopper_pearson
from specgen.verdict.judging import Trial, judge, more_rows, outlook, p_fail


def trial(successes, n, bound, *, at_most=False, rows=None, min_rows=1):
    estimate = clopper_pearson(successes, n)
    surplus = shift(estimate, -bound)
    return Trial("all", negate(surplus) if at_most else surplus, successes / n, None, None, bound,
                 rows or n, min_rows, proportion=bound, upwards=not at_most)  # fmt: skip


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


def test_more_rows_are_exact_for_the_rows_at_hand():
    """Of 500 rows 460 are right: from so many further rows on the gate passes in 80% of their outcomes."""
    more = more_rows(trial(460, 500, 0.90), 0.025)
    needed = [successes_above(500 + m, 0.90, 0.025) - 460 for m in (more - 1, more, more + 50)]
    power = [stats.binom.sf(k - 1, m, 0.92) for k, m in zip(needed, (more - 1, more, more + 50), strict=True)]
    assert power[0] < 0.8 <= min(power[1:])
    assert more < rows_for_proportion(0.92, 0.90, 0.025) - 500


def test_outlook_tells_both_ways():
    """At 0.92 it would pass; to fail it would have to be worse than it looks: at the low end of its interval."""
    found = outlook(trial(460, 500, 0.90), 0.025)
    assert found.rows == found.to_pass == more_rows(trial(460, 500, 0.90), 0.025)
    assert found.pass_truth == 0.92
    assert found.fail_truth == pytest.approx(clopper_pearson(460, 500).lower(0.025))
    assert found.to_fail > found.to_pass
    mirrored = outlook(trial(40, 500, 0.10, at_most=True), 0.025)
    assert (mirrored.to_pass, mirrored.to_fail) == (found.to_pass, found.to_fail)
    assert mirrored.fail_truth == pytest.approx(1 - found.fail_truth)


def test_to_fail_among_many_takes_more():
    one = trial(430, 500, 0.88)
    assert outlook(one, 0.05, 0.05 / 20).to_fail > outlook(one, 0.05).to_fail
    assert outlook(one, 0.05, 0.05 / 20).to_pass == outlook(one, 0.05).to_pass


def test_a_value_at_its_bound_is_not_settled_by_rows():
    found = outlook(trial(450, 500, 0.9), 0.05)
    assert found.rows is None
    assert found.to_pass > 0
    assert found.to_fail > 0


def test_more_rows_counts_rows_of_the_slice_not_trials():
    """Recall rests on the positive rows: where one row in four is positive, four times as many are needed."""
    assert more_rows(trial(368, 400, 0.90, rows=1600), 0.025) == 4 * more_rows(trial(368, 400, 0.90), 0.025)
