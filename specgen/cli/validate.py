"""`specgen validate`: tell every mistake in a spec, without measuring anything."""

from __future__ import annotations

import typer

from specgen.cli.options import NoColor, Quiet, SpecPath


def validate(spec: SpecPath, quiet: Quiet = False, no_color: NoColor = False) -> None:  # noqa: ARG001 - nothing here is coloured
    """Check SPEC: its keys, types, references, SQL conditions, and the columns of its data."""
    from specgen.cli.terminal import fail
    from specgen.pipeline.check import checked_spec, open_checked
    from specgen.spec.problems import SpecError
    from specgen.verdict.words import plural

    try:
        loaded = checked_spec(spec)
        open_checked(loaded)
    except SpecError as error:
        raise fail("\n".join(map(str, error.problems)), 2) from None
    if not quiet:
        stages = loaded.spec.milestones
        told = f"{plural(len(stages), 'milestone')}, {plural(sum(len(s.gates) for s in stages), 'gate')}"
        typer.echo(f"{spec}: valid; {told}")
    raise typer.Exit(0)
