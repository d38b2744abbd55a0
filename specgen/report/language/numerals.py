"""Numbers and dates of an English report in the form of another language."""

from __future__ import annotations

import re

from specgen.report.language.catalogue import Catalogue

# A number alone, not a part of a version, a word, a date or a digest.
NUMERAL = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\w]|[.,]\d)(%?)")
DATE = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
# Numbers with signs and brackets, and at most a unit behind the first of them.
AMOUNT = re.compile(r"[\s\d.,;:%∞×⁻⁰¹²³⁴-⁹+−\-–—<>≤≥=≈~\[\]()/→]*")
UNIT = re.compile(
    r"(?<=[\d%⁰¹²³⁴-⁹])(?:\u202f[^\W\d_]+|[\s\u00a0]*(?:(?!met\b|row\b|and\b|for\b|of\b|on\b|or\b|to\b)[^\W\d_]{1,3}|[$€£¥]))(?![\w.])(?:/[a-z]+)?"
)
BETWEEN = re.compile(r"(?<=[\d∞]), (?=[−+-]?[\d∞])")


def is_amount(text: str) -> bool:
    """Whether a text is numbers alone, with signs and a unit at most."""
    if not any(character.isdigit() for character in text):
        return False
    return AMOUNT.fullmatch(UNIT.sub("", text)) is not None


def amount(text: str, language: Catalogue) -> str:
    """Numbers in the language's form: `12,340.5` as `12.340,5`, `[0.1, 0.2]` as `[0,1; 0,2]`."""
    if "[" in text:
        text = BETWEEN.sub(language.separator, text)
    return NUMERAL.sub(lambda found: _numeral(found, language), text).replace(
        "\u202fpp", "\u202f" + language.exact.get("pp", "pp")
    )


def _numeral(found: re.Match[str], language: Catalogue) -> str:
    whole, rest, percent = found.groups()
    whole = whole.replace(",", language.thousands)
    rest = language.decimal + rest[1:] if rest else ""
    return whole + rest + (language.percent if percent else "")


def date(text: str, language: Catalogue) -> str | None:
    """`24 November 2026` in the language's form; None where the text is no date."""
    found = DATE.fullmatch(text)
    if found is None or found[2] not in language.months:
        return None
    return language.date.format(day=found[1], month=language.months[found[2]], year=found[3])
