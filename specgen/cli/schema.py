"""`specgen schema`: the JSON Schema of specs, for editors."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def schema(
    results: Annotated[bool, typer.Option("--results", help="Of results.json instead of specs.")] = False,
) -> None:
    """Write the JSON Schema of specs (or of results.json) to standard output."""
    from specgen.record.result import Result
    from specgen.spec.schema import json_schema

    found = Result.model_json_schema() if results else json_schema()
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
