"""`specgen report`: render a result again."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from specgen.cli.options import Format, LanguageOption, NoColor, Quiet, Templates, formats, language


def report(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="RUN",
            help="A run's folder, a project's for its latest, or a results.json.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to write; default: beside results.json."),
    ] = None,
    format_: Format = "html,pdf",
    templates: Templates = None,
    language_: LanguageOption = None,
    quiet: Quiet = False,
    no_color: NoColor = False,  # noqa: ARG001 - nothing here is coloured
) -> None:
    """Render the reports of a run again from its results.json."""
    if not {"html", "pdf"}.isdisjoint(format_.split(",")):
        from specgen.report.charts.drawing import DrawingError, drawer

        # Vega's engine starts beside all that follows; where it cannot, the reports say so.
        with suppress(DrawingError):
            drawer()
    from specgen.cli.terminal import fail
    from specgen.pipeline.exits import ExitCode
    from specgen.pipeline.formats import FORMATS
    from specgen.pipeline.rendering import render_again
    from specgen.record.folder import FolderError
    from specgen.record.runs import find_run
    from specgen.spec.problems import SpecError

    chosen, spoken = formats(format_, FORMATS), language(language_)
    folder = out or source.parent
    try:
        if not source.is_file():
            source = find_run(source)
            folder = out or source
        written, failures, notes = render_again(source, folder, chosen, templates, spoken)
    except FolderError as error:
        raise fail(f"specgen: {error}", ExitCode.USAGE) from None
    except SpecError as error:
        raise fail("\n".join(map(str, error.problems)), ExitCode.USAGE) from None
    except OSError as error:
        raise fail(f"specgen: {folder}: cannot write: {error.strerror}", ExitCode.USAGE) from None
    if not quiet:
        for name in written:
            typer.echo(folder / name)
    for note in notes:
        print(f"specgen: {note}", file=sys.stderr)
    for failure in failures:
        print(f"specgen: {failure}", file=sys.stderr)
    raise typer.Exit(ExitCode.FAILED if failures else 0)
