"""The report as one self-contained HTML file."""

from __future__ import annotations

from specgen.record.result import Result
from specgen.report.templates import render
from specgen.report.view import HTML_ROWS, view


def render_html(result: Result) -> str:
    """The report as HTML: works offline, loads nothing, holds aggregates only."""
    return render("report.html.j2", view=view(result, HTML_ROWS), paged=False)
