"""Bounds on the logit scale stay in the range, and correct only skewness beyond that of two values."""

import math

import numpy as np
import pytest
from scipy import special

from specgen.engine.cells import MomentSums
from specgen.stats.moment_estimates import moment_estimate
from specgen.stats.scale import Scale, scaled_t


def moments(values):
    rows = np.stack([values, np.ones(len(values))], axis=1)
    return MomentSums(
        rows.sum(0), rows.T @ rows, np.einsum("na,nb,nc->abc", rows, rows, rows), len(values), len(values)
    )


def mean(values):
    return moment_estimate(lambda s: s[..., 0] / s[..., 1], moments(values), 0.0, 1.0, on_scale=True)


def test_two_valued_units_need_no_correction():
    values = np.repeat([0.0, 1.0], [7, 93])
    influence = (values - values.mean()) / 100
    squares, cubes = (influence**2).sum(), (influence**3).sum()
    scale = Scale(0.0, 1.0)
    corrected = scaled_t(0.93, squares, 100, scale, "t", cubes)
    plain = scaled_t(0.93, squares, 100, scale, "t")
    assert corrected.interval(0.95) == pytest.approx(plain.interval(0.95), rel=1e-9)


def test_bounds_are_those_of_t_for_the_logit():
    values = np.repeat([0.0, 1.0], [7, 93])
    found = mean(values).shown
    se = values.std(ddof=1) / 10 / (0.93 * 0.07)
    # Σ z⁴ ÷ (Σ z²)² is 0.1236: so few failures leave 2 ÷ (0.1236 − 1/100) degrees of freedom.
    fourth = 1 / (100 * 0.93 * 0.07) - 0.03
    at = math.log(0.93 / 0.07) + special.stdtrit(2 / (fourth - 0.01), 0.025) * se
    assert found.lower(0.025) == pytest.approx(1 / (1 + math.exp(-at)), rel=1e-9)


def test_gates_use_the_wider_bounds():
    found = mean(1 - np.random.default_rng(0).beta(0.3, 6, 60))
    for alpha in (0.001, 0.05, 0.3):
        assert found.decision.lower(alpha) <= found.shown.lower(alpha) <= found.value
        assert found.value <= found.shown.upper(alpha) <= found.decision.upper(alpha) <= 1


def test_a_range_that_is_not_the_unit_interval_is_the_same_moved():
    one, other = Scale(0.0, 1.0), Scale(-1.0, 3.0)
    assert other.back(other.to(2.0)) == pytest.approx(2.0)
    assert other.to(2.0) == pytest.approx(one.to(0.75))
    assert other.slope(2.0) == pytest.approx(one.slope(0.75) / 4)
    assert other.bend(2.0) == pytest.approx(one.bend(0.75) / 4)
