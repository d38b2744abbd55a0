"""A team's look as the report wears it: logo, sections, and its colours in place of the report's."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from specgen.record.result import UsedTemplates
from specgen.report.brand.colours import (
    DARK_PAPER,
    LEAST_CONTRAST,
    WHITE,
    contrast,
    hexadecimal,
    lightened,
    mixed,
    read_colour,
)
from specgen.report.brand.fill import OwnSection, filled_sections
from specgen.report.brand.folder import OwnLook
from specgen.report.brand.settings import Colour, Colours
from specgen.report.charts.svg import BLUE, GREY, INK, ORANGE

# The report's own colours by the key that changes them: what marks are drawn with, its CSS variable, and the contrast
# that a dark variant is lightened to.
DRAWN = {
    "ink": (INK, "--ink", 14.5),
    "muted": (GREY, "--grey", 7.5),
    "go": (BLUE, "--blue", 7.5),
    "no_go": (ORANGE, "--orange", 7.5),
    "accent": (None, "--accent", 7.5),
}
MARK = re.compile(r'<svg class="mark".*?</svg>', re.S)
# Captions call the colours of charts by their names.
CHARTS = """.chart svg { --blue: #1f5f99; --orange: #c8500a; --grey: #5d6672; }
@media screen { @supports (color: light-dark(red, red)) {
.chart svg { --blue: light-dark(#1f5f99, #74b0e6); --orange: light-dark(#c8500a, #f49152); }
.chart svg { --grey: light-dark(#5d6672, #a3adb9); }
} }"""
# How much of the colour a cell of the confusion matrix has, from few rows to many.
SHADES = (0.09, 0.15, 0.22, 0.31, 0.42, 0.56, 0.71, 0.88, 0.94, 1.0)
ACCENT = """h2 { color: var(--accent); }
.front h2 { color: inherit; }
.front > header { border-top: 3px solid var(--accent); padding-top: 1.1em; }
.front > header .theme { top: 1.1em; }"""
LOGO = ".logo { display: block; height: 2.6em; max-width: 16em; object-fit: contain; margin-bottom: 1.1em; }"
# Letters far larger than their line would rise over what stands above.
OWN = ".own { overflow: hidden; overflow: clip; }"
# Beside the title: page one has no line to spare.
PAGED_LOGO = ".logo { float: right; height: 11mm; max-width: 60mm; margin: 0 0 0 8mm; }"


@dataclass(frozen=True)
class Look:
    """What templates of the report show of a team: `kind` heads page one, `logo` is a `data:` address."""

    name: str
    logo: str | None
    sections: tuple[OwnSection, ...]
    used: UsedTemplates
    screen_css: Markup
    paged_css: Markup
    marks: tuple[tuple[str, str], ...]

    @property
    def has_pictures(self) -> bool:
        """Whether the page must be allowed pictures that stand in it."""
        inside = "".join(one.html for one in self.sections) + self.screen_css
        return self.logo is not None or "data:image/" in inside

    def recoloured(self, html: str) -> str:
        """A page for paper with its marks in the team's colours: WeasyPrint takes no style into a drawing."""

        def changed(mark: re.Match[str]) -> str:
            found = mark[0]
            for before, after in self.marks:
                found = found.replace(f'"{before}"', f'"{after}"')
            return found

        return MARK.sub(changed, html)


def worn(own: OwnLook, results: str) -> Look:
    """The look for one result, given as the text of its results.json. Raises SectionError."""
    colours = own.settings.colours or Colours.model_validate({})
    given: dict[str, Colour] = {key: one for key in DRAWN if (one := getattr(colours, key))}
    light = {DRAWN[key][1]: _shade(one.light) for key, one in given.items()}
    dark = {DRAWN[key][1]: _dark(key, one) for key, one in given.items()}
    font = _font(own.settings.font)
    both = (*font, *([ACCENT] if "accent" in given else ()), LOGO, OWN)
    paged = (*_root(light), *_matrix(given), *both, PAGED_LOGO, *_page_font(own.settings.font), own.style)
    marks = [
        f'svg.mark [{kind}="{DRAWN[key][0]}"] {{ {kind}: var({DRAWN[key][1]}); }}'
        for key in given
        if DRAWN[key][0]
        for kind in ("fill", "stroke")
    ]
    screen = (*_root(light), *_matrix(given), *both, *marks, *_themes(light, dark), CHARTS, own.style)
    return Look(
        name=own.settings.name or "",
        logo=own.logo,
        sections=filled_sections(own.sections, results),
        used=own.used,
        screen_css=Markup("\n".join(screen)),
        paged_css=Markup("\n".join(paged)),
        marks=tuple((DRAWN[key][0] or "", light[DRAWN[key][1]]) for key in given if DRAWN[key][0]),
    )


def _shade(text: str) -> str:
    found = read_colour(text)
    assert found is not None
    return hexadecimal(found)


def _dark(key: str, colour: Colour) -> str:
    found, paper = read_colour(colour.dark or colour.light), read_colour(DARK_PAPER)
    assert found is not None
    assert paper is not None
    return hexadecimal(found if colour.dark else lightened(found, paper, DRAWN[key][2]))


def _root(values: dict[str, str]) -> list[str]:
    inside = " ".join(f"{name}: {value};" for name, value in values.items())
    return [f":root {{ {inside} }}"] if values else []


def _themes(light: dict[str, str], dark: dict[str, str]) -> list[str]:
    """Where the browser can, the one that the theme asks for."""
    both = {name: f"light-dark({light[name]}, {dark[name]})" for name in light}
    rules = " ".join(_root(both))
    plate = "light-dark(transparent, #ffffff)"
    plate = f".logo {{ background: {plate}; box-shadow: 0 0 0 6px {plate}; }}"
    return [f"@media screen {{ @supports (color: light-dark(red, red)) {{ {rules} {plate} }} }}"]


def _font(name: str | None) -> list[str]:
    return [f'html {{ font-family: "{name}", Inter, system-ui, "DejaVu Sans", sans-serif; }}'] if name else []


def _page_font(name: str | None) -> list[str]:
    return [f'@page {{ font-family: "{name}", Inter, "DejaVu Sans", sans-serif; }}'] if name else []


def _matrix(given: dict[str, Colour]) -> list[str]:
    """The shades of the confusion matrix, each with ink or white on it, whichever can be read better."""
    ink = read_colour(given["ink"].light if "ink" in given else INK) or (0.0, 0.0, 0.0)
    rules = []
    for key, cell in (("go", "right"), ("no_go", "wrong")):
        colour = read_colour(given[key].light) if key in given else None
        for number, share in enumerate(SHADES if colour else (), start=1):
            assert colour is not None
            shade = mixed(WHITE, colour, share)
            while max(contrast(shade, ink), contrast(shade, WHITE)) < LEAST_CONTRAST:
                shade = mixed(shade, WHITE, 0.05)
            text = WHITE if contrast(shade, WHITE) >= contrast(shade, ink) else ink
            rules.append(
                f".{cell}.s{number} {{ background: {hexadecimal(shade)}; color: {hexadecimal(text)}; }}"
            )
    return rules
