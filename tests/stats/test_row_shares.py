"""Shares of rows by sums have the exact intervals of a proportion."""

import numpy as np
import pytest

from specgen.engine.cells import MomentSums
from specgen.stats.paired import tango
from specgen.stats.proportion import clopper_pearson, wilson
from specgen.stats.row_shares import difference_of_shares, share_of_rows


def sums(*columns):
    x = np.stack(columns, axis=1).astype(float)
    return MomentSums(x.sum(0), x.T @ x, np.einsum("na,nb,nc->abc", x, x, x), len(x), len(x))


def test_one_share():
    right = np.arange(50) < 47
    found = share_of_rows(sums(right, np.ones(50)))
    assert found.shown.interval(0.95) == wilson(47, 50).interval(0.95)
    assert found.decision.lower(0.05) == clopper_pearson(47, 50).lower(0.05)


def test_a_difference_on_the_same_rows():
    rng = np.random.default_rng(1)
    one, other = rng.random(80) < 0.9, rng.random(80) < 0.7
    found = difference_of_shares(sums(one, np.ones(80), other), 0, 2)
    expected = tango(int((one & ~other).sum()), int((other & ~one).sum()), 80)
    assert found.value == pytest.approx(one.mean() - other.mean())
    assert found.decision.interval(0.95) == expected.interval(0.95)


def test_no_row():
    assert share_of_rows(sums(np.zeros(0), np.zeros(0))).value is None
