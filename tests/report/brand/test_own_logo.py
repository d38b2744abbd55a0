"""Logos: drawn, never run, and nothing fetched for them."""

from __future__ import annotations

from base64 import b64decode

import pytest

from specgen.report.brand.logo import LogoError, logo_uri

XMLNS = (
    'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:i="http://inkscape"'
)


def svg(inside: str, given: str = 'viewBox="0 0 9 9"') -> bytes:
    return f"<svg {XMLNS} {given}>{inside}</svg>".encode()


def test_what_drawing_programs_leave_is_dropped() -> None:
    uri = logo_uri(svg('<i:view i:x="1"/><g i:label="a"><rect width="2" fill="url(#a)"/></g>'), ".svg")
    drawn = b64decode(uri.partition(",")[2]).decode()
    assert uri.startswith("data:image/svg+xml;base64,")
    assert "rect" in drawn
    assert "inkscape" not in drawn


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (svg("<script>alert(1)</script>"), "holds <script>, which a logo may not"),
        (svg("<g onload='alert(1)'/>"), "holds onload=, which runs code"),
        (svg("<image href='https://x.example/a.png'/>"), "holds <image>, which a logo may not; convert it"),
        (svg("<foreignObject/>"), "holds <foreignObject>"),
        (svg("<use href='#a'/>"), "holds <use>"),
        (svg("<style>@import 'https://x.example'</style>"), "refers to something outside"),
        (svg("<style>p { fill: url(https://x.example) }</style>"), "refers to something outside"),
        (svg("<rect fill='url(file:///etc/passwd)'/>"), "refers to something outside"),
        (
            svg("<linearGradient id='a' xlink:href='#a'/>"),
            "refers to something outside or to another part (#a)",
        ),
        (svg("<clipPath id='a'><rect clip-path='url(#a)'/></clipPath>"), "clips a clip path"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("&a;"), "has a <!DOCTYPE>"),
        (svg("<g/>" * 2001), "has more than 2,000 elements"),
        (svg("<g/>", ""), "has no size; add viewBox"),
        (b"<svg viewBox='0 0 1 1'/>", "is no SVG; it starts with"),
        (b"<svg", "is no SVG that can be read"),
        (b" " * 200_001, "has 200,001 bytes"),
    ],
)
def test_what_could_run_fetch_or_never_end_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(LogoError) as caught:
        logo_uri(raw, ".svg")
    assert str(caught.value).startswith(message)


def test_pngs_are_pngs_of_a_size() -> None:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    with pytest.raises(LogoError, match="is no PNG"):
        logo_uri(b"GIF89a", ".png")
    with pytest.raises(LogoError, match="is 99,999 × 10 pixels"):
        logo_uri(head + (99_999).to_bytes(4, "big") + (10).to_bytes(4, "big"), ".png")
    with pytest.raises(LogoError, match=r"is no \.svg or \.png"):
        logo_uri(b"", ".gif")
