"""Colours: contrast as WCAG defines it, and what is made of a colour for a dark page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgen.report.brand.colours import (
    DARK_PAPER,
    WHITE,
    contrast,
    hexadecimal,
    lightened,
    read_colour,
    says_go,
    says_stop,
)

PARTS = st.tuples(*[st.floats(0, 1)] * 3)
DARK = read_colour(DARK_PAPER) or WHITE


@pytest.mark.parametrize(
    ("colour", "ratio"), [("black", 21.0), ("#777", 4.48), ("#767676", 4.54), ("#f00", 4.00), ("#00f", 8.59)]
)
def test_contrast_with_white_is_that_of_webaim(colour: str, ratio: float) -> None:
    found = read_colour(colour)
    assert found
    assert contrast(found, WHITE) == pytest.approx(ratio, abs=0.006)


@pytest.mark.parametrize(
    "text", ["", "blurple", "transparent", "currentColor", "rgba(0,0,0,.5)", "red; } *{", "#12"]
)
def test_what_is_no_opaque_colour(text: str) -> None:
    assert read_colour(text) is None


@given(PARTS)
def test_lightened_for_the_dark_page_can_be_read(colour: tuple[float, float, float]) -> None:
    assert contrast(lightened(colour, DARK, 7.5), DARK) >= 7.5


@given(PARTS)
def test_no_colour_says_go_and_stop(colour: tuple[float, float, float]) -> None:
    assert not (says_go(colour) and says_stop(colour))
    assert read_colour(hexadecimal(colour)) is not None


def test_what_people_read_as_go_and_stop() -> None:
    for text in ("red", "crimson", "darkorange", "#c8500a", "#b00020"):
        assert says_stop(read_colour(text) or WHITE), text
    for text in ("green", "#0a7a2f", "limegreen", "#0f6b4a"):
        assert says_go(read_colour(text) or WHITE), text
    for text in ("#1f5f99", "#0f6b62", "black", "grey"):
        assert not says_stop(read_colour(text) or WHITE), text
