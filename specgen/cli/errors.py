"""`specgen errors`: errors and doubtful labels for people to look at, and the causes that they bring back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specgen.cli.options import NoColor, Quiet, TrustPickle

errors = typer.Typer(no_args_is_help=True, help="Errors for people to tag with causes, and labels in doubt.")


@errors.command()
def export(
    source: Annotated[
        Path,
        typer.Argument(metavar="RUN|SPEC", help="A run's folder, or a spec (.yaml).", show_default=False),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV to write; default: errors.csv, or doubts.csv.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    doubts: Annotated[
        bool, typer.Option("--doubts", help="Labels in doubt instead, the most doubtful first.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(min=0, help="For the draw; default: the run's, or 0.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    trust_pickle: TrustPickle = False,
    quiet: Quiet = False,
    no_color: NoColor = False,  # noqa: ARG001 - nothing here is coloured
) -> None:
    """Write a random sample of errors as CSV, with a column `tag` to fill in: the cause, or several divided by `;`."""
    from specgen.cli.terminal import fail
    from specgen.inputs.live import Running
    from specgen.pipeline.export_errors import ExportError, asked_of, export_doubts, export_errors
    from specgen.record.folder import FolderError
    from specgen.spec.problems import SpecError

    target = out or Path("doubts.csv" if doubts else "errors.csv")
    if target.exists() and not force:
        raise fail(f"specgen: {target}: there is one already, perhaps with tags; --force writes over it", 2)
    try:
        write = export_doubts if doubts else export_errors
        found = write(asked_of(source, seed), rows, Running(trust_pickle, True))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(found.csv)
    except SpecError as error:
        raise fail("\n".join(map(str, error.problems)), 2) from None
    except (ExportError, FolderError) as error:
        raise fail(f"specgen: {error}", 2) from None
    except OSError as error:
        raise fail(f"specgen: {target}: cannot write: {error.strerror}", 2) from None
    if quiet:
        return
    if doubts:
        typer.echo(
            f"{target}: the {found.rows:,} most doubtful of {found.of:,} labels in doubt on {found.split}"
        )
        return
    typer.echo(f"{target}: {found.rows:,} of {found.of:,} errors on {found.split}, drawn at random")
    typer.echo(f"Fill in the column 'tag', and look at it: specgen errors import {target} SPEC")


@errors.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV with its tags.", show_default=False)],
    spec: Annotated[
        Path, typer.Argument(metavar="SPEC", help="The spec that is to count them.", show_default=False)
    ],
    trust_pickle: TrustPickle = False,
    quiet: Quiet = False,
    no_color: NoColor = False,  # noqa: ARG001 - nothing here is coloured
) -> None:
    """Count the tags in FILE, tell what does not fit, and put it beside SPEC, which every run then reads.

    SPEC is not written to: the line that it needs is printed.
    """
    from specgen.cli.terminal import fail
    from specgen.inputs.live import Running
    from specgen.inputs.tag_files import TagFileError
    from specgen.pipeline.export_errors import ExportError, look_into, put_beside
    from specgen.spec.problems import SpecError

    if file.suffix.lower() in (".yaml", ".yml"):
        raise typer.BadParameter("give the CSV first, and then the spec", param_hint="FILE")
    try:
        found, notes = look_into(file, spec, Running(trust_pickle, True))
        beside = put_beside(file, spec)
    except SpecError as error:
        raise fail("\n".join(map(str, error.problems)), 2) from None
    except (ExportError, TagFileError) as error:
        raise fail(f"specgen: {error}", 2) from None
    if quiet:
        return
    for note in notes:
        typer.echo(f"note {note.text}")
    typer.echo(f"{found.tagged:,} of {found.errors:,} errors on {found.split} have a tag")
    for cause in found.causes:
        bounds = (
            ""
            if cause.low is None or cause.high is None
            else f", between {cause.low:.1%} and {cause.high:.1%}"
        )
        typer.echo(f"  {cause.tag}: {cause.rows:,} ({cause.share:.1%}{bounds})")
    typer.echo(f"In {spec}, under error_analysis:  tags: {beside}")
