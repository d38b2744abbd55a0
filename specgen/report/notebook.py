"""A result as a notebook shows it: the verdict, why, and the gates."""

from __future__ import annotations

from specgen.record.result import Result
from specgen.report.templates import render
from specgen.report.views.summary import summary

ENTRIES = 25


def render_notebook(result: Result) -> str:
    """A piece of HTML without scripts, in the notebook's own colours; a few kB, so that notebooks stay small."""
    return render("notebook.html.j2", view=summary(result, ENTRIES))
