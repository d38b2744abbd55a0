"""The jackknife of counts: leaving out cells' rows is leaving out rows, and means have their own variance."""

import numpy as np
import pytest

from specgen.stats.jackknife import jackknife_bounds, leave_one_out


def f1(counts):
    tp, wrong = counts[..., 0], counts[..., 1] + counts[..., 2]
    with np.errstate(invalid="ignore"):
        return 2 * tp / (2 * tp + wrong)


def test_a_share_has_its_variance_and_no_bias():
    counts = np.array([[30, 70], [5, 1]])
    found = leave_one_out(lambda c: c[..., 0] / c.sum(-1), counts)
    n, p = counts.sum(1), counts[:, 0] / counts.sum(1)
    assert found.bias == pytest.approx(0, abs=1e-12)
    assert found.variance == pytest.approx(p * (1 - p) / (n - 1), rel=1e-12)
    assert found.others == pytest.approx(n - 1)


def test_cells_stand_for_their_rows():
    counts = np.array([[7, 3, 2, 20]])
    rows = np.repeat(np.arange(4), counts[0])
    values = [f1(np.bincount(np.delete(rows, i), minlength=4)) for i in range(len(rows))]
    n, value = len(rows), float(f1(counts[0].astype(float)))
    moved = (n - 1) * (value - np.array(values))
    found = leave_one_out(f1, counts)
    assert found.bias[0] == pytest.approx(-moved.mean(), rel=1e-9)
    assert found.variance[0] == pytest.approx(moved.var() / (n - 1), rel=1e-9)


def test_bounds_stay_in_the_range_and_around_the_value():
    value, found = np.array([0.97]), leave_one_out(f1, np.array([[32, 1, 1, 3]]))
    ends = jackknife_bounds(value, found, found.others, 0.0, 1.0)
    assert 0 < ends(0.025, -1)[0] < 0.97 < ends(0.025, 1)[0] < 1
    assert ends(0.001, -1)[0] < ends(0.025, -1)[0]


def test_a_cell_whose_only_row_defines_the_value_does_not_break_it():
    found = leave_one_out(f1, np.array([[1, 0, 0, 9]]))
    assert np.isfinite(found.variance).all()


def test_weighted_rows_are_as_many_as_are_worth_the_same():
    counts = np.array([[7.0, 3.0, 2.0, 20.0]])
    plain, tripled = leave_one_out(f1, counts), leave_one_out(f1, counts, 3.0)
    assert tripled.variance == pytest.approx(plain.variance, rel=1e-12)
    assert tripled.bias == pytest.approx(plain.bias, rel=1e-12)
    unequal = leave_one_out(f1, counts / 2, 2.0)
    assert unequal.variance[0] > 1.8 * plain.variance[0], "half of the rows, worth twice as much each"
