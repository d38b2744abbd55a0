"""`specgen init --from`: questions on a terminal, and what was found in a few lines."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from specgen.cli.terminal import console, fail

if TYPE_CHECKING:
    from specgen.draft.make import Draft
    from specgen.draft.roles import Asked, Roles
    from specgen.draft.sources import Opened
    from specgen.spec.task import TaskType


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
    """What the columns are, asked of people; Enter takes what was found."""
    from specgen.draft.guess import guess
    from specgen.draft.roles import DraftError

    if opened.log is not None:
        return asked
    try:
        roles: Roles | None = guess(opened.look, asked)
    except DraftError as error:
        typer.echo(f"{error}")
        roles = None
    names = [column.name for column in opened.look.columns]
    typer.echo(f"{opened.source}: {opened.look.columns[0].rows:,} rows; columns {', '.join(names)}")
    if asked.type is None:
        asked = replace(asked, type=_type(roles.type if roles else None))
    changed = roles is None or asked.type != roles.type
    if asked.type == "scores":
        found = roles.score if roles and not changed else ()
        return replace(asked, score=asked.score or _columns("Columns of scores", found, names))
    if not asked.target:
        asked = replace(
            asked, target=_columns("True values", roles.target if roles and not changed else (), names)
        )
    if not asked.prediction:
        found = roles.prediction if roles and not changed else ()
        asked = replace(
            asked, prediction=_columns("Predictions (- for none)", found or ("-",), [*names, "-"])
        )
    if asked.type in ("binary", "multiclass", "multilabel") and not asked.score:
        found = roles.score if roles and not changed else ()
        asked = replace(asked, score=_columns("Probabilities (- for none)", found or ("-",), [*names, "-"]))
    return asked


def _type(found: TaskType | None) -> TaskType:
    import click

    from specgen.cli.init import TYPES

    chosen: TaskType = typer.prompt("Task", default=found, type=click.Choice(TYPES))
    return chosen


def _columns(question: str, found: tuple[str, ...], names: list[str]) -> tuple[str, ...]:
    """Columns by name, with commas between several, asked again until there are such columns."""
    from specgen.spec.problems import did_you_mean

    while True:
        said: str = typer.prompt(question, default=", ".join(found) or None)
        chosen = (
            found
            if said == ", ".join(found)
            else (said,)
            if said in names
            else tuple(p.strip() for p in said.split(","))
        )
        unknown = [name for name in chosen if name not in names]
        if not unknown:
            return tuple(name for name in chosen if name != "-")
        typer.echo(f"no column '{unknown[0]}'{did_you_mean(unknown[0], names)}")


def _tell(draft: Draft, opened: Opened, file: Path, no_color: bool) -> None:
    from rich.markup import escape

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
            out.print(f"  {key:<11}{escape(_line(value))}")
    for i, (_, text) in enumerate(roles.doubts):
        out.print(f"[yellow]{'check' if i == 0 else '     '}[/]  {escape(_line(text))}")


def _line(text: str) -> str:
    from specgen.draft.render import remark

    return remark(text)
