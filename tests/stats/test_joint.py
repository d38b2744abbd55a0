"""Potentials drawn together: the correlations of overlapping slices, and how likely each comes first."""

import numpy as np
import pytest
from scipy import special
from scipy.stats import norm

from specgen.diagnosis.potential import KnownGap, _interval
from specgen.engine.shared import BLOCKS, Disjoint, SharedRows
from specgen.stats.joint import DRAWS, Gaps, directions, drawn, drawn_in, first, pools, share_directions
from specgen.stats.paired import tango

Z = 1.959964


def shared(members, n, unit=None, blocks=BLOCKS):
    """Rows in slices given as masks (n,)."""
    rng = np.random.default_rng(3)
    unit = np.arange(n) if unit is None else unit
    order = rng.permutation(unit.max() + 1)
    parts = tuple(Disjoint(k, 1, np.where(member, 0, -1)) for k, member in enumerate(members))
    names = tuple(f"s{k}" for k in range(len(members)))
    return SharedRows(names, parts, order[unit] % blocks, blocks, unit, np.ones(n), {}, n)


def gaps(value, se, share=None, family=None, share_se=0.0):
    value, se = np.asarray(value, dtype=float), np.asarray(se, dtype=float)
    k = len(value)
    return Gaps(
        value, value - Z * se, value + Z * se, Z, np.full(k, 0.1) if share is None else np.asarray(share),
        np.full(k, share_se), np.zeros(k), np.arange(k) if family is None else np.asarray(family),
    )  # fmt: skip


def independent(k, seed):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((k, DRAWS), np.float32), np.zeros((k, DRAWS), np.float32)


@pytest.mark.parametrize("known", [True, False], ids=["influences", "rows in common alone"])
def test_slices_go_together_as_their_rows_do(known):
    n = 20_000
    i = np.arange(n)
    members = [i < 8000, (i >= 4000) & (i < 12_000), i >= 12_000, i < 4000]
    influence = np.random.default_rng(0).choice([-1.0, 0.0, 1.0], n, p=[0.3, 0.4, 0.3]) if known else None
    found = directions(shared(members, n), influence, 0) @ directions(shared(members, n), influence, 0).T
    expected = np.array([[1, 0.5, 0, 0.5**0.5], [0.5, 1, 0, 0], [0, 0, 1, 0], [0.5**0.5, 0, 0, 1]])
    assert np.abs(found - expected).max() < 3.5 / np.sqrt(BLOCKS)


def test_rows_that_err_more_count_more():
    """A slice within another goes with it the more, the more of its variance it has."""
    n = 20_000
    i = np.arange(n)
    influence = np.random.default_rng(0).choice([-1.0, 1.0], n) * np.where(i < 2000, 3.0, 1.0)
    members = [np.ones(n, dtype=bool), i < 2000]
    found = directions(shared(members, n), influence, 0)
    assert found[0] @ found[1] == pytest.approx(np.sqrt(2000 * 9 / (2000 * 9 + 18_000)), abs=0.05)


def test_rows_that_do_not_count_change_nothing():
    n = 4000
    member = np.arange(n) < 2000
    influence = np.random.default_rng(1).standard_normal(n)
    without = np.where(member, influence, np.nan)
    both = directions(shared([member], n), influence, 0), directions(shared([member], n), without, 0)
    assert both[0] == pytest.approx(both[1])


def test_standard_errors_of_shares():
    n = 50_000
    member = np.random.default_rng(2).random(n) < 0.2
    _, se = share_directions(shared([member], n), 0)
    assert se[0] == pytest.approx(np.sqrt(0.2 * 0.8 / n), rel=0.12)


def test_the_share_of_slices_of_whole_units_is_less_certain():
    n, unit = 20_000, np.repeat(np.arange(200), 100)
    member = unit < 60
    _, se = share_directions(shared([member], n, unit, blocks=200), 0)
    assert se[0] == pytest.approx(np.sqrt(0.3 * 0.7 / 200), rel=0.02)


def test_draws_are_standard_normal_in_each_slice():
    direction = directions(shared([np.arange(5000) < 800, np.arange(5000) >= 500], 5000), None, 0)
    z = drawn(np.repeat(direction, 200, axis=0), np.linspace(0, 1, 400), 0)
    assert z.mean() == pytest.approx(0, abs=0.1)
    assert z.std(axis=1).mean() == pytest.approx(1, abs=0.02)


