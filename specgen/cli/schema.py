"""`specgen schema`: the JSON Schema of specs, for editors."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from specgen.cli.options import NoColor


def schema(
    results: Annotated[bool, typer.Option("--results", help="Of results.json instead of specs.")] = False,
    no_color: NoColor = False,  # noqa: ARG001 - nothing here is coloured
) -> None:
    """Write the JSON Schema of specs (or of results.json) to standard output."""
    typer.echo(schema_text(results=results), nl=False)


def schema_text(*, results: bool = False) -> str:
    """The schema as JSON; a file of it beside a spec makes editors complete and explain its keys."""
    from specgen.record.result import Result
    from specgen.spec.schema import json_schema

    found = Result.model_json_schema() if results else json_schema()
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
