"""A page beside the report of a single run: comparisons and histories, told alike in every format."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report.charts.svg import Drawing
from specgen.report.markdown import tidy
from specgen.report.policy import guarded
from specgen.report.templates import render, render_markdown_template

MARKS = {
    "pass": "✓", "go": "✓", "better": "✓", "fail": "✕", "no-go": "✕", "worse": "✕", "inconclusive": "?",
    "suspect": "?", "error": "!", "new": "+", "gone": "−",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A cell; `mark` is the verdict (or turn) whose sign stands before it, `aside` what is said more softly."""

    text: str
    mark: str = ""
    aside: str = ""

    @property
    def sign(self) -> str:
        """The mark as a character."""
        return MARKS.get(self.mark, "")


@dataclass(frozen=True)
class Column:
    """A column's heading; numbers stand at the right, and what is `whole` is not broken into lines."""

    title: str
    number: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells, and what is not shown of them."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    hidden: str = ""


@dataclass(frozen=True)
class Block:
    """A part of the page: sentences, a list of points, a chart (HTML alone), a table."""

    title: str
    anchor: str
    aside: str = ""
    sentences: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    chart: Drawing | None = None
    table: Table | None = None
    foot: str = ""


@dataclass(frozen=True)
class Page:
    """A page: what it says first, and its parts."""

    title: str
    kind: str
    mark: str
    headline: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]

    @property
    def sign(self) -> str:
        """The headline's mark as a character."""
        return MARKS.get(self.mark, "")


def page_html(page: Page) -> str:
    """One self-contained file that loads nothing."""
    return guarded(render("page.html.j2", page=page))


def page_markdown(pages: tuple[Page, ...]) -> str:
    """GitHub's Markdown."""
    return "\n".join(tidy(render_markdown_template("page.md.j2", page=page)) for page in pages)
