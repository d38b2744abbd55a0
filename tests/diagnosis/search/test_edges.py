"""Ranges of numbers hold about as many rows each, and their edges read well."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgen.diagnosis.search.edges import AROUND, RANGES, edges, round_between


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (37, 46, 40),
        (44.2, 45.9, 45),
        (0.123, 0.131, 0.13),
        (-5, 3, 0),
        (1234, 1288, 1250),
        (2.5, 2.5, 2.5),
        (7, 12, 10),
    ],
)
def test_a_round_number_in_an_interval(low, high, expected):
    assert round_between(low, high) == expected


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_the_round_number_lies_in_the_interval(low, width):
    found = round_between(low, low + width)
    assert low < found <= low + width or low + width == low


def test_ages_are_cut_at_fives_and_tens():
    ages = np.random.default_rng(0).integers(0, 96, 20_000).astype(float)
    assert all(edge % 5 == 0 or edge % 4 == 0 for edge in edges(ages))


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
def test_ranges_hold_about_as_many_rows_each(scale):
    values = np.random.default_rng(1).lognormal(0, 2, 30_000) * scale
    cut = edges(values)
    shares = np.diff([0, *(np.mean(values < edge) for edge in cut), 1])
    assert len(cut) == RANGES - 1
    assert np.all(np.abs(shares - 1 / RANGES) <= 2 * AROUND + 1e-3)


def test_values_that_are_alike_are_not_cut():
    assert edges(np.full(100, 3.0)) == ()
    assert edges(np.empty(0)) == ()
    mostly = np.concatenate([np.zeros(900), np.arange(1, 101)])
    assert len(edges(mostly)) <= 2
