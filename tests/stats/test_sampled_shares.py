"""Shares of a finite population from a random sample: nominal coverage, exact where all was drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgen.stats.proportion import modified_wilson
from specgen.stats.sampled_shares import sampled_share


def test_is_wilsons_where_the_population_is_large():
    found = sampled_share(np.repeat([1.0, 0.0], [12, 38]), np.ones(50), 10**9)
    assert found.interval(0.95) == pytest.approx(modified_wilson(12, 50).interval(0.95), rel=0.02)


def test_nothing_is_in_doubt_where_all_were_drawn():
    found = sampled_share(np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]), 3)
    assert found.interval(0.95) == (pytest.approx(1 / 6), pytest.approx(1 / 6))


def test_nothing_lost_has_no_share():
    assert sampled_share(np.array([1.0]), np.array([0.0]), 10) is None


@pytest.mark.parametrize("spread", [0.0, 0.8], ids=["equal amounts", "lognormal amounts"])
@pytest.mark.parametrize(("population", "n"), [(2000, 100), (150, 100)])
def test_covers_the_share_of_the_population(population, n, spread):
    rng = np.random.default_rng(7)
    amount = np.exp(rng.normal(0, spread, population)) if spread else np.ones(population)
    inside = (rng.random(population) < 0.3).astype(float)
    truth, held = (inside * amount).sum() / amount.sum(), 0
    for _ in range(1000):
        chosen = rng.choice(population, n, replace=False)
        low, high = sampled_share(inside[chosen], amount[chosen], population).interval(0.95)
        held += low <= truth <= high
    assert 930 <= held <= 985


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0.01, 100)), min_size=1, max_size=40), st.integers(1, 10_000)
)
def test_the_value_lies_within_bounds_within_0_and_1(rows, more):
    inside, amount = (np.array(one, dtype=float) for one in zip(*rows, strict=True))
    found = sampled_share(inside, amount, len(rows) + more)
    low, high = found.interval(0.95)
    assert 0 <= low <= found.value <= high <= 1
