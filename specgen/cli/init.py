"""`specgen init`: write a commented spec to start from, of example data or of the columns of real data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specgen.cli.options import NoColor, Quiet

DATA = "data/test.csv"
ROWS = 400
FIRST, SCHEMA = "spec.yaml", "specgen.schema.json"
TYPES = ("binary", "multiclass", "multilabel", "regression", "ranking", "transcription", "scores")
FromFile = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Draft the spec from the columns of FILE: predictions with true values, or an evaluation log.",
        show_default=False,
    ),
]
DataFile = Annotated[
    str | None,
    typer.Option(
        "--data", metavar="FILE", help="The data that the predictions of --from belong to, joined by id."
    ),
]
OutFile = Annotated[
    Path | None,
    typer.Option("--out", metavar="SPEC", help="Where to write the spec; FOLDER/spec.yaml if not given."),
]
Force = Annotated[bool, typer.Option("--force", help="Write over files that are there.")]
TaskType = Annotated[
    str | None, typer.Option("--task", metavar="TYPE", help=f"Type of task: {', '.join(TYPES)}.")
]
Columns = list[str] | None


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to write spec.yaml and data/.")
    ] = Path(),
    source: FromFile = None,
    data: DataFile = None,
    out: OutFile = None,
    force: Force = False,
    task: TaskType = None,
    target: Annotated[
        Columns, typer.Option("--target", metavar="COLUMN", help="Column of the true values.")
    ] = None,
    prediction: Annotated[
        Columns, typer.Option("--prediction", metavar="COLUMN", help="Column of the predictions.")
    ] = None,
    score: Annotated[
        Columns, typer.Option("--score", metavar="COLUMN", help="Column of scores; may be repeated.")
    ] = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Write a commented spec.yaml into FOLDER: with example data, or with --from for the columns of your own."""
    from specgen.cli.terminal import fail

    if folder.is_file():
        raise fail(f"specgen: {folder} is a file; to draft a spec from it: specgen init --from {folder}", 2)
    file = out or folder / FIRST
    said = {"--data": data, "--task": task, "--target": target, "--prediction": prediction, "--score": score}
    if source is None:
        given = next((option for option, value in said.items() if value), None)
        if given is not None:
            raise fail(f"specgen: {given} goes with --from FILE, the file to draft the spec from", 2)
        _example(file, force, quiet)
        return
    from specgen.cli.drafting import drafted
    from specgen.draft.roles import Asked

    if task is not None and task not in TYPES:
        from specgen.spec.problems import did_you_mean

        hint = did_you_mean(task, TYPES) or f"; there are {', '.join(TYPES)}"
        raise fail(f"specgen: --task: no type '{task}'{hint}", 2)
    _refuse_existing([file], force)
    asked = Asked(task, tuple(target or ()), tuple(prediction or ()), tuple(score or ()))  # type: ignore[arg-type]
    text, told = drafted(source, data, file, asked, force, no_color)
    _write({file: text})
    _schema_beside(file)
    if not quiet:
        told()
        typer.echo(f"next: specgen run {file}")


def _example(file: Path, force: bool, quiet: bool) -> None:
    from specgen.cli.schema import schema_text
    from specgen.report.templates import template_folder

    folder = file.parent
    wanted = {
        file: (template_folder() / "init.yaml").read_text(encoding="utf-8"),
        folder / SCHEMA: schema_text(),
        folder / DATA: example_rows(),
    }
    _refuse_existing(list(wanted), force)
    _write(wanted)
    if not quiet:
        typer.echo(f"wrote {file}, its schema for editors, and {ROWS} made-up rows in {folder / DATA}")
        typer.echo(f"next: specgen run {file}")


def _refuse_existing(files: list[Path], force: bool) -> None:
    from specgen.cli.terminal import fail

    there = [path for path in files if path.exists()]
    if there and not force:
        raise fail(f"specgen: {there[0]} is there already; nothing was written (--force writes over it)", 2)


def _schema_beside(file: Path) -> None:
    """The schema that the spec's first line names, for editors."""
    from specgen.cli.schema import schema_text

    if not (file.parent / SCHEMA).exists():
        _write({file.parent / SCHEMA: schema_text()})


def _write(wanted: dict[Path, str]) -> None:
    from specgen.cli.terminal import fail

    try:
        for path, text in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise fail(f"specgen: {error.filename}: cannot write: {error.strerror}", 2) from None


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