def test_two_slices_have_the_normal_probability():
    """P(0.05 + 0.02·z > 0.03 + 0.03·z') for independent gaps of the same share."""
    found = first(gaps([0.05, 0.03], [0.01, 0.01]), *independent(2, 0))
    expected = norm.cdf(0.02 / np.hypot(0.01, 0.01))
    assert found.of_all[0] == pytest.approx(expected, abs=0.03)
    assert found.of_all.sum() == pytest.approx(1.0, abs=0.01)


def test_gaps_that_err_together_are_easier_to_tell_apart():
    z = np.random.default_rng(0).standard_normal((1, DRAWS), np.float32)
    alike = np.repeat(z, 2, axis=0)
    found = first(gaps([0.05, 0.045], [0.01, 0.01]), alike, np.zeros_like(alike))
    assert found.of_all[0] == 1.0


def test_nothing_to_gain_is_nowhere_first():
    found = first(gaps([-0.2, -0.3], [0.01, 0.01]), *independent(2, 0))
    assert found.of_all.tolist() == [0.0, 0.0]


def test_a_slice_without_bounds_has_no_rank():
    some = gaps([0.1, 0.05, 0.02], [0.01, np.inf, 0.01])
    found = first(some, *independent(3, 0))
    assert np.isnan(found.of_all).tolist() == [False, True, False]


def test_ranks_within_families():
    found = first(gaps([0.1, 0.0, 0.05, 0.02, 0.3], [0.001] * 5, family=[0, 0, 1, 1, 2]), *independent(5, 0))
    assert found.of_family[[0, 1, 2, 3]].round(3).tolist() == [1, 0, 1, 0]
    assert np.isnan(found.of_family[4])
    assert found.of_all.round(3).tolist() == [0, 0, 0, 0, 1]


def test_small_families_are_drawn_in_together():
    family = np.array([0, 0, 0, 0, 1, 2, 2, 3, 4])
    assert [pool.tolist() for pool in pools(family)] == [[0, 1, 2, 3], [4, 5, 6, 7, 8]]
    assert [pool.tolist() for pool in pools(family[:6])] == [[0, 1, 2, 3]]


def test_noise_alone_is_drawn_in_and_large_differences_stay():
    se = np.full(8, 0.01)
    noise, factor = drawn_in(np.random.default_rng(0).normal(0.05, 0.01, 8), se, [np.arange(8)])
    assert noise.std() < 0.006
    assert (factor < 0.8).all()
    wide, factor = drawn_in(np.linspace(-1, 1, 8), se, [np.arange(8)])
    assert wide == pytest.approx(np.linspace(-1, 1, 8), abs=0.001)
    assert (factor > 0.99).all()


@pytest.mark.parametrize("spread", [0.01, 0.03], ids=["as much as noise", "more than noise"])
def test_the_probability_of_being_first_is_what_happens(spread):
    """Of 800 sets of ten slices: the one most likely first is so as often as it is said to be."""
    told, true = said_and_so(spread)
    assert told == pytest.approx(true, abs=3 * np.sqrt(0.25 / 800))


def test_slices_that_do_not_differ_are_not_told_apart():
    """Of the luckiest of ten equal slices a plain bootstrap says 0.43 on average."""
    told, _ = said_and_so(0.0)
    assert told < 0.32


def said_and_so(spread, count=10):
    """Mean probability of the slice most likely first, and how often it is."""
    rng, told, true = np.random.default_rng(5), [], []
    for seed in range(800):
        truth = 0.05 + spread * rng.standard_normal(count)
        some = gaps(rng.normal(truth, 0.01), np.full(count, 0.01), family=np.zeros(count, dtype=int))
        found = first(some, *independent(count, seed))
        best = int(np.argmax(found.of_all))
        told.append(found.of_all[best])
        true.append(best == int(np.argmax(truth)))
    return np.mean(told), np.mean(true)


def test_the_interval_of_a_potential_covers_it():
    """Rows drawn anew: 95% of the intervals hold gap × share, whose parts are both uncertain."""
    rng, n, share = np.random.default_rng(7), 800, 0.3
    chances = [share * 0.15, share * 0.07, share * 0.78, 1 - share]
    truth, hits = share * 0.08, 0
    for _ in range(600):
        baseline, candidate, same, _ = rng.multinomial(n, chances)
        of = baseline + candidate + same
        found = tango(baseline, candidate, of)
        low, high = found.interval(0.95)
        se = np.sqrt(of / n * (1 - of / n) / n)
        ends = _interval(KnownGap("s", found.value, low, high, of / n), -special.ndtri(0.025) * se)
        hits += ends[0] <= truth <= ends[1]
    assert 0.93 <= hits / 600 <= 0.975
