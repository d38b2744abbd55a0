"""A whole run: evaluate, render, write the folder; and what its exit code is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specgen.inputs.live import UNTRUSTED, Running
from specgen.pipeline.earlier import with_history
from specgen.pipeline.evaluate import evaluate
from specgen.pipeline.look import spec_look
from specgen.pipeline.measured import Progress
from specgen.pipeline.rendering import get_ready_for, render_files
from specgen.pipeline.save import write_result
from specgen.record.digests import write_sums
from specgen.record.folder import (
    RESULTS,
    SPEC,
    new_folder,
    publish,
    to_json,
)
from specgen.record.result import Result
from specgen.spec.load import LoadedSpec
from specgen.spec.report import Language


@dataclass(frozen=True)
class Finished:
    """A run on disk: its folder, its files, and what could not be rendered."""

    result: Result
    folder: Path
    files: tuple[str, ...]
    failures: tuple[str, ...]


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
        get_ready_for(formats)
        result = evaluate(loaded, milestone=milestone, seed=seed, progress=progress, running=running, own=own)
        result = with_history(result.in_language(language), temporary.parent)
        attached = {RESULTS: to_json(result), SPEC: loaded.written}
        kept = write_result(result, attached[RESULTS], temporary, alone=tuple(formats) == ("json",))
        wanted = [f for f in formats if f != "json"]
        # What is shown is what is written, of numbers as many digits.
        shown = Result.model_validate_json(attached[RESULTS]) if wanted else result
        rendered, failures = render_files(shown, temporary, wanted, progress, attached, own)
        if SPEC in kept:
            write_sums(temporary, (*kept, *rendered))
        folder = publish(temporary, result.run.id)
    return Finished(result, folder, (*kept, *rendered), failures)
