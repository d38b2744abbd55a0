"""The report as one self-contained HTML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.record.decision import RecordedDecision
from specgen.record.result import Result
from specgen.report.language.spoken import spoken
from specgen.report.policy import guarded
from specgen.report.templates import render
from specgen.report.view import HTML_ROWS, SEARCHABLE_ROWS, view

if TYPE_CHECKING:
    from specgen.report.brand.look import Look


def render_html(
    result: Result, decisions: tuple[RecordedDecision, ...] = (), look: Look | None = None
) -> str:
    """The report as HTML: works offline, loads nothing and says so, holds aggregates only."""
    shown = view(result, HTML_ROWS, SEARCHABLE_ROWS, decisions, look)
    html = spoken(render("report.html.j2", view=shown, paged=False), result)
    return guarded(html, pictures=look is not None and look.has_pictures)
