"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from specgen.spec.report import Language

SpecPath = Annotated[
    Path, typer.Argument(metavar="SPEC", help="The project spec, a YAML file.", show_default=False)
]
Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder for runs; the run lies in DIR/PROJECT/RUN.")
]
MilestoneName = Annotated[
    str | None, typer.Option("--milestone", metavar="NAME", help="Judge the milestones up to this one.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="For everything that is resampled.")]
TrustPickle = Annotated[
    bool,
    typer.Option("--trust-pickle", help="Load models from pickle and joblib files, which can run any code."),
]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="LIST",
        help="Reports to write, with commas: html, pdf, md, junit, junit-strict (inconclusive gates fail), csv,"
        " parquet, card; json for results.json alone.",
    ),
]
Templates = Annotated[
    Path | None,
    typer.Option(
        "--templates", metavar="DIR", exists=True, file_okay=False,
        help="Folder with a team's logo, colours and sections, in place of the spec's report.templates.",
    ),
]  # fmt: skip
PageFormat = Annotated[str, typer.Option("--format", metavar="FORMAT", help="terminal, html or md.")]
PageOut = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="File to write; html has one by default, md goes to standard output."
    ),
]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="LANGUAGE",
        help="Language of HTML and PDF: en or de; default: what the spec says, else en.",
        show_default=False,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")]
NoColor = Annotated[
    bool, typer.Option("--no-color", help="No colours; NO_COLOR in the environment does the same.")
]


def formats(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The formats of `--format`, checked.

    Raises typer.BadParameter, which ends with exit code 2.
    """
    from specgen.spec.problems import did_you_mean

    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in chosen:
        if name not in known:
            hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
            raise typer.BadParameter(f"no format '{name}'{hint}")
    return chosen


def language(text: str | None) -> Language | None:
    """The language of `--language`, checked.

    Raises typer.BadParameter, which ends with exit code 2.
    """
    from specgen.spec.problems import did_you_mean
    from specgen.spec.report import LANGUAGES

    for known in LANGUAGES:
        if text == known:
            return known
    if text is None:
        return None
    hint = did_you_mean(text, LANGUAGES) or f"; there are {', '.join(LANGUAGES)}"
    raise typer.BadParameter(f"no language '{text}'{hint}")
