"""What n rows can show: the same answers from all kinds of evidence, and the gate keeps the promise."""

import numpy as np
import pytest

from specgen.planning.reach import Question, normal_reach, paired_reach, proportion_reach
from specgen.stats.estimate import negate, shift
from specgen.stats.proportion import clopper_pearson
from specgen.verdict.judging import Trial, judge


def ask(n, bound, upwards, truth, **ends):
    return Question(n, bound, upwards, truth, 0.05, 0.05, **ends)


KINDS = {
    "exact": proportion_reach,
    "normal": lambda q: normal_reach(q, 0.3),
    "paired": lambda q: paired_reach(q, 0.2),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("bound", "upwards", "truth"), [(0.3, True, 0.4), (0.3, True, 0.2), (0.3, False, 0.2)]
)
def test_answers_agree_with_each_other(kind, bound, upwards, truth):
    reach = KINDS[kind]
    found = reach(ask(100, bound, upwards, truth))
    assert found.likely == ("pass" if (truth > bound) == upwards else "fail")
    n = found.needed(0.8)
    assert reach(ask(n, bound, upwards, truth)).chance >= 0.799
    assert reach(ask(n - 30, bound, upwards, truth)).chance < 0.8
    there = reach(ask(n, bound, upwards, truth))
    edge = there.pass_from if found.likely == "pass" else there.fail_from
    assert edge == pytest.approx(truth, abs=0.02)
    assert (found.pass_from > bound > found.fail_from) == upwards


@pytest.mark.parametrize("kind", KINDS)
def test_more_rows_show_smaller_differences(kind):
    edges = [KINDS[kind](ask(n, 0.6, True, None)).pass_from for n in (50, 200, 1000)]
    assert edges == sorted(edges, reverse=True)
    assert KINDS[kind](ask(50, 0.6, True, None)).chance is None
    assert KINDS[kind](ask(50, 0.6, True, 0.6)).needed(0.8) is None


def test_what_the_metric_cannot_be_is_no_edge():
    assert normal_reach(ask(4, 0.95, True, None, low=0, high=1), 0.5).pass_from is None
    assert proportion_reach(ask(20, 0.99, True, 1.0)).pass_from is None
    assert proportion_reach(ask(20, 0.99, True, 1.0)).needed(0.8) == 299


@pytest.mark.parametrize(
    ("truth", "bound", "upwards"), [(0.93, 0.9, True), (0.86, 0.9, True), (0.04, 0.06, False)]
)
def test_the_gate_reaches_its_verdict_as_often_as_planned(truth, bound, upwards):
    plan = proportion_reach(ask(1, bound, upwards, truth))
    n = plan.needed(0.8)
    planned = proportion_reach(ask(n, bound, upwards, truth)).chance
    hits = 0
    for k in np.random.default_rng(5).binomial(n, truth, 600):
        estimate = clopper_pearson(int(k), n)
        surplus = shift(estimate, -bound) if upwards else negate(shift(estimate, -bound))
        hits += judge(Trial("all", surplus, k / n, None, None, bound, n), 0.05, "confident") == plan.likely
    assert 0.8 <= planned < 0.84
    assert hits / 600 == pytest.approx(planned, abs=0.05)
