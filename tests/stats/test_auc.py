"""AUC and DeLong: the worked example, sklearn, and every pair by brute force."""

import numpy as np
import pytest
from scipy import special
from sklearn.metrics import roc_auc_score

from specgen.stats import auc

LABEL = np.array([0, 0, 1, 1, 1, 0, 1, 0, 1, 0]) == 1
A = np.array([0.1, 0.4, 0.35, 0.8, 0.7, 0.2, 0.9, 0.6, 0.65, 0.3])
B = np.array([0.2, 0.3, 0.5, 0.6, 0.4, 0.5, 0.8, 0.55, 0.7, 0.1])
WORKED = (A[LABEL], A[~LABEL], B[LABEL], B[~LABEL])


def tied_scores(seed: int, m: int = 23, n: int = 31) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(2, 9, m).astype(float), rng.integers(0, 7, n).astype(float)


def psi(positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
    return np.heaviside(positive[:, None] - negative[None, :], 0.5)


def test_the_worked_example() -> None:
    assert (auc.auc(*WORKED[:2]), auc.auc(*WORKED[2:])) == pytest.approx((0.92, 0.86))
    assert auc.delong_variance(*WORKED[:2]) == pytest.approx(0.0088)
    assert auc.delong_variance(*WORKED[2:]) == pytest.approx(0.0152)
    assert auc.delong_covariance(*WORKED) == pytest.approx(0.0044)
    apart = auc.delong_difference(*WORKED)
    assert apart.se is not None
    assert 2 * special.ndtr(-apart.value / apart.se) == pytest.approx(0.62650, abs=5e-6)
    assert 2 * apart.p_above(0.0) > 0.62650, "five rows of a label know less than the normal says"


@pytest.mark.parametrize("seed", range(3))
def test_ties_count_half_as_in_sklearn(seed: int) -> None:
    positive, negative = tied_scores(seed)
    label = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
    assert auc.auc(positive, negative) == pytest.approx(roc_auc_score(label, np.r_[positive, negative]))


@pytest.mark.parametrize("seed", range(3))
def test_placements_and_variance_are_those_of_all_pairs(seed: int) -> None:
    positive, negative = tied_scores(seed)
    pairs = psi(positive, negative)
    v10, v01 = auc.placements(positive, negative)
    assert v10 == pytest.approx(pairs.mean(axis=1))
    assert v01 == pytest.approx(pairs.mean(axis=0))
    expected = pairs.mean(axis=1).var(ddof=1) / 23 + pairs.mean(axis=0).var(ddof=1) / 31
    assert auc.delong_variance(positive, negative) == pytest.approx(expected)


def test_many_rows_have_normal_bounds_on_the_logit_scale() -> None:
    rng = np.random.default_rng(4)
    found = auc.delong(rng.normal(1, 1, 40_000), rng.normal(0, 1, 40_000))
    scale = found.se / (found.value * (1 - found.value))
    expected = special.expit(special.logit(found.value) + np.array([-1, 1]) * 1.959964 * scale)
    assert found.interval(0.95) == pytest.approx(tuple(expected), abs=2e-5)


def test_few_rows_have_welchs_degrees_of_freedom() -> None:
    found = auc.delong(*WORKED[:2])
    v10, v01 = (placed.var() / len(placed) for placed in auc.placements(*WORKED[:2]))
    degrees = (v10 + v01) ** 2 / (v10**2 / 4 + v01**2 / 4)
    least = special.logit(0.92) + special.stdtrit(degrees, 0.025) * np.sqrt(0.0088) / (0.92 * 0.08)
    assert found.lower(0.025) <= special.expit(least) * (1 + 1e-9)
    assert found.se == pytest.approx(np.sqrt(0.0088))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_perfect_ranking_is_not_certain(value: float) -> None:
    found = auc.delong(np.full(20, value), np.full(80, 1 - value))
    assert found.value == value
    assert found.method == "delong, degenerate: clopper_pearson"
    low, high = found.interval(0.95)
    assert high - low > 0.1
    assert found.n == 100


@pytest.mark.parametrize(("m", "n"), [(1, 50), (50, 1), (1, 1)])
def test_a_single_row_of_a_label_says_little(m: int, n: int) -> None:
    rng = np.random.default_rng(0)
    low, high = auc.delong(rng.random(m), rng.random(n)).interval(0.95)
    assert 0 <= low < high <= 1
    assert high - low > 0.9


def test_a_label_without_rows_has_no_auc() -> None:
    with pytest.raises(ValueError, match="AUC needs"):
        auc.auc(np.array([]), np.array([0.5]))


def test_two_models_that_agree_on_every_pair_may_still_differ() -> None:
    found = auc.delong_difference(A[LABEL], A[~LABEL], np.exp(A[LABEL]), np.exp(A[~LABEL]))
    assert found.value == 0.0
    low, high = found.interval(0.95)
    assert low == -high < -0.1
    assert found.method == "delong, degenerate: tango"


def test_a_perfect_and_a_wrong_ranking_differ_but_not_for_certain() -> None:
    ones, noughts = np.ones(30), np.zeros(30)
    found = auc.delong_difference(ones, noughts, noughts, ones)
    assert found.value == 1.0
    assert 0.7 < found.lower(0.025) < 1.0


def test_models_that_differ_in_one_pair_of_many_keep_their_variance() -> None:
    scores = np.arange(4000.0)
    label = np.arange(4000) % 2 == 1
    swapped = scores.copy()
    swapped[[1000, 1001]] = swapped[[1001, 1000]]
    found = auc.delong_difference(scores[label], scores[~label], swapped[label], swapped[~label])
    assert found.method == "delong"
    assert found.value == pytest.approx(1 / 2000**2)


def test_a_row_a_unit_is_the_plain_delong() -> None:
    unit = np.arange(10)
    clustered = auc.delong_difference_clustered(*WORKED, unit[LABEL], unit[~LABEL])
    assert clustered.se == pytest.approx(auc.delong_difference(*WORKED).se)
    single = auc.delong_clustered(*WORKED[:2], unit[LABEL], unit[~LABEL])
    assert single.se == pytest.approx(np.sqrt(0.0088))


def test_clustered_variance_is_obuchowskis_formula() -> None:
    positive, negative = tied_scores(7)
    rng = np.random.default_rng(7)
    of_positive, of_negative = rng.integers(0, 12, 23), rng.integers(3, 15, 31)
    pairs, m, n = psi(positive, negative), 23, 31
    area = pairs.mean()
    units = np.union1d(of_positive, of_negative)
    ten = np.array([(pairs.mean(axis=1) - area)[of_positive == u].sum() for u in units])
    one = np.array([(pairs.mean(axis=0) - area)[of_negative == u].sum() for u in units])
    i10, i01, i = len(np.unique(of_positive)), len(np.unique(of_negative)), len(units)
    s10, s01 = i10 / ((i10 - 1) * m) * (ten @ ten), i01 / ((i01 - 1) * n) * (one @ one)
    s11 = i / (i - 1) * (ten @ one)
    found = auc.delong_clustered(positive, negative, of_positive, of_negative)
    shares = [np.unique(unit, return_counts=True)[1] / len(unit) for unit in (of_positive, of_negative)]
    # Bell and McCaffrey's bias of unequal units, beside the m/(m − 1) that the formula has.
    lost = [1 - (2 * (h**3).sum() - (h**2).sum() ** 2) / (h**2).sum() for h in shares]
    unequal = max((1 - (h**2).sum()) / left for h, left in zip(shares, lost, strict=True))
    assert unequal > 1
    assert found.se**2 == pytest.approx(unequal * (s10 / m + s01 / n + 2 * s11 / (m * n)))
    assert found.n == i


def test_doubling_every_row_within_its_unit_adds_no_evidence() -> None:
    positive, negative = tied_scores(9)
    units = np.arange(23), 100 + np.arange(31)
    once = auc.delong_clustered(positive, negative, *units)
    twice = auc.delong_clustered(*(a.repeat(2) for a in (positive, negative, *units)))
    assert twice.interval(0.95) == pytest.approx(once.interval(0.95))


def test_one_unit_with_positives_says_little() -> None:
    rng = np.random.default_rng(4)
    found = auc.delong_clustered(rng.random(40) + 0.3, rng.random(40), np.zeros(40, dtype=int), np.arange(40))
    low, high = found.interval(0.95)
    assert high - low > 0.9


def test_auc_is_covered() -> None:
    rng, runs = np.random.default_rng(21), 1500
    truth = float(special.ndtr(1.5 / np.sqrt(2)))
    inside = 0
    for _ in range(runs):
        low, high = auc.delong(rng.normal(1.5, 1, 40), rng.normal(0, 1, 60)).interval(0.95)
        inside += low <= truth <= high
    assert 0.93 < inside / runs < 0.97
