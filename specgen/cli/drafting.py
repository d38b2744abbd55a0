"""`specgen init --from`: questions on a terminal, and what was found in a few lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import typer

from specgen.cli.terminal import console, fail
from specgen.spec.task import TaskType

if TYPE_CHECKING:
    from specgen.draft.columns import Look
    from specgen.draft.make import Draft
    from specgen.draft.roles import Asked, Roles
    from specgen.draft.sources import Opened

TYPES = get_args(TaskType)
SCORED = ("binary", "multiclass", "multilabel")
LABELLED = tuple(name for name in TYPES if name != "scores")
QUESTIONS = {
    "target": ("True values", LABELLED),
    "prediction": ("Predictions", LABELLED),
    "score": ("Scores", (*SCORED, "scores")),
}
OPTIONAL = ("prediction", "score")
NONE = ("-",)
MOST_LISTED = 20


def drafted(
    source: str, data: str | None, file: Path, asked: Asked, force: bool, no_color: bool
) -> tuple[str, Callable[[], None]]:
    """The draft's text, and what tells people about it. On a terminal people are asked what is not given.

    Ends with exit code 2 where no draft can be made, or `specgen run` would refuse its data.
    """
    from specgen.draft.make import make
    from specgen.draft.roles import DraftError
    from specgen.draft.sources import open_sources
    from specgen.spec.problems import SpecError, key_path

    folder = file.parent
    if any(Path(name).exists() and file.exists() and file.samefile(name) for name in (source, data) if name):
        raise fail(f"specgen: --out {file} is the data itself; name another file", 2)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        opened = open_sources(source, data, folder)
        if sys.stdin.isatty() and sys.stdout.isatty():
            asked = _confirmed(opened, asked)
        draft = make(opened, asked, folder, Path(source).stem.replace("_", " "), force)
    except DraftError as error:
        raise fail(f"specgen: {error}", 2) from None
    except OSError as error:
        raise fail(f"specgen: {error.filename}: {error.strerror}", 2) from None
    except SpecError as error:
        found = "\n".join(f"  {key_path(p.path)}: {p.message}" for p in error.problems)
        raise fail(
            f"specgen: the data of '{source}' cannot be evaluated; nothing was written\n{found}", 2
        ) from None
    return draft.text, partial(_tell, draft, opened, file, no_color)


def _confirmed(opened: Opened, asked: Asked) -> Asked:
    """What the columns are, asked of people, each answer used to guess the next; Enter takes what was found."""
    if opened.log is not None:
        return asked
    look = opened.look
    names = [column.name for column in look.columns]
    listed = ", ".join(names[:MOST_LISTED]) + (
        f" and {len(names) - MOST_LISTED} more" if names[MOST_LISTED:] else ""
    )
    typer.echo(f"{opened.source}: {look.columns[0].rows:,} rows; columns {listed}")
    if asked.type is None:
        found = _guessed(look, asked)
        (chosen,) = _answers("Task", (found.type,) if found else (), TYPES, "type of task")
        asked = replace(asked, type=cast("TaskType", chosen))
    for key, (question, types) in QUESTIONS.items():
        if getattr(asked, key) or asked.type not in types:
            continue
        found = _guessed(look, asked)
        none = NONE if key in OPTIONAL and asked.type in SCORED else ()
        answer = _answers(question, (getattr(found, key) if found else ()) or none, names, "column")
        asked = replace(asked, **{key: answer})  # type: ignore[arg-type]
    return asked


def _guessed(look: Look, asked: Asked) -> Roles | None:
    """What the columns are with what is known so far; None where they cannot be told."""
    from specgen.draft.guess import guess
    from specgen.draft.roles import DraftError

    try:
        return guess(look, asked)
    except DraftError:
        return None


def _answers(question: str, found: tuple[str, ...], known: Sequence[str], what: str) -> tuple[str, ...]:
    """One or several of the known names, asked again until all are; Enter takes what was found, `-` is none."""
    from specgen.spec.problems import did_you_mean

    default = ", ".join(found) or None
    while True:
        said: str = typer.prompt(question, default=default)
        if said == default:
            return tuple(name for name in found if name != "-")
        chosen = (said,) if said in known else tuple(part.strip() for part in said.split(","))
        unknown = [name for name in chosen if name not in known and (name,) != NONE]
        if not unknown:
            return tuple(name for name in chosen if (name,) != NONE)
        typer.echo(f"no {what} '{unknown[0]}'{did_you_mean(unknown[0], known)}")


def _tell(draft: Draft, opened: Opened, file: Path, no_color: bool) -> None:
    from rich.markup import escape

    from specgen.draft.render import one_line

    out = console(no_color=no_color)
    roles, rows = draft.roles, opened.look.columns[0].rows
    from_log = f" of {opened.log.tool}" if opened.log else ""
    out.print(f"wrote {escape(str(file))} from {rows:,} rows{from_log}")
    told = {
        "task": roles.type,
        "target": ", ".join(roles.target),
        "prediction": ", ".join(roles.prediction),
        "score": ", ".join(roles.score),
        "positive": roles.positive or "",
        "rows": ", ".join(
            f"{key} {value}" for key, value in vars(roles.keys).items() if value and key != "weight"
        ),
        "baselines": ", ".join(draft.choices.baselines),
        "slices": ", ".join(one.column for one in draft.slices.slices),
    }
    for key, value in told.items():
        if value:
            out.print(f"  {key:<11}{escape(one_line(value))}")
    for key, text in roles.doubts:
        out.print(f"  [yellow]check[/]      {key}: {escape(one_line(text))}")
