"""The PDF keeps what it claims: PDF/A-3u, tagged, with the run's files attached; checked by other tools."""

from functools import cache
from itertools import pairwise

import pytest
from pdf_checks import (
    HEADINGS,
    broken_rules,
    claim,
    fonts,
    lonely_headings,
    nodes,
    reader,
    targets,
)
from pypdf import PdfReader
from report_samples import replaced, small

from specgen.record.folder import to_json
from specgen.report.pdf import render_pdf

SPEC = "specgen: 1\nproject: {name: Voice search}\n# Größe ≥ 0.88\n"
FILES = {"spec.yaml": SPEC, "results.json": to_json(small())}
# Batak: no font of an ordinary system has it.
UNDRAWN = "\u1bc0"


@cache
def archive() -> bytes:
    return render_pdf(small(), FILES)


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return reader(archive())


def test_a_validator_finds_it_to_be_what_it_claims() -> None:
    assert claim(archive()) == ("3", "U")
    assert broken_rules(archive(), "3u") == []
    assert broken_rules(archive(), "ua1") == []


def test_the_same_result_and_files_give_the_same_bytes() -> None:
    assert render_pdf(small(), dict(reversed(FILES.items()))) == archive()


def test_attached_files_are_those_of_the_run(pdf: PdfReader) -> None:
    assert {name: data for name, (data,) in pdf.attachments.items()} == {
        name: text.encode() for name, text in FILES.items()
    }


def test_attachments_say_what_they_are(pdf: PdfReader) -> None:
    linked = [one.get_object() for one in pdf.trailer["/Root"]["/AF"]]
    assert len(linked) == 2
    found = {one["/UF"]: (one["/AFRelationship"], one["/EF"]["/F"].get_object()) for one in linked}
    assert {name: (kind, file["/Subtype"]) for name, (kind, file) in found.items()} == {
        "results.json": ("/Data", "/application/json"),
        "spec.yaml": ("/Source", "/application/yaml"),
    }
    for _, file in found.values():
        assert file["/Params"]["/ModDate"] == file["/Params"]["/CreationDate"] == "D:20261124020000Z"


def test_names_of_attachments_are_sorted(pdf: PdfReader) -> None:
    """A name tree is searched by halves."""
    names = pdf.trailer["/Root"]["/Names"]["/EmbeddedFiles"]["/Names"][::2]
    assert names == sorted(names)


def test_without_files_nothing_is_attached_and_nothing_said() -> None:
    alone = reader(render_pdf(small()))
    assert not alone.attachments
    assert "Attached" not in alone.pages[1].extract_text()


def test_title_owner_description_and_language(pdf: PdfReader) -> None:
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Voice search: NO-GO"
    assert pdf.metadata.author == small().about.owner
    assert pdf.metadata.subject == f"Readiness report: {small().about.description}"
    assert pdf.trailer["/Root"]["/Lang"] == "en"
    assert pdf.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]


def test_every_font_is_embedded_and_maps_to_unicode(pdf: PdfReader) -> None:
    found = fonts(pdf)
    assert found
    for name, font in found.items():
        assert "/ToUnicode" in font, name
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), name


def test_every_chart_has_words_and_every_header_a_scope(pdf: PdfReader) -> None:
    tree = nodes(pdf)
    alternatives = [node.element.get("/Alt") for node in tree if node.kind == "/Figure"]
    assert alternatives
    assert all(alternatives)
    for node in tree:
        if node.kind == "/TH":
            head = "/THead" in node.above
            assert node.element["/A"]["/Scope"] == ("/Column" if head else "/Row")


def test_cells_name_headers_that_are_there(pdf: PdfReader) -> None:
    ids = pdf.trailer["/Root"]["/StructTreeRoot"]["/IDTree"]["/Names"]
    assert ids[::2] == sorted(ids[::2])
    known = {key: value.get_object() for key, value in zip(ids[::2], ids[1::2], strict=True)}
    cells = [node.element for node in nodes(pdf) if node.kind == "/TD"]
    assert any(cell["/A"]["/Headers"] for cell in cells)
    for cell in cells:
        assert all(known[header]["/S"] == "/TH" for header in cell["/A"]["/Headers"])


def test_terms_are_labelled_items(pdf: PdfReader) -> None:
    for node in nodes(pdf):
        if node.above[-1:] == ("/L",):
            assert node.kind in ("/LI", "/L")
        if node.kind == "/Lbl":
            assert node.above[-2:] == ("/L", "/LI")


def test_headings_are_in_order_and_none_is_left_alone(pdf: PdfReader) -> None:
    levels = [int(node.kind[2]) for node in nodes(pdf) if node.kind in HEADINGS]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert lonely_headings(pdf) == []


def test_contents_gates_and_footnotes_lead_where_they_say(pdf: PdfReader) -> None:
    links = targets(pdf)
    assert links["method"] == [2]
    assert len(links["slices"]) > 1, "no gate leads to its section"
    assert [name for name in links if "-note-" in name]
    text = pdf.pages[1].extract_text()
    at = pdf.get_destination_page_number(pdf.named_destinations["method"]) + 1
    assert f"Notes and method\u2002{at}" in text or f"Notes and method {at}" in text


def test_what_no_font_can_draw_is_not_claimed_to_be_archived() -> None:
    written = render_pdf(replaced(small(), "noise=car", UNDRAWN), FILES)
    assert claim(written) is None
    copied = [font["/ToUnicode"].get_data() for font in fonts(reader(written)).values()]
    assert any(b"<1bc0>" in one for one in copied)
    assert nodes(reader(written))
