"""`specgen verify`: whether a run, or a report that was sent around, still is what it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specgen.cli.options import NoColor, Quiet

if TYPE_CHECKING:
    from rich.console import Console

    from specgen.record.checked import Checked

MARKS = {"same": ("✓", "green"), "changed": ("✕", "red"), "unknown": ("?", "yellow"), "note": ("·", "dim")}


def verify(
    source: Annotated[
        Path, typer.Argument(metavar="RUN", help="A run's folder, or a PDF report.", show_default=False)
    ],
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The spec's folder, where it is not found by itself.")
    ] = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A certificate (.crt) of those who may sign. May be repeated."),
    ] = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Check that report, signatures, results, spec, data, models and decisions still belong together.

    0 nothing changed · 1 something did · 3 something could not be checked · 2 the command is wrong.
    """
    from specgen.cli.terminal import console, fail
    from specgen.pipeline.exits import ExitCode
    from specgen.pipeline.verify import verified
    from specgen.record.folder import FolderError
    from specgen.record.keys import KeyFileError

    try:
        found = verified(source, folder, trust)
    except (FolderError, KeyFileError) as error:
        raise fail(f"specgen: {error}", ExitCode.USAGE) from None
    _tell(found, console(no_color=no_color), quiet)
    kinds = {one.kind for one in found}
    code = (
        ExitCode.NO_GO if "changed" in kinds else ExitCode.INCONCLUSIVE if "unknown" in kinds else ExitCode.GO
    )
    raise typer.Exit(code)


def _tell(found: list[Checked], out: Console, quiet: bool) -> None:
    from rich.markup import escape

    for one in found:
        mark, colour = MARKS[one.kind]
        if not quiet or one.kind in ("changed", "unknown"):
            out.print(f"[{colour}]{mark}[/] {escape(one.what)}: {escape(one.text)}")
    changed = sum(one.kind == "changed" for one in found)
    unknown = sum(one.kind == "unknown" for one in found)
    if not quiet:
        missing = f"; {unknown} could not be checked" if unknown else ""
        out.print(f"{f'{changed} changed' if changed else 'Nothing changed'}{missing}.")
