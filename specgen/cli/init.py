"""`specgen init`: write a commented spec to start from, and a little data so that it runs at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specgen.cli.options import NoColor, Quiet

DATA = "data/test.csv"
ROWS = 400


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to write spec.yaml and data/.")
    ] = Path(),
    quiet: Quiet = False,
    no_color: NoColor = False,  # noqa: ARG001 - nothing here is coloured
) -> None:
    """Write a commented spec.yaml and example data into FOLDER; existing files stay as they are."""
    from specgen.cli.schema import schema_text
    from specgen.cli.terminal import fail
    from specgen.report.templates import template_folder

    template = (template_folder() / "init.yaml").read_text(encoding="utf-8")
    wanted = {
        folder / "spec.yaml": template,
        folder / "specgen.schema.json": schema_text(),
        folder / DATA: example_rows(),
    }
    there = [path for path in wanted if path.exists()]
    if there:
        raise fail(f"specgen: {there[0]} is there already; nothing was written", 2)
    try:
        for path, text in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise fail(f"specgen: {error.filename}: cannot write: {error.strerror}", 2) from None
    if not quiet:
        typer.echo(
            f"wrote {folder / 'spec.yaml'}, its schema for editors, and {ROWS} made-up rows in {folder / DATA}"
        )
        typer.echo(f"next: specgen run {folder / 'spec.yaml'}")


def example_rows() -> str:
    """Made-up customers with a model's predictions, the same at every call."""
    import random

    rng = random.Random(1)
    lines = ["id,country,age,tenure_days,label,prediction,score"]
    for number in range(ROWS):
        country, age, tenure = rng.choice(["DE", "FR", "US"]), rng.randint(18, 80), rng.randint(1, 900)
        label = rng.random() < 0.35
        score = min(max(rng.gauss(0.74 if label else 0.26, 0.2), 0.001), 0.999)
        lines.append(f"c{number:04d},{country},{age},{tenure},{label:d},{score >= 0.5:d},{score:.3f}")
    return "\n".join(lines) + "\n"
