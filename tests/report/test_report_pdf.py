"""The PDF report: readable by machines, one page for the decision, nothing loaded."""

import io
import re

import pytest
from pypdf import PdfReader
from report_samples import bare, replaced, small

from specgen.record.result import Result
from specgen.report.pdf import render_pdf
from specgen.report.templates import template_folder


def pages(result: Result) -> PdfReader:
    return PdfReader(io.BytesIO(render_pdf(result)))


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_page_one_holds_the_decision() -> None:
    reader = pages(small())
    first = flat(reader.pages[0].extract_text())
    for wanted in ("Voice search", "NO-GO", "Why", "What would change it", "Milestones", "Warnings"):
        assert wanted in first, wanted
    assert flat(reader.pages[1].extract_text()).find("Gates") >= 0


def test_title_date_and_bookmarks() -> None:
    reader = pages(small())
    assert reader.metadata is not None
    assert reader.metadata.title == "Voice search: NO-GO"
    assert str(reader.metadata.creation_date).startswith("2026-11-24 02:00:00")
    assert {"Gates", "Slices"} <= {word for item in _titles(reader.outline) for word in item.split()}


def test_flexible_boxes_have_a_least_size() -> None:
    """Without one WeasyPrint measures every way to break their text: half of a report's layout."""
    paged = (template_folder() / "style" / "paged.css").read_text()
    assert "\n* { min-width: 0; min-height: 0; }\n" in paged


def _titles(outline: list[object]) -> list[str]:
    found: list[str] = []
    for item in outline:
        found += _titles(item) if isinstance(item, list) else [str(item.title)]  # type: ignore[attr-defined]
    return found


def test_running_header_and_page_numbers() -> None:
    reader = pages(small())
    second = flat(reader.pages[1].extract_text())
    assert f"Page 2 of {len(reader.pages)}" in second
    assert "Voice search" in second
    assert "NO-GO" in second


def test_same_result_same_bytes() -> None:
    assert render_pdf(bare()) == render_pdf(bare())


@pytest.mark.parametrize(
    "hostile", ["x" * 10_000, "مرحبا بالعالم \u202egnirts \x00\x1b", "<b>&lt;</b>" * 400]
)
def test_hostile_strings_keep_page_one_one_page(hostile: str) -> None:
    result = replaced(small(), "noise=car", hostile)
    long = result.model_copy(
        update={"project": hostile, "reasons": (hostile,) * 7, "changes": (hostile,) * 5}
    )
    reader = pages(long)
    assert "Warnings" in reader.pages[0].extract_text()
    assert "Gates" in reader.pages[1].extract_text()
