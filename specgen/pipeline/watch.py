"""A spec evaluated again whenever its files change, each time compared with the time before."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from specgen.inputs.live import Running
from specgen.pipeline.check import checked_spec, unknown_milestone
from specgen.pipeline.compare import compared
from specgen.pipeline.evaluate import evaluate
from specgen.pipeline.measured import Progress
from specgen.pipeline.pairs import RunFolder
from specgen.pipeline.save import write_result
from specgen.pipeline.watched import Stamps, changed, stamps
from specgen.record.comparison import Comparison
from specgen.record.folder import to_json
from specgen.record.result import Result
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import SpecError

POLL_S = 0.5


@dataclass(frozen=True)
class Iteration:
    """A result and what changed since the last one that there was; or why there is none, in `problems`."""

    files: tuple[Path, ...]
    result: Result | None = None
    comparison: Comparison | None = None
    problems: str = ""


@dataclass(frozen=True)
class Watched:
    """What is evaluated each time."""

    spec: Path
    milestone: str | None
    seed: int
    running: Running
    progress: Progress


def iterations(watched: Watched, waiting: Callable[[int], None]) -> Iterator[Iteration]:
    """The spec's result now, and again after every change of its files, until it is closed or interrupted.

    A change is taken up when nothing has changed any more for POLL_S seconds; a change while the spec is evaluated
    leads to another evaluation. `waiting` is told how many files are watched. Raises KeyboardInterrupt.
    """
    old: RunFolder | None = None
    loaded: LoadedSpec | None = None
    files: tuple[Path, ...] = ()
    with TemporaryDirectory(prefix="specgen-watch-") as place:
        while True:
            before = stamps(watched.spec, loaded)
            try:
                loaded = checked_spec(watched.spec)
                before = stamps(watched.spec, loaded)
                new = _evaluated(watched, loaded, Path(place))
                comparison = compared(old, new) if old else None
            except Exception as error:  # whatever half-saved files lead to: the next save may mend it
                yield Iteration(files, problems=_told(error))
            else:
                yield Iteration(files, new.result, comparison)
                if old is not None:
                    shutil.rmtree(old.folder)
                old = new
            waiting(len(before))
            files = _next_change(watched.spec, loaded, before)


def _evaluated(watched: Watched, loaded: LoadedSpec, place: Path) -> RunFolder:
    if (wrong := unknown_milestone(loaded, watched.milestone)) is not None:
        raise SpecError([wrong])
    result = evaluate(
        loaded, milestone=watched.milestone, seed=watched.seed, progress=watched.progress, running=watched.running
    )  # fmt: skip
    folder = place / result.run.id
    folder.mkdir()
    write_result(result, to_json(result), folder, alone=False)
    return RunFolder(result, folder)


def _next_change(spec: Path, loaded: LoadedSpec | None, before: Stamps) -> tuple[Path, ...]:
    """Waits until files have changed and are whole, as far as can be seen; gives those that have."""
    now, last = stamps(spec, loaded), None
    while now == before or now != last:
        time.sleep(POLL_S)
        last, now = now, stamps(spec, loaded)
    return changed(before, now)


def _told(error: Exception) -> str:
    if isinstance(error, SpecError):
        return "\n".join(map(str, error.problems))
    if str(error) == "Query interrupted":  # how DuckDB tells of Ctrl-C
        raise KeyboardInterrupt from error
    return f"specgen: the evaluation failed: {type(error).__name__}: {error}"
