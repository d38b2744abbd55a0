"""Where the pages of `compare` and `history` go: the terminal, a file, standard output."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from specgen.report.page import Page

FORMATS = ("terminal", "html", "md")


def checked_format(text: str) -> str:
    """The format, if it is one; BadParameter, which ends with exit code 2, if not."""
    from specgen.spec.problems import did_you_mean

    if text not in FORMATS:
        hint = did_you_mean(text, FORMATS) or f"; there are {', '.join(FORMATS)}"
        raise typer.BadParameter(f"no format '{text}'{hint}", param_hint="--format")
    return text


def write_pages(
    pages: tuple[Page, ...], format_: str, out: Path | None, usual: Path, *, quiet: bool, no_color: bool
) -> None:
    """Write the pages: HTML to a file (`usual` unless named), Markdown to a file or standard output."""
    from specgen.cli.page import show_page
    from specgen.cli.terminal import console
    from specgen.report.page import page_html, page_markdown

    if format_ == "terminal":
        shown = console(no_color=no_color)
        for page in pages if not quiet else ():
            show_page(page, shown)
        return
    text = page_html(pages[0]) if format_ == "html" else page_markdown(pages)
    target = out or (usual if format_ == "html" else None)
    if target is None:
        typer.echo(text, nl=False)
        return
    _write(target, text)
    if not quiet:
        typer.echo(target)


def _write(target: Path, text: str) -> None:
    from specgen.cli.terminal import fail

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise fail(f"specgen: {target}: cannot write: {error.strerror}", 2) from None
