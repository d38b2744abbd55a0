"""`specgen validate`: tell every mistake in specs, without measuring anything."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from specgen.cli.options import NoColor, Quiet


def validate(
    specs: Annotated[
        list[Path], typer.Argument(metavar="SPEC...", help="Project specs, YAML files.", show_default=False)
    ],
    quiet: Quiet = False,
    no_color: NoColor = False,  # noqa: ARG001 - nothing here is coloured
) -> None:
    """Check each SPEC: its keys, types, references, SQL conditions, and the columns of its data."""
    from specgen.pipeline.check import checked_spec, open_checked
    from specgen.spec.problems import SpecError
    from specgen.verdict.words import plural

    wrong = False
    for spec in specs:
        try:
            loaded = checked_spec(spec)
            open_checked(loaded)
        except SpecError as error:
            wrong = True
            print("\n".join(map(str, error.problems)), file=sys.stderr)
            continue
        if not quiet:
            stages = loaded.spec.milestones
            told = f"{plural(len(stages), 'milestone')}, {plural(sum(len(s.gates) for s in stages), 'gate')}"
            typer.echo(f"{spec}: valid; {told}")
    raise typer.Exit(2 if wrong else 0)
