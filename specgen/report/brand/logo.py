"""A logo as an image inside the page: what could run or fetch anything is refused, not drawn around."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from xml.etree import ElementTree

MOST_BYTES, MOST_PIXELS, MOST_ELEMENTS = 200_000, 4_000, 2_000
SVG = "{http://www.w3.org/2000/svg}"
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
# Without <use>, patterns and filters, of which a few lines can ask for endless work.
DRAWN = (
    "svg", "g", "defs", "title", "desc", "metadata", "path", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "text", "tspan", "linearGradient", "radialGradient", "stop", "clipPath", "style",
)  # fmt: skip
OUTSIDE = re.compile(r"@import|url\(\s*[\"']?(?!\s*[\"']?#)|\\|expression\(", re.I)


class LogoError(ValueError):
    """A logo that a report cannot hold; the message says why, and what would be right."""


def logo_uri(raw: bytes, suffix: str) -> str:
    """The logo as a `data:` address. Raises LogoError."""
    if len(raw) > MOST_BYTES:
        raise LogoError(f"has {len(raw):,} bytes; every report carries it, so {MOST_BYTES:,} are the most")
    if suffix == ".png":
        return _uri(_png(raw), "image/png")
    if suffix == ".svg":
        return _uri(_svg(raw), "image/svg+xml")
    raise LogoError("is no .svg or .png; save the logo as one of them")


def _uri(raw: bytes, kind: str) -> str:
    return f"data:{kind};base64,{b64encode(raw).decode()}"


def _png(raw: bytes) -> bytes:
    if raw[:8] != b"\x89PNG\r\n\x1a\n" or raw[12:16] != b"IHDR":
        raise LogoError("is no PNG, whatever its name says")
    wide, high = int.from_bytes(raw[16:20], "big"), int.from_bytes(raw[20:24], "big")
    if not (0 < wide <= MOST_PIXELS and 0 < high <= MOST_PIXELS):
        raise LogoError(f"is {wide:,} × {high:,} pixels; {MOST_PIXELS:,} a side are the most")
    return raw


def _svg(raw: bytes) -> bytes:
    """The drawing written anew, without what other programs left in it for themselves."""
    if re.search(rb"<!(DOCTYPE|ENTITY)", raw, re.I):
        raise LogoError("has a <!DOCTYPE> or <!ENTITY>; delete that line, a drawing needs none")
    try:
        root = ElementTree.fromstring(raw)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise LogoError(f"is no SVG that can be read: {error}") from None
    if root.tag != f"{SVG}svg":
        raise LogoError('is no SVG; it starts with <svg xmlns="http://www.w3.org/2000/svg">')
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise LogoError(f"has more than {MOST_ELEMENTS:,} elements; draw it more simply")
    if "viewBox" not in root.attrib and not {"width", "height"} <= set(root.attrib):
        raise LogoError("has no size; add viewBox, such as viewBox='0 0 120 40'")
    wrong = next(_faults(root, ()), None)
    if wrong:
        raise LogoError(wrong)
    _drop_foreign(root)
    ElementTree.register_namespace("", SVG[1:-1])
    written: bytes = ElementTree.tostring(root, encoding="utf-8")
    return written


def _faults(element: ElementTree.Element, parents: tuple[str, ...]) -> Iterator[str]:
    if not str(element.tag).startswith(SVG):
        return
    tag = element.tag.removeprefix(SVG)
    if tag not in DRAWN:
        how = "; convert it to plain paths in your drawing program" if tag != "script" else ""
        yield f"holds <{tag}>, which a logo may not{how}"
    texts = [(tag, element.text or "")] if tag == "style" else list(element.attrib.items())
    for name, text in texts:
        if name.lower().startswith("on"):
            yield f"holds {name}=, which runs code; delete it"
        elif name in HREFS or OUTSIDE.search(text):
            yield f"refers to something outside or to another part ({text.strip()[:60]}); write it out instead"
        elif name == "clip-path" and "clipPath" in parents:
            yield "clips a clip path; draw it without"
    for child in element:
        yield from _faults(child, (*parents, tag))


def _drop_foreign(element: ElementTree.Element) -> None:
    for name in [name for name in element.attrib if name.startswith("{")]:
        del element.attrib[name]
    for child in list(element):
        if str(child.tag).startswith(SVG):
            _drop_foreign(child)
        else:
            element.remove(child)
