"""`specgen plan`: what the data can settle, before anyone labels or trains."""

from __future__ import annotations

from typing import Annotated

import typer

from specgen.cli.options import NoColor, Quiet, SpecPath


def plan(
    spec: SpecPath,
    assume: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC=VALUE", help="Truth to assume of a metric, for the rows needed; may be repeated."
        ),
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="text, or json for machines.")] = "text",
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Say what the data of SPEC can show: which gates it can settle, and how many rows the others need.

    Labels, predictions and whole files may still be missing. Nothing is judged: the exit code is 0
    unless the spec is wrong.
    """
    from specgen.cli.plan_table import show
    from specgen.cli.terminal import console, fail
    from specgen.pipeline.check import checked_spec
    from specgen.pipeline.plan import AssumeError
    from specgen.pipeline.plan import plan as make
    from specgen.spec.problems import SpecError

    if format_ not in ("text", "json"):
        raise typer.BadParameter(f"no format '{format_}'; there are text, json", param_hint="--format")
    given = _truths(assume or [])
    try:
        found = make(checked_spec(spec), given)
    except SpecError as error:
        raise fail("\n".join(map(str, error.problems)), 2) from None
    except AssumeError as error:
        raise typer.BadParameter(str(error), param_hint="--assume") from None
    if format_ == "json":
        typer.echo(found.model_dump_json(indent=2))
    elif not quiet:
        show(found, console(no_color=no_color))


def _truths(texts: list[str]) -> dict[str, float]:
    """`accuracy=0.92` → its parts; BadParameter where one is no such thing."""
    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            sign = ""
        if not sign:
            raise typer.BadParameter(
                f"'{text}' is not METRIC=VALUE, as in accuracy=0.92", param_hint="--assume"
            )
    return found
