"""Estimates: intervals, evidence against bounds, and what may be done to them."""

import pytest
from scipy import special

from specgen.stats.estimate import Estimate, fixed, negate, shift
from specgen.stats.proportion import wilson


def normal(value: float, se: float) -> Estimate:
    return Estimate(
        value, 10, "normal",
        lambda a: value + se * float(special.ndtri(a)), lambda a: value - se * float(special.ndtri(a)), se,
    )  # fmt: skip


def test_an_interval_has_equal_tails() -> None:
    assert normal(1.0, 2.0).interval(0.95) == pytest.approx((1 - 2 * 1.959964, 1 + 2 * 1.959964))


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95])
def test_an_impossible_confidence_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        normal(0.0, 1.0).interval(confidence)


@pytest.mark.parametrize("z", [0.1, 1.0, 1.959964, 4.0])
def test_evidence_is_the_one_sided_p_of_the_normal_test(z: float) -> None:
    assert normal(0.0, 1.0).p_below(z) == pytest.approx(float(special.ndtr(-z)), rel=1e-6)
    assert normal(0.0, 1.0).p_above(-z) == pytest.approx(float(special.ndtr(-z)), rel=1e-6)


def test_evidence_for_what_was_not_seen_is_none() -> None:
    assert normal(0.0, 1.0).p_below(-0.1) == 1.0
    assert normal(0.0, 1.0).p_above(0.1) == 1.0
    assert normal(0.0, 1.0).p_below(0.0) == 1.0


def test_evidence_never_is_nought() -> None:
    assert normal(0.0, 1.0).p_below(100.0) == 1e-12


def test_evidence_agrees_with_the_bound_at_its_own_alpha() -> None:
    estimate = wilson(70, 100)
    p = estimate.p_below(0.8)
    assert estimate.upper(p) < 0.8 <= estimate.upper(p * (1 - 1e-9))


def test_a_fixed_number_has_no_doubt() -> None:
    known = fixed(0.9)
    assert known.interval(0.99) == (0.9, 0.9)
    assert (known.p_below(0.91), known.p_above(0.91)) == (1e-12, 1.0)


def test_shifting_moves_value_and_bounds_alike() -> None:
    moved = shift(normal(1.0, 2.0), -3.0)
    assert moved.value == -2.0
    assert moved.interval(0.9) == pytest.approx([x - 3.0 for x in normal(1.0, 2.0).interval(0.9)])


def test_negating_swaps_the_bounds() -> None:
    estimate = wilson(9, 10)
    low, high = estimate.interval(0.95)
    assert negate(estimate).interval(0.95) == (-high, -low)
    assert negate(estimate).p_above(-0.99) == estimate.p_below(0.99)
