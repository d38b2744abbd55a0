"""What WeasyPrint leaves open in a PDF's structure tree and metadata (ISO 32000-1, 14.7 and 14.8; PDF/A-3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zlib import adler32, compress

Element = dict[str, Any]


def finish(_document: Any, pdf: Any) -> None:
    """Correct a `pydyf.PDF` before it is written: a finisher of WeasyPrint.

    Header cells get their scope and are found by their ids, lists of terms become lists of labelled
    items, drawings without a text alternative (marks beside the word they stand for) become decoration,
    files are attached once each, and metadata can be read without decompression.
    """
    import pydyf

    elements = {
        one.reference: one
        for one in pdf.objects
        if isinstance(one, pydyf.Dictionary) and one.get("Type") == "/StructElem"
    }
    for element in elements.values():
        if element["S"] == "/TH":
            element["A"]["Scope"] = _scope(element, elements)
        elif element["S"] == "/Figure" and "Alt" not in element:
            element["S"] = "/NonStruct"
            del element["A"]
        elif element["S"] == "/Div" and elements[element["P"]]["S"] == "/L":
            _labelled(element, elements)
    _index(pdf, elements)
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream) and one.compress:
            _compress(one)


def _compress(stream: Any) -> None:
    """Compress a stream here and once; pydyf does it for the file and again for the file's identifier.

    Plain stay metadata (PDF/A), and a stream whose compressed form ends in CR: such an end cannot be told
    from the line end before `endstream`, and validators take the stream for one byte too long. Its last
    byte is that of zlib's checksum of the plain content.
    """
    stream.compress = False
    content = stream.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
    if stream.extra.get("Type") == "/Metadata" or adler32(content) & 0xFF == ord("\r"):
        stream.stream = [content]
    else:
        stream.extra["Filter"] = "/FlateDecode"
        stream.stream = [compress(content)]


def _scope(cell: Element, elements: dict[bytes, Element]) -> str:
    """Headers in a table's head are of columns, those in its body of rows."""
    return "/Column" if elements[elements[cell["P"]]["P"]]["S"] == "/THead" else "/Row"


def _labelled(group: Element, elements: dict[bytes, Element]) -> None:
    """A `div` of a term and its meaning: an item with label and body, where WeasyPrint makes an item of each."""
    group["S"] = "/LI"
    for k, item in enumerate(_kids(group, elements)):
        item["S"] = "/LBody" if k else "/Lbl"
        for body in _kids(item, elements):
            body["S"] = "/NonStruct"


def _kids(element: Element, elements: dict[bytes, Element]) -> Iterator[Element]:
    return (elements[kid] for kid in element["K"] if kid in elements)


def _index(pdf: Any, elements: dict[bytes, Element]) -> None:
    """The tree's elements by id, which cells use to name their headers."""
    import pydyf

    named = {element["ID"].string: reference for reference, element in elements.items() if "ID" in element}
    ids = pydyf.Array(part for key in sorted(named) for part in (pydyf.String(key), named[key]))
    if named:
        root = next(
            one
            for one in pdf.objects
            if isinstance(one, pydyf.Dictionary) and one.get("Type") == "/StructTreeRoot"
        )
        root["IDTree"] = pydyf.Dictionary({"Names": ids})
