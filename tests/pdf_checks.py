"""What every report must keep as a PDF: read with pypdf, judged by the validator `page`."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from xml.etree import ElementTree

import page
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

HEADINGS = ("/H1", "/H2", "/H3", "/H4")
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
# Rules of PDF/UA-1 that only ask for a claim to keep it, which WeasyPrint cannot make beside PDF/A.
UNCLAIMED = {"PDFUA1-ID-PART-001", "PDFUA1-ID-SCHEMA-001"}


@dataclass(frozen=True)
class Node:
    """A structure element, its ancestors' names, and the page it stands on."""

    element: DictionaryObject
    kind: str
    above: tuple[str, ...]
    page: int | None


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def broken_rules(pdf: bytes, profile: str) -> list[str]:
    """Rules of a profile (`3u`, `ua1`) that the file breaks, with what the validator says."""
    found = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile(profile)).failures
    return sorted({f"{one.rule_id}: {one.message}" for one in found if one.rule_id not in UNCLAIMED})


def claim(pdf: bytes) -> tuple[str, str] | None:
    """Part and conformance that the metadata claims."""
    metadata = reader(pdf).trailer["/Root"].get("/Metadata")
    if metadata is None:
        return None
    packet = re.sub(rb"<\?xpacket[^>]*\?>", b"", metadata.get_object().get_data())
    for one in ElementTree.fromstring(packet).iter():
        if PDFA + "part" in one.attrib:
            return one.attrib[PDFA + "part"], one.attrib[PDFA + "conformance"]
    return None


def nodes(pdf: PdfReader) -> list[Node]:
    """The structure tree in reading order."""
    pages = {one.indirect_reference.idnum: k for k, one in enumerate(pdf.pages, start=1)}
    root = pdf.trailer["/Root"]["/StructTreeRoot"]
    return [node for kid in root["/K"] for node in _walk(kid.get_object(), (), pages)]


def _walk(element: Any, above: tuple[str, ...], pages: dict[int, int]) -> Iterator[Node]:
    if not isinstance(element, DictionaryObject) or "/S" not in element:
        return
    kind = str(element["/S"])
    at = pages[element.raw_get("/Pg").idnum] if "/Pg" in element else None
    yield Node(element, kind, above, at)
    for kid in element.get("/K", []):
        yield from _walk(kid.get_object(), (*above, kind), pages)


def lonely_headings(pdf: PdfReader) -> list[str]:
    """Headings with nothing below them on their page, and tables of which a page holds the header alone."""
    found, tree = [], nodes(pdf)
    for k, node in enumerate(tree):
        after = next((other for other in tree[k + 1 :] if _is_text(other)), None)
        if node.kind in HEADINGS and (after is None or after.page != node.page):
            found.append(f"{node.kind} on page {node.page}")
        if node.kind == "/Table" and "/TBody" not in _kinds_inside(node, tree[k + 1 :]):
            found.append(f"head of a table on page {node.page}")
    return found


def _kinds_inside(node: Node, later: list[Node]) -> set[str]:
    return {other.kind for other in takewhile(lambda other: len(other.above) > len(node.above), later)}


def _is_text(node: Node) -> bool:
    return node.kind in ("/P", "/Table", "/L", "/Figure") and not set(HEADINGS) & set(node.above)


def fonts(pdf: PdfReader) -> dict[str, Any]:
    """Fonts of all pages, by name."""
    return {
        str(font.get_object()["/BaseFont"]): font.get_object()
        for one in pdf.pages
        for font in one["/Resources"]["/Font"].values()
    }


def targets(pdf: PdfReader) -> dict[str, list[int]]:
    """Links inside the file: the pages that each destination is linked from; fails where one leads nowhere."""
    known, found = pdf.named_destinations, {}
    for k, one in enumerate(pdf.pages, start=1):
        for note in one.get("/Annots", []):
            if "/Dest" in note.get_object():
                assert note.get_object()["/Dest"] in known, f"a link on page {k} leads nowhere"
                found.setdefault(str(note.get_object()["/Dest"]), []).append(k)
    return found
