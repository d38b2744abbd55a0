"""Error rates of comparing groups, by simulation: small, as it is run with the tests."""

import numpy as np
import pytest

from specgen.checks.fairness import _p_value
from specgen.stats.apart import GroupEstimate, apart, decided_apart, ratio_interval
from specgen.stats.extremes import largest_difference, pair, smallest_ratio
from specgen.stats.multiplicity import holm
from specgen.stats.proportion import clopper_pearson, wilson


def group(name, rng, n, p):
    hits = float(rng.binomial(n, p))
    return GroupEstimate(name, wilson(hits, n), clopper_pearson(hits, n))


@pytest.mark.parametrize(("p", "q"), [(0.5, 0.5), (0.2, 0.3), (0.9, 0.7)])
def test_differences_and_ratios_are_covered(p, q):
    rng = np.random.default_rng(1)
    runs, kept = 1000, np.zeros(2)
    for _ in range(runs):
        between = apart(group("a", rng, 80, p), group("b", rng, 200, q))
        low, high = between(1.0).interval(0.95)
        kept[0] += low <= p - q <= high
        low, high = ratio_interval(between, 0.025)
        kept[1] += low <= p / q <= (high or np.inf)
    assert (kept / runs > 0.93).all(), kept / runs
    assert (kept / runs < 0.975).all(), kept / runs


@pytest.mark.parametrize("p", [0.01, 0.05, 0.5])
def test_many_small_groups_alike_are_seldom_called_different(p):
    rng = np.random.default_rng(2)
    wrong, runs = 0, 200
    for _ in range(runs):
        reference = group("r", rng, 1000, p)
        gaps = [decided_apart(group("g", rng, n, p), reference)(1.0) for n in [3, 4, 5, 6, 8] * 4]
        wrong += any(holm([_p_value(gap, 0.05) for gap in gaps], 0.05))
    assert wrong / runs <= 0.05


@pytest.mark.parametrize("rates", [(0.5, 0.5, 0.5, 0.5, 0.5), (0.2, 0.3, 0.3, 0.3, 0.4)])
def test_bounds_of_the_furthest_pair_hold(rates):
    """They allow for the choice: of five groups alike a pair always lies apart."""
    rng = np.random.default_rng(3)
    truth, ratio = max(rates) - min(rates), min(rates) / max(rates)
    runs, kept = 150, np.zeros(2)
    for _ in range(runs):
        groups = [group(str(k), rng, 150, p) for k, p in enumerate(rates)]
        pairs = [pair(a, b) for a in groups for b in groups if a is not b]
        apart_, least = largest_difference(pairs, 0.95), smallest_ratio(pairs, 0.95)
        kept += apart_.low <= truth <= apart_.high, least.low <= ratio <= least.high
    assert (kept / runs >= 0.95).all(), kept / runs


def test_groups_without_a_ratio_have_none():
    zero, one = (
        GroupEstimate(n, wilson(k, 50), clopper_pearson(k, 50)) for n, k in (("a", 0.0), ("b", 20.0))
    )
    pairs = [pair(zero, one), pair(one, zero)]
    found = smallest_ratio(pairs, 0.95)
    assert (found.value, found.low, found.first) == (0.0, 0.0, "a")
    assert 0 < found.high < 0.5
    assert smallest_ratio([pair(zero, zero)], 0.95) is None
    assert largest_difference([], 0.95) is None
