"""`specgen checks`: what is looked at before anybody believes a score."""

from __future__ import annotations

from typing import Annotated

import typer

from specgen.cli.options import NoColor


def checks(
    name: Annotated[str | None, typer.Argument(help="One check, with all that is known of it.")] = None,
    no_color: NoColor = False,  # noqa: ARG001 - nothing here is coloured
) -> None:
    """List the sanity checks, for `sanity` and for gates on them."""
    from specgen.checks.sanity.registry import all_checks
    from specgen.spec.problems import did_you_mean

    known = all_checks()
    if name is None:
        width = max(map(len, known))
        for one in known.values():
            typer.echo(f"{one.name:<{width}} {one.definition}")
        return
    if name not in known:
        raise typer.BadParameter(f"no sanity check '{name}'{did_you_mean(name, known)}")
    one = known[name]
    typer.echo(f"{one.name}: {one.title}\n\n{one.help}")
    if one.live:
        typer.echo("\nNeeds the running model.")
