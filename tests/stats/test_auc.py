"""AUC and DeLong: the worked example, every pair by brute force, sampling units, weights, perfect rankings."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from specgen.engine.samples import Sample
from specgen.metrics.curve import area_variance
from specgen.metrics.families.curves import auc
from specgen.stats.influenced import influenced_difference, influenced_estimate

LABEL = np.array([0, 0, 1, 1, 1, 0, 1, 0, 1, 0]) == 1
A = np.array([0.1, 0.4, 0.35, 0.8, 0.7, 0.2, 0.9, 0.6, 0.65, 0.3])
B = np.array([0.2, 0.3, 0.5, 0.6, 0.4, 0.5, 0.8, 0.55, 0.7, 0.1])


def rows(score, label=LABEL, unit=None, weight=None):
    values = {"score": np.asarray(score, dtype=float), "label": np.asarray(label, dtype=float)}
    return Sample(values, np.ones(len(label)) if weight is None else weight, unit, weight is not None)


def area(sample):
    return influenced_estimate(auc(sample), sample, 0.0, 1.0).decision


def apart(a, b):
    return influenced_difference(auc(a), auc(b), a, -1.0, 1.0).decision


def two(positive, negative, **more):
    label = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
    return rows(np.r_[positive, negative], label, **more)


def tied_scores(seed, m=23, n=31):
    rng = np.random.default_rng(seed)
    return rng.integers(2, 9, m).astype(float), rng.integers(0, 7, n).astype(float)


def psi(positive, negative):
    return np.heaviside(positive[:, None] - negative[None, :], 0.5)


def test_the_worked_example():
    first, second = area(rows(A)), area(rows(B))
    assert (first.value, second.value) == pytest.approx((0.92, 0.86), abs=1e-12)
    assert (first.se**2, second.se**2) == pytest.approx((0.0088, 0.0152), abs=1e-12)
    difference = apart(rows(A), rows(B))
    covariance = (first.se**2 + second.se**2 - difference.se**2) / 2
    assert covariance == pytest.approx(0.0044, abs=1e-12)
    assert 2 * special.ndtr(-difference.value / difference.se) == pytest.approx(0.62650, abs=5e-6)


@pytest.mark.parametrize("seed", range(3))
def test_placements_and_variance_are_those_of_all_pairs(seed):
    positive, negative = tied_scores(seed)
    pairs = psi(positive, negative)
    sample = two(positive, negative)
    found = auc(sample)
    assert found.value == pytest.approx(pairs.mean(), abs=1e-12)
    assert found.influence[:23] == pytest.approx((pairs.mean(axis=1) - pairs.mean()) / 23, abs=1e-12)
    assert found.influence[23:] == pytest.approx((pairs.mean() - pairs.mean(axis=0)) / -31, abs=1e-12)
    expected = pairs.mean(axis=1).var(ddof=1) / 23 + pairs.mean(axis=0).var(ddof=1) / 31
    assert area(sample).se ** 2 == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_perfect_ranking_is_not_certain(value):
    found = area(two(np.full(20, value), np.full(80, 1 - value)))
    assert found.value == value
    low, high = found.interval(0.95)
    assert high - low == pytest.approx(1 - 0.025 ** (1 / 20)), "as of 20 positives without an error"
    assert found.n == 100


@pytest.mark.parametrize(("m", "n"), [(1, 50), (50, 1), (1, 1)])
def test_a_single_row_of_a_label_says_little(m, n):
    rng = np.random.default_rng(0)
    low, high = area(two(rng.random(m), rng.random(n))).interval(0.95)
    assert 0 <= low < high <= 1
    assert high - low > 0.9


@pytest.mark.parametrize("label", [0, 1])
def test_one_label_only_has_no_auc(label):
    sample = rows([0.1, 0.9], [label, label])
    found = influenced_estimate(auc(sample), sample, 0.0, 1.0)
    assert (found.value, found.reason) == (None, "the rows have one label only")


def test_two_models_that_agree_on_every_pair_may_still_differ():
    found = apart(rows(A), rows(np.exp(A)))
    assert found.value == 0.0
    low, high = found.interval(0.95)
    assert low == -high < -0.1


def test_a_perfect_and_a_wrong_ranking_differ_but_not_for_certain():
    right = two(np.ones(30), np.zeros(30))
    found = apart(right, two(np.zeros(30), np.ones(30)))
    assert found.value == 1.0
    assert 0.7 < found.lower(0.025) < 1.0


def test_models_that_differ_in_one_pair_of_many_keep_their_variance():
    scores = np.arange(4000.0)
    label = np.arange(4000) % 2 == 1
    swapped = scores.copy()
    swapped[[1000, 1001]] = swapped[[1001, 1000]]
    found = apart(rows(scores, label), rows(swapped, label))
    assert found.value == pytest.approx(1 / 2000**2)
    assert found.method == "influence_t"
    assert found.lower(0.05) < 0, "one lucky pair proves nothing"


def test_a_row_a_unit_is_the_plain_delong():
    unit = np.arange(10)
    clustered = apart(rows(A, unit=unit), rows(B, unit=unit))
    assert clustered.se == pytest.approx(apart(rows(A), rows(B)).se, abs=1e-12)
    assert area(rows(A, unit=unit)).se ** 2 == pytest.approx(0.0088, abs=1e-12)


def test_clustered_variance_is_obuchowskis_formula():
    positive, negative = tied_scores(7)
    rng = np.random.default_rng(7)
    of_positive, of_negative = rng.integers(0, 12, 23), rng.integers(3, 15, 31)
    pairs, m, n = psi(positive, negative), 23, 31
    value = pairs.mean()
    units = np.union1d(of_positive, of_negative)
    ten = np.array([(pairs.mean(axis=1) - value)[of_positive == u].sum() for u in units])
    one = np.array([(pairs.mean(axis=0) - value)[of_negative == u].sum() for u in units])
    i10, i01, i = len(np.unique(of_positive)), len(np.unique(of_negative)), len(units)
    s10, s01 = i10 / ((i10 - 1) * m) * (ten @ ten), i01 / ((i01 - 1) * n) * (one @ one)
    s11 = i / (i - 1) * (ten @ one)
    found = area(two(positive, negative, unit=np.r_[of_positive, of_negative]))
    share = np.bincount(np.unique(np.r_[of_positive, of_negative], return_inverse=True)[1]) / (m + n)
    # Bell and McCaffrey's bias of unequal units, beside the m/(m − 1) that the formula has.
    left = 1 - (2 * (share**3).sum() - (share**2).sum() ** 2) / (share**2).sum()
    unequal = (1 - (share**2).sum()) / left
    assert unequal > 1
    assert found.se**2 == pytest.approx(unequal * (s10 / m + s01 / n + 2 * s11 / (m * n)), rel=1e-9)
    assert found.n == i


def test_doubling_every_row_within_its_unit_adds_no_evidence():
    once = two(*tied_scores(9), unit=np.arange(54))
    twice = two(*(scores.repeat(2) for scores in tied_scores(9)), unit=np.arange(54).repeat(2))
    assert area(twice).interval(0.95) == pytest.approx(area(once).interval(0.95))


def test_weights_of_two_within_units_are_rows_twice():
    once = two(*tied_scores(9), unit=np.arange(54), weight=1.0 + np.arange(54) % 2)
    copies = 1 + np.arange(54) % 2
    twice = replace(
        once, values={k: v.repeat(copies) for k, v in once.values.items()},
        unit=once.unit.repeat(copies), weight=np.ones(copies.sum()),
    )  # fmt: skip
    assert area(twice).interval(0.95) == pytest.approx(area(once).interval(0.95))


def test_one_unit_with_positives_says_little():
    rng = np.random.default_rng(4)
    unit = np.r_[np.zeros(40, dtype=int), np.arange(40)]
    low, high = area(two(rng.random(40) + 0.3, rng.random(40), unit=unit)).interval(0.95)
    assert high - low > 0.9


def test_auc_is_covered():
    rng, runs = np.random.default_rng(21), 1500
    truth = float(special.ndtr(1.5 / np.sqrt(2)))
    inside = 0
    for _ in range(runs):
        sample = two(rng.normal(1.5, 1, 40), rng.normal(0, 1, 60))
        low, high = influenced_estimate(auc(sample), sample, 0.0, 1.0).shown.interval(0.95)
        inside += low <= truth <= high
    assert 0.93 < inside / runs < 0.98


@pytest.mark.parametrize("area", [0.5, 0.8, 0.97])
def test_newcombes_variance_of_equal_sizes_is_hanley_and_mcneils(area):
    one, other = area / (2 - area), 2 * area**2 / (1 + area)
    expected = (area * (1 - area) + 29 * (one - area**2) + 29 * (other - area**2)) / 30**2
    assert area_variance(area, 30, 30) == pytest.approx(expected)


def test_bounds_that_decide_lie_where_the_value_is_t_standard_errors_of_the_model_away():
    rng = np.random.default_rng(3)
    sample = two(rng.normal(3, 0.3, 12), rng.normal(0, 1, 200))
    found = influenced_estimate(auc(sample), sample, 0.0, 1.0)
    lower = found.decision.lower(0.05)
    assert lower < found.shown.lower(0.05)
    away = (found.value - lower) / np.sqrt(area_variance(lower, 12, 200))
    assert 1.645 < away < 2.5


def test_weights_that_leave_few_rows_leave_wider_bounds_to_decide_by():
    rng = np.random.default_rng(3)
    scores = rng.normal(2, 1, 60), rng.normal(0, 1, 60)
    even = area(two(*scores, weight=np.ones(120)))
    uneven = area(two(*scores, weight=np.r_[np.full(50, 0.01), np.ones(70)]))
    assert uneven.upper(0.05) - uneven.lower(0.05) > 1.5 * (even.upper(0.05) - even.lower(0.05))
