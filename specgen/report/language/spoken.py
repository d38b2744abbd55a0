"""A rendered page in the language that its result asks for; what translates is loaded for other languages alone."""

from __future__ import annotations

from specgen.record.result import Result

ENGLISH = "en"
# Stands where a page says how much of it is not translated.
COUNTED = "\ue000"


def spoken(html: str, result: Result) -> str:
    """The page as it was rendered, in English, or translated."""
    if result.about.language == ENGLISH:
        return html
    from specgen.report.language.page import translated

    return translated(html, result)


def spoken_word(text: str, result: Result) -> str:
    """A fixed text beside the page; as it is where the language has no translation."""
    if result.about.language == ENGLISH:
        return text
    from specgen.report.language.catalogue import catalogue

    return catalogue(result.about.language).exact.get(text, text)
