"""`brand.yaml`: a team's name, logo, font and colours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, ValidationError

from specgen.report.brand.colours import (
    DARK_PAPER,
    LEAST_CONTRAST,
    PAPER,
    contrast,
    read_colour,
    says_go,
    says_stop,
)
from specgen.spec.part import Fault, Name, Part, Text
from specgen.spec.problems import Problem, SpecError
from specgen.spec.shape import Mistake, mistakes
from specgen.spec.yaml_nodes import Nodes, YamlError, decode, read_nodes

SETTINGS = "brand.yaml"
PAPERS = {"light": PAPER, "dark": DARK_PAPER}
# Three times that of the faintest links, as WCAG 2.2 asks of links inside text (technique G183).
INK_CONTRAST = {"light": 10.0, "dark": 14.0}
FontName = Annotated[str, Field(min_length=1, max_length=60)]


class Colour(Part):
    """A colour for the page, and one for the dark theme, which is the same lightened where none is given."""

    shorthand: ClassVar[str | None] = "light"

    light: Text = Field(description="CSS colour, such as '#1f5f99', on white.")
    dark: Text | None = Field(None, description="On the dark theme's page.")

    def rules(self) -> Iterator[Fault]:
        """Opaque colours that can be read on their page."""
        for key, text in (("light", self.light), ("dark", self.dark)):
            found, behind = read_colour(text or ""), read_colour(PAPERS[key])
            if text is None or behind is None:
                continue
            if found is None:
                yield (key,), f"'{text}' is no opaque colour; write one such as '#1f5f99'"
            elif contrast(found, behind) < LEAST_CONTRAST:
                ratio = f"{contrast(found, behind):.1f}"
                page = "white" if key == "light" else "the dark page"
                more = "darker" if key == "light" else "lighter"
                yield (
                    (key,),
                    f"'{text}' is too faint to read on {page}: contrast {ratio}, and {LEAST_CONTRAST} is the least "
                    f"(WCAG 2.2, level AA); take a {more} one",
                )


class Colours(Part):
    """Colours of the report; what is not named stays."""

    accent: Colour | None = Field(None, description="Headings, and the line above page one.")
    ink: Colour | None = Field(None, description="Text.")
    muted: Colour | None = Field(None, description="What is said more softly.")
    go: Colour | None = Field(
        None, description="Go and pass: verdict, marks, states, the confusion matrix; not charts."
    )
    no_go: Colour | None = Field(None, description="No-go and fail, at the same places.")

    def rules(self) -> Iterator[Fault]:
        """Ink that softer text stands out from; a go that does not read as a stop, nor the other way round."""
        for key, text in _shades(self.ink):
            ratio = contrast(read_colour(text) or (0, 0, 0), read_colour(PAPERS[key]) or (0, 0, 0))
            if ratio < INK_CONTRAST[key]:
                least = f"{INK_CONTRAST[key]:g} is the least for ink, so that links and softer text differ from it"
                yield ("ink", key), f"'{text}' has a contrast of {ratio:.1f}; {least}"
        for key, text in _shades(self.go):
            if says_stop(read_colour(text) or (0, 0, 0)):
                yield (
                    ("go", key),
                    f"'{text}' reads as stop; a go in red or orange would mislead, take another",
                )
        for key, text in _shades(self.no_go):
            if says_go(read_colour(text) or (0, 0, 0)):
                yield ("no_go", key), f"'{text}' reads as go; a no-go in green would mislead, take another"


def _shades(colour: Colour | None) -> list[tuple[str, str]]:
    shades = [("light", colour.light), ("dark", colour.dark)] if colour else []
    return [(key, text) for key, text in shades if text]


class Brand(Part):
    """A team's look of the report."""

    name: Name | None = Field(None, description="Name of the team or company, on page one.")
    logo: Text | None = Field(None, description="File of the logo, .svg or .png, in this folder.")
    font: FontName | None = Field(
        None, description="Name of a font that is installed where reports are made and read."
    )
    colours: Colours | None = Field(None, description="Colours: accent, ink, muted, go, no_go.")

    def rules(self) -> Iterator[Fault]:
        """A font's name is a name and no CSS."""
        if self.font and not all(letter.isalnum() or letter in " -" for letter in self.font):
            yield ("font",), f"'{self.font}' is no name of a font; write one such as 'Source Sans 3'"


def read_settings(raw: bytes, file: str) -> tuple[Brand, Nodes]:
    """The settings and where each stands. Raises SpecError with every mistake."""
    try:
        nodes = read_nodes(decode(raw))
    except YamlError as error:
        raise SpecError([Problem(file, *place, path, text) for place, path, text in error.faults]) from None
    found = [
        Problem(file, *nodes.keys[path], path, _empty(str(path[0])))
        for path in nodes.keys
        if _at(nodes, path) is None
    ]
    try:
        settings = Brand.model_validate(nodes.data)
    except ValidationError as error:
        found += [_problem(file, nodes, m) for m in mistakes(error, nodes, Brand)]
    if found:
        raise SpecError(found)
    return settings, nodes


def _at(nodes: Nodes, path: tuple[str | int, ...]) -> object:
    value: object = nodes.data
    for segment in path:
        value = value[segment] if isinstance(value, dict | list) else value  # type: ignore[index]
    return value


def _empty(section: str) -> str:
    hint = (
        "; a colour stands in quotes, such as '#1f5f99', since # begins a comment"
        if section == "colours"
        else ""
    )
    return f"empty{hint or '; give a value or leave the key out'}"


def _problem(file: str, nodes: Nodes, mistake: Mistake) -> Problem:
    """At the key or value that the path leads to, or at what holds it."""
    path = mistake.path
    while path and path not in nodes.values:
        path = path[:-1]
    place = nodes.keys[path] if mistake.at_key and path in nodes.keys else nodes.values.get(path, (1, 1))
    return Problem(file, *place, path, mistake.message)
