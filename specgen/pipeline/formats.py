"""The formats of a report: their files, and what writes them. Each is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from specgen.record.decision import decisions_of
from specgen.record.folder import RESULTS, to_json
from specgen.record.result import Result

if TYPE_CHECKING:
    from specgen.report.brand.look import Look


class RenderError(ValueError):
    """A report could not be rendered; the message says what is missing."""


def _html(result: Result, attached: Mapping[str, str], look: Look | None = None) -> str:
    from specgen.report.charts.drawing import DrawingError
    from specgen.report.html import render_html

    try:
        return render_html(result, decisions_of(attached), look)
    except DrawingError as error:
        raise RenderError(str(error)) from error


def _pdf(result: Result, attached: Mapping[str, str], look: Look | None = None) -> bytes:
    from specgen.report.charts.drawing import DrawingError
    from specgen.report.pdf import PdfUnavailable, render_pdf

    try:
        return render_pdf(result, attached, look)
    except (PdfUnavailable, DrawingError) as error:
        raise RenderError(str(error)) from error


def _markdown(result: Result) -> str:
    from specgen.report.markdown import render_markdown

    return render_markdown(result)


def _junit(result: Result) -> str:
    from specgen.report.junit import render_junit

    return render_junit(result)


def _junit_strict(result: Result) -> str:
    from specgen.report.junit import render_junit

    return render_junit(result, strict=True)


def _csv(result: Result) -> str:
    from specgen.report.measurements import render_csv

    return render_csv(result)


def _parquet(result: Result) -> bytes:
    from specgen.report.measurements import render_parquet

    return render_parquet(result)


def _card(result: Result) -> str:
    from specgen.report.card import render_card

    return render_card(result)


RENDERERS: dict[str, tuple[str, Callable[..., str | bytes]]] = {
    "html": ("report.html", _html),
    "pdf": ("report.pdf", _pdf),
    "md": ("report.md", _markdown),
    "junit": ("junit.xml", _junit),
    "junit-strict": ("junit-strict.xml", _junit_strict),
    "csv": ("measurements.csv", _csv),
    "parquet": ("measurements.parquet", _parquet),
    "card": ("model-card.md", _card),
    "json": (RESULTS, to_json),
}
FORMATS = tuple(RENDERERS)
# Those that carry or show the run's files and wear a team's look, both given after the result.
CARRIERS = ("html", "pdf")
# Those with charts.
DRAWN = ("html", "pdf")
