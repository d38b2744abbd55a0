"""Scales without ends, and bounds found on them."""

import math

import pytest
from scipy import stats

from specgen.stats.linearised import Curve, linearised_t
from specgen.stats.scale import Scale, curved_t

SCALES = [Scale(0.0, 1.0), Scale(-1.0, 1.0), Scale(0.0, None), Scale(None, 1.0), Scale(None, None)]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("value", [0.03, 0.5, 0.97])
def test_there_and_back_with_the_right_derivatives(scale: Scale, value: float) -> None:
    assert scale.back(scale.to(value)) == pytest.approx(value)
    step = 1e-5
    after, before = scale.to(value + step), scale.to(value - step)
    assert scale.slope(value) == pytest.approx((after - before) / (2 * step), rel=1e-5)
    second = (after - 2 * scale.to(value) + before) / step**2
    assert scale.bend(value) * scale.slope(value) == pytest.approx(second, rel=1e-3, abs=1e-3)


def test_bounds_stay_within_the_range() -> None:
    found = curved_t(0.9, 0.001, -1e-6, 50, low=0.0, high=1.0)
    assert 0 < found.lower(1e-6) < 0.9 < found.upper(1e-6) < 1
    assert curved_t(0.2, 0.01, 1e-4, 10, low=0.0).lower(1e-6) > 0
    assert curved_t(0.9, 0.01, -1e-4, 10, high=1.0).upper(1e-6) < 1


def test_without_a_range_they_are_those_of_the_value_itself() -> None:
    one, other = curved_t(3.0, 0.04, 1e-3, 30), linearised_t(3.0, 0.04, 1e-3, 30)
    assert one.interval(0.9) == pytest.approx(other.interval(0.9))


def test_a_mirrored_value_has_mirrored_bounds() -> None:
    one = curved_t(0.2, 0.002, 2e-5, 40, curve=Curve(1e-6, 1e-4), low=0.0)
    other = curved_t(-0.2, 0.002, -2e-5, 40, curve=Curve(-1e-6, -1e-4), high=0.0)
    low, high = one.interval(0.95)
    assert other.interval(0.95) == pytest.approx((-high, -low))


def test_much_data_has_the_same_bounds_on_every_scale() -> None:
    se = 1e-4
    for low, high in ((0.0, 1.0), (0.0, None), (None, 1.0), (None, None)):
        found = curved_t(0.4, se**2, 0.0, 1_000_000, low=low, high=high)
        assert found.upper(0.025) - 0.4 == pytest.approx(stats.norm.isf(0.025) * se, rel=1e-2)
        assert math.isfinite(found.lower(1e-12))
