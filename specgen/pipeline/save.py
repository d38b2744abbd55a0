"""A result written as a run's folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from specgen.pipeline.earlier import with_history
from specgen.pipeline.formats import FORMATS, RenderError
from specgen.pipeline.look import look_again
from specgen.pipeline.rendering import render_files
from specgen.record.digests import write_sums
from specgen.record.folder import RESULTS, SPEC, new_folder, one_line, publish, to_json, write_file
from specgen.record.result import Result
from specgen.record.summary import SUMMARY, summary_of
from specgen.spec.problems import did_you_mean


def write_result(result: Result, written: str, folder: Path, *, alone: bool) -> tuple[str, ...]:
    """Write results.json, whose text is `written`, and what lies beside it unless it is wanted alone.

    Gives the files written. Raises FolderError.
    """
    write_file(folder, RESULTS, written)
    if alone:
        return (RESULTS,)
    for name, content in result.beside().items():
        write_file(folder, name, content)
    write_file(folder, SUMMARY, one_line(summary_of(result).model_dump(mode="json")))
    return (RESULTS, *result.beside(), SUMMARY)


def save(result: Result, out: Path, formats: Sequence[str]) -> Path:
    """Write a result's folder `out/PROJECT/RUN` with these reports, whole or not at all.

    Raises ValueError for an unknown format or a report that cannot be rendered, FolderError where it cannot
    be written.
    """
    chosen = (formats,) if isinstance(formats, str) else tuple(formats)
    for name in chosen:
        if name not in FORMATS:
            hint = did_you_mean(name, FORMATS) or f"; there are {', '.join(FORMATS)}"
            raise ValueError(f"no format '{name}'{hint}")
    with new_folder(out, result.project) as temporary:
        result = with_history(result, temporary.parent)
        text = to_json(result)
        kept = write_result(result, text, temporary, alone=chosen == ("json",))
        attached = {RESULTS: text} | {
            name: text for name, text in result.beside().items() if isinstance(text, str)
        }
        rendered, failures = render_files(
            result, temporary, [one for one in chosen if one != "json"], lambda _: None, attached,
            look_again(result, Path(), None)[0],
        )  # fmt: skip
        if failures:
            raise RenderError("; ".join(failures))
        if SPEC in kept:
            write_sums(temporary, (*kept, *rendered))
        return publish(temporary, result.run.id)
