"""The report as PDF, from the same view and templates."""

from __future__ import annotations

from specgen.record.result import Result
from specgen.report.templates import render
from specgen.report.view import PDF_ROWS, view

INSTALL = (
    "the PDF needs Pango, which is not on this system; install it, for example with "
    "`apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-inter fonts-dejavu-core`, "
    "or leave the PDF out with `--format html`"
)


class PdfUnavailable(Exception):  # noqa: N818 - a state of the system, not a mistake
    """The PDF cannot be made on this system; the message says what to install."""


def render_pdf(result: Result) -> bytes:
    """The report as PDF bytes: A4, with bookmarks and metadata.

    Raises PdfUnavailable where a system library is missing.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise PdfUnavailable(INSTALL) from error
    html = render("report.html.j2", view=view(result, PDF_ROWS), paged=True)
    document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",)))
    written: bytes = document.write_pdf(
        presentational_hints=False, pdf_tags=True, pdf_identifier=result.run.id.encode()
    )
    return written
