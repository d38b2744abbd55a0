"""`style.css` reaches a team's own sections, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgen.report.brand.style import scoped_style

WORDS = {"risk", "low", "num"}


def test_every_rule_is_for_own_sections_and_own_classes() -> None:
    css, faults = scoped_style(
        ".risk > td, p:not(.low)::before { color: red; content: 'x'; letter-spacing: -0.1px }\n"
        "@media print { .num, tr:nth-child(even) { background: url('data:image/png;base64,AA==') } }",
        WORDS,
    )
    assert faults == []
    assert css.splitlines()[0].startswith(".own .own-risk > td, .own p:not(.own-low)::before {")
    assert ".own .num, .own tr:nth-child(even)" in css


@pytest.mark.parametrize(
    ("css", "line", "message"),
    [
        ("@import 'https://x.example/a.css';", 1, "@import is not allowed; copy its rules in here"),
        ("@font-face { src: url(a.woff) }", 1, "@font-face is not allowed; name an installed font"),
        ("@page { size: A5 }", 1, "@page is not allowed"),
        (
            "@media print {\n body { color: red } }",
            2,
            "'body' is in no section of yours; it reaches your own",
        ),
        (".verdict { color: white }", 1, "no section has the class 'verdict'; style.css reaches your own"),
        (".rsk { color: white }", 1, "no section has the class 'rsk'; did you mean 'risk'?"),
        ("#verdict { color: white }", 1, "sections have no ids"),
        ("+ p { color: red }", 1, "a selector begins with an element, a class or *"),
        ("p, ~ p { color: red }", 1, "a selector begins with an element, a class or *"),
        ("p { & + section { color: red } }", 1, "no declaration: a rule inside a rule"),
        ("p {\n position: fixed }", 2, "position is not allowed"),
        ("p { string-set: verdict 'GO' }", 1, "string-set is not allowed"),
        ("p { counter-reset: page }", 1, "counter-reset is not allowed"),
        ("p { box-shadow: 0 0 0 999px white }", 1, "box-shadow is not allowed"),
        ("p { colr: red }", 1, "colr is not allowed; did you mean 'color'?"),
        ("p { margin-top: -90px }", 1, "-90px would move it over its neighbours"),
        ("p { --m: -90px; margin-top: var(--m) }", 1, "-90px would move it over its neighbours"),
        ("p { margin-top: calc(0px - 90px) }", 1, "calc() is not allowed"),
        ("p { --a: var(--b) var(--b) }", 1, "--a is made of another"),
        ("p { height: 1e9px }", 1, "1e9px is too large; 1,000 is the most"),
        ("p { background: url(//x.example/a.png) }", 1, "url(//x.example/a.png) is outside"),
        ("p { background: url( 'https://x.example/a.png' ) }", 1, "url(https://x.example/a.png) is outside"),
        ("p { background: image-set('https://x.example/a.png' 1x) }", 1, "image-set() is not allowed"),
        (
            "p { background: URL(data:image/svg+xml;base64,AA==) }",
            1,
            "url(data:image/svg+xml;base64,AA==) is outside",
        ),
        ("p { background: u\\72l(https://x.example) }", 1, "no '<' and no '\\' in style.css"),
        ("p::before { content: '</style><script>alert(1)</script>' }", 1, "no '<' and no '\\' in style.css"),
        ("p { color: red", 0, ""),
        ("p { color: red } }", 1, "no CSS:"),
    ],
)
def test_what_would_reach_further_is_refused_with_its_line(css: str, line: int, message: str) -> None:
    faults = scoped_style(css, WORDS)[1]
    assert [(at, text[: len(message)]) for at, _, text in faults if text.startswith(message)][:1] == (
        [(line, message)] if line else []
    )


PIECES = st.sampled_from(
    ["p", ".risk", "*", "body", "section", "#verdict", ".verdict", "{", "}", "color: red;", "display: none;", ",", "+", "~",
     ">", "&", ":root", "@media all", "@import", "url(", ")", "(", "/*", "*/", '"', "'", ";", " ", "\n", ":is(", ":not(",
     "[id]", "position: fixed;", "margin-top: -9px;", "--x:", "!important", "|", "html|p", ":has("]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14))
def test_whatever_is_let_through_begins_at_own_sections(pieces: list[str]) -> None:
    css, faults = scoped_style("".join(pieces), WORDS)
    if faults:
        return
    for prelude in re.findall(r"([^{}]+)\{", re.sub(r"@media[^{]*\{", "", css)):
        selectors = re.split(r",(?![^()]*\))", prelude)
        assert all(re.match(r"\.own [^+~>|&,]", one.strip()) for one in selectors), css
