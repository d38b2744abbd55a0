"""The report as Markdown, for pull requests and the summary of a step in CI."""

from __future__ import annotations

import re

from specgen.record.result import Result
from specgen.report.templates import render_markdown_template
from specgen.report.views.summary import summary

# A comment on GitHub has at most 65,536 characters.
MOST_CHARACTERS = 65_000
ENTRIES = (50, 25, 12, 6, 3, 1)


def render_markdown(result: Result) -> str:
    """The report in short, as GitHub's Markdown: at most 65,000 characters, by fewer entries in its lists."""
    for most in ENTRIES:
        text = tidy(render_markdown_template("report.md.j2", view=summary(result, most)))
        if len(text) <= MOST_CHARACTERS:
            break
    return text


def tidy(text: str) -> str:
    """The text without blanks before the ends of lines and cells, and without lines that follow an empty one."""
    text = re.sub(r" +(?=\n| \|)", "", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
