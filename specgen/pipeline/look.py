"""Which folder of a team's look a run or a report wears; specgen's own look where there is none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.pipeline.formats import RenderError
from specgen.record.folder import to_json
from specgen.record.result import Result
from specgen.spec.part import Key
from specgen.spec.problems import Problem, SpecError, did_you_mean

if TYPE_CHECKING:
    from specgen.report.brand.folder import OwnLook
    from specgen.report.brand.look import Look
    from specgen.spec.load import LoadedSpec

PLACE: Key = ("report", "templates")


def look_problems(loaded: LoadedSpec, templates: Path | None = None) -> list[Problem]:
    """Every mistake in the folder of the look that a spec's reports would wear."""
    try:
        spec_look(loaded, templates)
    except SpecError as error:
        return list(error.problems)
    return []


def spec_look(loaded: LoadedSpec, templates: Path | None = None) -> OwnLook | None:
    """The look in `templates`, else in the spec's `report.templates`; None without either. Raises SpecError."""
    named = loaded.spec.report.templates if loaded.spec.report else None
    if templates is None and named is None:
        return None
    from specgen.report.brand.folder import read_look

    near = Path(loaded.path).parent
    folder = templates or near / (named or "")
    if not folder.is_dir():
        beside = [one.name for one in near.iterdir() if one.is_dir()] if near.is_dir() else []
        hint = did_you_mean(str(named), beside) or "; it is looked for from the spec's folder"
        raise SpecError([loaded.problem(PLACE, f"no folder '{named}'{hint}")])
    return read_look(folder, _seen(folder, near))


def _seen(folder: Path, near: Path) -> str:
    """The folder as seen from the spec's, so that it is found again wherever both lie."""
    return Path(os.path.relpath(folder.resolve(), near.resolve())).as_posix()


def wear(own: OwnLook | None, result: Result) -> Look | None:
    """The look filled in with a result. Raises RenderError with a line for each section that cannot be."""
    if own is None:
        return None
    from specgen.report.brand.fill import SectionError
    from specgen.report.brand.look import worn

    try:
        return worn(own, to_json(result))
    except SectionError as error:
        raise RenderError(str(error)) from error


def look_again(result: Result, run: Path, templates: Path | None) -> tuple[OwnLook | None, tuple[str, ...]]:
    """The look for reports of an earlier run, and what is worth saying of it: that of `templates`, else its own.

    `run` is where the result lies, from which the spec's folder is looked for. Raises SpecError.
    """
    if templates is None and result.run.templates is None:
        return None, ()
    from specgen.pipeline.verify import spec_folder
    from specgen.report.brand.folder import read_look

    near = spec_folder(result, run)
    if templates is not None:
        return read_look(templates, _seen(templates, near or Path())), ()
    assert result.run.templates is not None
    told = result.run.templates.folder
    folder = near / told if near else None
    if folder is None or not folder.is_dir():
        return None, (
            f"the templates of the run, {told}, are not found; the reports have specgen's plain look",
        )
    own = read_look(folder, told)
    if own.used != result.run.templates:
        return own, (f"{folder}: has changed since the run; the reports show what it holds now",)
    return own, ()


def same_look(result: Result, run: Path) -> OwnLook | None:
    """The look that the run was written with; None where there was none or it is not the same any more."""
    try:
        own, notes = look_again(result, run, None)
    except SpecError:
        return None
    return None if notes else own
