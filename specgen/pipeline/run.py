"""A whole run: evaluate, render, write the folder; and what its exit code is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.inputs.live import UNTRUSTED, Running
from specgen.pipeline.evaluate import evaluate
from specgen.pipeline.formats import CARRIERS, DRAWN, RENDERERS, RenderError
from specgen.pipeline.look import look_again, spec_look, wear
from specgen.pipeline.measured import Progress
from specgen.pipeline.save import write_result
from specgen.record.decision import decision_texts
from specgen.record.digests import SUMS, write_sums
from specgen.record.folder import (
    RESULTS,
    SPEC,
    FolderError,
    new_folder,
    publish,
    read_attached,
    read_result,
    results_file,
    to_json,
    write_file,
)
from specgen.record.result import Result
from specgen.spec.load import LoadedSpec
from specgen.spec.report import Language

if TYPE_CHECKING:
    from specgen.report.brand.folder import OwnLook


class ExitCode(IntEnum):
    """What the process ends with."""

    GO = 0
    NO_GO = 1
    USAGE = 2
    INCONCLUSIVE = 3
    FAILED = 4


@dataclass(frozen=True)
class Finished:
    """A run on disk: its folder, its files, and what could not be rendered."""

    result: Result
    folder: Path
    files: tuple[str, ...]
    failures: tuple[str, ...]


def _get_ready(formats: Sequence[str]) -> None:
    from specgen.report.ready import get_ready

    get_ready(paged="pdf" in formats)


def exit_code(result: Result) -> ExitCode:
    """The exit code that a result stands for."""
    return {"go": ExitCode.GO, "no-go": ExitCode.NO_GO, "inconclusive": ExitCode.INCONCLUSIVE}[result.verdict]


def run(
    loaded: LoadedSpec,
    *,
    out: Path,
    formats: Sequence[str],
    milestone: str | None,
    seed: int,
    progress: Progress,
    running: Running = UNTRUSTED,
    templates: Path | None = None,
    language: Language | None = None,
) -> Finished:
    """Evaluate a spec and write its run's folder, whole or not at all; for the format json results.json alone.

    `templates` is a folder of a team's look that stands in for the spec's, `language` that of
    the reports instead of the spec's. A report that cannot be rendered is told in `failures`;
    results.json is kept. Raises SpecError and FolderError.
    """
    own = spec_look(loaded, templates)
    with new_folder(out, loaded.spec.project.name) as temporary:
        if not set(DRAWN).isdisjoint(formats):
            _get_ready(formats)
        result = evaluate(loaded, milestone=milestone, seed=seed, progress=progress, running=running, own=own)
        result = result.in_language(language)
        attached = {RESULTS: to_json(result), SPEC: loaded.written}
        kept = write_result(result, temporary, alone=tuple(formats) == ("json",))
        wanted = [f for f in formats if f != "json"]
        # What is shown is what is written, of numbers as many digits.
        written = Result.model_validate_json(attached[RESULTS])
        rendered, failures = render_files(written, temporary, wanted, progress, attached, own)
        if SPEC in kept:
            write_sums(temporary, (*kept, *rendered))
        folder = publish(temporary, result.run.id)
    return Finished(result, folder, (*kept, *rendered), failures)


def render_files(
    result: Result, folder: Path, formats: Sequence[str], progress: Progress, attached: Mapping[str, str],
    own: OwnLook | None = None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:  # fmt: skip
    """Write the reports of the formats asked for; gives the files written and what went wrong.

    `attached`: the texts of results.json, spec.yaml and decisions, by name, for the formats that carry them,
    which also wear a team's `own` look.
    """
    written, failures = [], []
    try:
        look = wear(own, result) if not set(CARRIERS).isdisjoint(formats) else None
    except RenderError as error:
        files = " and ".join(RENDERERS[name][0] for name in CARRIERS if name in formats)
        failures += [f"{files} not written: {line}" for line in str(error).splitlines()]
        formats, look = [name for name in formats if name not in CARRIERS], None
    for name in dict.fromkeys(formats):
        file, render = RENDERERS[name]
        progress(f"rendering {file}")
        try:
            write_file(folder, file, render(result, attached, look) if name in CARRIERS else render(result))
        except RenderError as error:
            failures.append(f"{file} was not written: {error}")
        else:
            written.append(file)
    return tuple(written), tuple(failures)


def render_again(
    source: Path, folder: Path, formats: Sequence[str], templates: Path | None = None,
    language: Language | None = None,
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:  # fmt: skip
    """Write reports of a run's folder or its results.json to a folder; gives the files there, what went wrong, and
    what is worth saying of the look: that of `templates`, else the run's own, where it still is.

    `language` is that of the reports instead of the run's. A results.json is what was measured: one that is
    there already stays. Raises FolderError where it is another run's, or where there is none to
    read, and SpecError for what is wrong in the folder of a look.
    """
    if not set(DRAWN).isdisjoint(formats):
        _get_ready(formats)
    result, file = read_result(source), folder / RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    kept = "json" in formats and file.exists()
    if kept and not file.samefile(results_file(source)):
        raise FolderError(f"{file}: there is one already, and it is evidence; give another folder with --out")
    wanted = [f for f in formats if f != "json" or not kept]
    own, notes = look_again(result, results_file(source).parent, templates)
    attached = read_attached(source, result) | decision_texts(results_file(source).parent)
    result = result.in_language(language)
    written, failures = render_files(result, folder, wanted, lambda _: None, attached, own)
    if (folder / SUMS).is_file():
        write_sums(folder, written)
    return (RESULTS, *written) if kept else written, failures, notes
