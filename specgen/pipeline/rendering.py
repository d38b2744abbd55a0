"""Reports of a result, fresh or of a run that lies there, written to a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.pipeline.formats import CARRIERS, DRAWN, RENDERERS, RenderError
from specgen.pipeline.look import look_again, wear
from specgen.record.decision import decision_texts
from specgen.record.digests import SUMS, write_sums
from specgen.record.folder import RESULTS, FolderError, read_attached, read_result, results_file, write_file
from specgen.record.result import Result
from specgen.spec.report import Language

if TYPE_CHECKING:
    from specgen.report.brand.folder import OwnLook


def get_ready_for(formats: Sequence[str]) -> None:
    """Start loading what these formats draw and lay out with, beside other work."""
    if set(DRAWN).isdisjoint(formats):
        return
    from specgen.report.ready import get_ready

    get_ready(paged="pdf" in formats)


def render_files(
    result: Result, folder: Path, formats: Sequence[str], progress: Callable[[str], None], attached: Mapping[str, str],
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
    get_ready_for(formats)
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
