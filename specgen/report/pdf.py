"""The report as PDF, from the same view and templates."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from specgen.record.decision import ATTACHED, attached_name, decisions_of
from specgen.record.result import Result
from specgen.report.brand.look import Look
from specgen.report.language.spoken import spoken, spoken_word
from specgen.report.pdf_page import lighter
from specgen.report.pdf_structure import finish
from specgen.report.templates import render
from specgen.report.view import PDF_ROWS, view

INSTALL = (
    "the PDF needs Pango, which is not on this system; install it, for example with "
    "`apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-inter fonts-dejavu-core`, "
    "or leave the PDF out with `--format html`"
)
# In the order of a name tree: media type, relationship to the report (ISO 32000-2, 7.11.3), what a viewer says of it.
KINDS = {
    "results.json": ("application/json", "Data", "Everything that was promised, measured and judged"),
    "spec.yaml": ("application/yaml", "Source", "The spec: what was promised before it was measured"),
}
DECISION = ("application/json", "Supplement", "Who decided what, and why")


class PdfUnavailable(Exception):  # noqa: N818 - a state of the system, not a mistake
    """The PDF cannot be made on this system; the message says what to install."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python looks for cycles in vain while boxes of pages pile up: a quarter of a report's time, 4 MB of 170."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@_uncollected()
def render_pdf(result: Result, attached: Mapping[str, str] | None = None, look: Look | None = None) -> bytes:
    """The report as a tagged PDF/A-3u, with the files of the run (by name: their text) attached.

    The same result and files give the same bytes. Characters that no font of this system has are drawn
    as boxes and can be copied; PDF/A allows no such boxes, so that the file then does not claim it.

    Raises PdfUnavailable where a system library is missing.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise PdfUnavailable(INSTALL) from error
    files = {name: text for name, text in sorted((attached or {}).items()) if any(_kind(name))}
    shown = view(result, PDF_ROWS, decisions=decisions_of(files), look=look)
    html = render("report.html.j2", view=shown, paged=True, attached=tuple(files))
    html = spoken(look.recoloured(html) if look else html, result)
    document = HTML(string=lighter(html), url_fetcher=URLFetcher(allowed_protocols=("data",))).render()
    written = _write(document, result, files, "pdf/a-3u")
    if any(font.missing for font in document.fonts.values()):
        written = _write(document, result, files, None)
    return written


def _write(document: Any, result: Result, files: Mapping[str, str], variant: str | None) -> bytes:
    decided = {attached_name(one.number): one.decided.isoformat() for one in decisions_of(files)}
    attachments = [
        _attachment(name, text, decided.get(name, result.run.started), result) for name, text in files.items()
    ]
    with warnings.catch_warnings():
        # WeasyPrint 70 leaves the file of its colour profile to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        written: bytes = document.write_pdf(
            finisher=_finish,
            pdf_variant=variant,
            pdf_tags=True,
            pdf_identifier=result.run.id.encode(),
            attachments=attachments,
        )
    return written


def _kind(name: str) -> tuple[str, str, str]:
    """Media type, relationship and description of a file; nothing where the PDF does not carry it."""
    return DECISION if name.startswith(ATTACHED) else KINDS.get(name, ("", "", ""))


def _attachment(name: str, text: str, written: str, result: Result) -> Any:
    """A file of the run, with the time at which it was written."""
    from weasyprint import Attachment

    date = datetime.fromisoformat(written).astimezone(UTC)
    _, relationship, description = _kind(name)
    return Attachment(
        file_obj=BytesIO(text.encode()),
        name=name,
        description=spoken_word(description, result),
        created=date,
        modified=date,
        relationship=relationship,
    )


def _finish(document: Any, pdf: Any) -> None:
    """Files have their registered media types, not those that this system knows; the rest as in `finish`."""
    for one in pdf.objects:
        if isinstance(one, dict) and one.get("Type") == "/Filespec":
            stream = pdf.objects[int(one["EF"]["F"].split()[0])]
            stream.extra["Subtype"] = "/" + _kind(one["UF"].string)[0].replace("/", "#2f")
    finish(document, pdf)
