"""`specgen init`: write a commented spec to start from, and a little data so that it runs at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DATA = "data/test.csv"
ROWS = 400


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to write spec.yaml and data/.")
    ] = Path(),
) -> None:
    """Write a commented spec.yaml and example data into FOLDER; existing files stay as they are."""
    from specgen.cli.terminal import fail
    from specgen.report.templates import template_text

    wanted = {folder / "spec.yaml": template_text("init.yaml"), folder / DATA: example_rows()}
    there = [path for path in wanted if path.exists()]
    if there:
        raise fail(f"specgen: {there[0]} is there already; nothing was written", 2)
    try:
        for path, text in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise fail(f"specgen: {error.filename}: cannot write: {error.strerror}", 2) from None
    typer.echo(f"wrote {folder / 'spec.yaml'} and {folder / DATA} ({ROWS} made-up rows)")
    typer.echo(f"next: specgen run {folder / 'spec.yaml'}")


def example_rows() -> str:
    """Made-up loan applications with a model's scores, the same at every call."""
    import random

    rng = random.Random(1)
    lines = ["id,age,region,defaulted,p_default"]
    for number in range(ROWS):
        age, region = rng.randint(18, 80), rng.choice(["north", "south", "west"])
        risk = min(max(0.45 - age / 250 + (0.15 if region == "west" else 0.0), 0.02), 0.95)
        defaulted = rng.random() < risk
        score = min(max(rng.gauss(0.72 if defaulted else 0.28, 0.2), 0.001), 0.999)
        lines.append(f"a{number:04d},{age},{region},{'yes' if defaulted else 'no'},{score:.3f}")
    return "\n".join(lines) + "\n"
