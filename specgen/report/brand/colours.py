"""Colours: read, told apart from the page (WCAG 2.2, 1.4.3), and lightened for a dark one."""

from __future__ import annotations

from colorsys import rgb_to_hls
from typing import TypeAlias

RGB: TypeAlias = tuple[float, float, float]

WHITE: RGB = (1.0, 1.0, 1.0)
PAPER, DARK_PAPER = "#ffffff", "#14181d"
# Level AA, for text of any size.
LEAST_CONTRAST = 4.5
STEP = 0.02


def read_colour(text: str) -> RGB | None:
    """Red, green and blue from 0 to 1 of an opaque CSS colour; None where it is none."""
    from tinycss2.color3 import parse_color

    found = parse_color(text)
    if not isinstance(found, tuple) or found[3] != 1:
        return None
    red, green, blue = (min(max(float(part), 0.0), 1.0) for part in found[:3])
    return red, green, blue


def hexadecimal(colour: RGB) -> str:
    """`#1f5f99`."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)


def contrast(one: RGB, other: RGB) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: RGB) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(colour: RGB, other: RGB, share: float) -> RGB:
    """The colour with a share of another in it."""
    red, green, blue = ((1 - share) * a + share * b for a, b in zip(colour, other, strict=True))
    return red, green, blue


def lightened(colour: RGB, paper: RGB, wanted: float) -> RGB:
    """The colour with as much white as gives it the contrast that is wanted, or white."""
    share, found = 0.0, colour
    while contrast(found, paper) < wanted and share < 1:
        share = min(share + STEP, 1.0)
        found = mixed(colour, WHITE, share)
    return found


def says_stop(colour: RGB) -> bool:
    """Whether people read it as red or orange: hue up to 50 or from 335 degrees, and not grey."""
    hue, lightness, saturation = rgb_to_hls(*colour)
    return saturation > 0.2 and 0.05 < lightness < 0.95 and not 50 < 360 * hue < 335


def says_go(colour: RGB) -> bool:
    """Whether people read it as green: hue 80 to 170 degrees, and not grey."""
    hue, lightness, saturation = rgb_to_hls(*colour)
    return saturation > 0.2 and 0.05 < lightness < 0.95 and 80 < 360 * hue < 170
