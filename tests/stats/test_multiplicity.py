"""Holm's correction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from specgen.stats.multiplicity import holm, holm_adjusted

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_the_textbook_case() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005], 0.05) == [True, False, False, True]
    assert holm_adjusted([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_nothing_to_test() -> None:
    assert holm([], 0.05) == []


@given(P_VALUES)
def test_adjusted_values_are_those_of_statsmodels(p_values: list[float]) -> None:
    expected = multipletests(p_values, 0.05, method="holm")[1]
    assert holm_adjusted(p_values) == pytest.approx(list(expected))


@given(P_VALUES)
def test_it_rejects_what_bonferroni_does_and_what_single_tests_do_at_most(p_values: list[float]) -> None:
    for p, rejected in zip(p_values, holm(p_values, 0.05), strict=True):
        assert rejected or p * len(p_values) > 0.05
        assert not rejected or p <= 0.05


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, p], 0.05)
