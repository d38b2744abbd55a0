"""HTML of a team's sections, read as browsers read it and written anew from what is allowed."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

TAGS = frozenset(
    """a abbr b bdi blockquote br caption cite code col colgroup dd dfn div dl dt em figcaption figure h3 h4 hr i img
    ins del kbd li mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead time tr u ul var
    wbr""".split()  # noqa: SIM905 - a list of them is four times as long
)
VOID = frozenset({"br", "col", "hr", "img", "wbr"})
ANYWHERE = frozenset({"class", "title", "lang", "dir"})
ATTRIBUTES = {
    "a": {"href"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"}, "ol": {"start"}, "time": {"datetime"}, "col": {"span"},
}  # fmt: skip
COUNTS = {"colspan": 100, "rowspan": 1000, "span": 100, "width": 2000, "height": 2000, "start": 1_000_000}
LINK = re.compile(r"(https?://|mailto:|#)", re.I)
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
# Classes of the report that a section may have; others are the team's own and cannot meet the report's.
SHARED = frozenset({"aside", "finding", "foot", "i", "narrow", "num", "soft", "terms", "v"})
OWN = "own-"
MOST_TEXT, MOST_ELEMENTS, MOST_DEPTH = 500_000, 5_000, 40


class MarkupError(ValueError):
    """HTML that a section may not hold; the message says what, and what would be right."""


def own_class(name: str) -> str:
    """A class of a team's in the page: the report's shared ones as they are, any other with a name of its own."""
    return name if name in SHARED else OWN + name


def tag_fault(tag: str) -> str | None:
    """What is wrong with an element in a section; None where nothing is."""
    if tag in TAGS:
        return None
    title = "the section's heading is its title, begin at <h3>"
    hint = title if tag in ("h1", "h2") else "a section holds text, lists, tables and pictures"
    return f"<{tag}> is not allowed; {hint}"


def attribute_fault(tag: str, name: str) -> str | None:
    """What is wrong with an attribute of an element; None where nothing is."""
    if name in ANYWHERE or name in ATTRIBUTES.get(tag, ()):
        return None
    hint = "; give it a class, and the class a rule in style.css" if name == "style" else ""
    known = sorted(ANYWHERE | ATTRIBUTES.get(tag, set()))
    return f"{name}= is not allowed in <{tag}>{hint or '; there are ' + ', '.join(known)}"


def safe_markup(html: str) -> str:
    """The HTML with every tag closed and nothing that runs, fetches or reaches out of its section.

    Raises MarkupError.
    """
    from tinyhtml5 import parse

    if len(html) > MOST_TEXT:
        raise MarkupError(f"it is {len(html):,} characters long; {MOST_TEXT:,} are the most")
    if re.search(r"</?(html|head|body|frameset)\b", html, re.I):
        raise MarkupError("a section is a part of a page, without <html>, <head> or <body>")
    body = parse(f"<!doctype html><body>{html}", namespace_html_elements=False).find("body")
    if sum(1 for _ in body.iter()) > MOST_ELEMENTS:
        raise MarkupError(f"it has more than {MOST_ELEMENTS:,} elements; cut long tables")
    return _inside(body, 0)


def _inside(element: Element, depth: int) -> str:
    if depth > MOST_DEPTH:
        raise MarkupError(f"its elements are nested more than {MOST_DEPTH} deep")
    parts = [escape(element.text or "")]
    for child in element:
        if isinstance(child.tag, str):
            parts.append(_written(child, depth))
        parts.append(escape(child.tail or ""))
    return "".join(parts)


def _written(element: Element, depth: int) -> str:
    tag = str(element.tag).rpartition("}")[2]
    wrong = tag_fault(tag)
    if wrong:
        raise MarkupError(wrong)
    given = "".join(
        f' {name}="{escape(_value(tag, str(name), text))}"' for name, text in element.attrib.items()
    )
    if tag == "img" and "alt" not in element.attrib:
        raise MarkupError('<img> has no alt="…", the text for those who do not see it')
    if tag in VOID:
        return f"<{tag}{given}>"
    whole = f"<{tag}{given}>{_inside(element, depth + 1)}</{tag}>"
    return f'<div class="scroll">{whole}</div>' if tag == "table" else whole


def _value(tag: str, name: str, text: str) -> str:
    wrong = attribute_fault(tag, name)
    if wrong:
        raise MarkupError(wrong)
    if name == "class":
        return " ".join(map(own_class, text.split()))
    if name == "href" and not LINK.match(text):
        raise MarkupError(f"a link to '{text[:60]}'; links begin with https://, mailto: or #")
    if name == "src" and not PICTURE.fullmatch(text):
        raise MarkupError(f"a picture from '{text[:60]}'; write it into the page: data:image/png;base64,…")
    if name in COUNTS and not (text.isascii() and text.isdigit() and int(text) <= COUNTS[name]):
        raise MarkupError(f"{name}='{text[:60]}'; a whole number up to {COUNTS[name]:,}")
    return text
