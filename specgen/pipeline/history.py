"""The folder of runs as a database: DuckDB asks the JSON files themselves, small summaries where there are any."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from specgen.inputs.tables import connect, literal
from specgen.record.folder import RESULTS, FolderError, folder_name
from specgen.record.history import History, KeptRun, ProjectHistory, Unread
from specgen.record.leftovers import UNFINISHED
from specgen.record.summary import SUMMARY, WHOLE, Summary
from specgen.spec.problems import did_you_mean

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RUN_NAME = re.compile(r"\d{8}T\d{6}Z-\w+")
SUMMARIES, DOCUMENTS = 4096, 32
GATES = (
    '[{"milestone":"VARCHAR","gate":"VARCHAR","severity":"VARCHAR","verdict":"VARCHAR",'
    '"measured":"DOUBLE","bound":"DOUBLE"}]'
)
PARTS = (
    '{"specgen":"BIGINT","project":"VARCHAR","verdict":"VARCHAR","about":{"candidate":"VARCHAR"},'
    '"run":{"id":"VARCHAR","started":"VARCHAR","spec_sha256":"VARCHAR"},"gates":' + GATES + ","
    '"milestones":[{"name":"VARCHAR","verdict":"VARCHAR","split":"VARCHAR"}],'
    '"metrics":[{"key":"VARCHAR","title":"VARCHAR","better":"VARCHAR"}],'
    '"measurements":[{"split":"VARCHAR","model":"VARCHAR","slice":"VARCHAR","metric":"VARCHAR","label":"VARCHAR",'
    '"value":"DOUBLE","low":"DOUBLE","high":"DOUBLE"}]}'
)


@dataclass
class Found:
    """Folders of runs, those with a summary apart, and of what only looks like one."""

    summarised: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    unfinished: int = 0


def history(folder: Path) -> History:
    """All runs below a folder: one of projects, of one project's runs, or a run itself.

    Folders that hold no whole run are told, not fatal. Raises FolderError where the folder cannot be read.
    """
    found = Found()
    try:
        _look(str(folder), found, depth=2)
    except OSError as error:
        raise FolderError(f"{folder}: cannot read: {error.strerror}") from error
    kept: dict[str, list[KeptRun]] = defaultdict(list)
    for path, known in _summaries(found):
        if isinstance(known, Summary):
            kept[known.project].append(KeptRun(folder=path, summary=known))
        else:
            found.unread.append(Unread(folder=path, reason=known))
    projects = [
        ProjectHistory(project=name, runs=tuple(sorted(runs, key=lambda run: (run.summary.started, run.summary.run))))
        for name, runs in sorted(kept.items())
    ]  # fmt: skip
    unread = tuple(sorted(found.unread, key=lambda one: one.folder))
    return History(folder=str(folder), projects=tuple(projects), unread=unread, unfinished=found.unfinished)


def last_runs(project: Path, last: int) -> tuple[Summary, ...]:
    """The last runs in a project's folder, the oldest first. Raises FolderError where it cannot be read."""
    found = Found()
    try:
        _look(str(project), found, depth=1)
    except OSError as error:
        raise FolderError(f"{project}: cannot read: {error.strerror}") from error
    recent = set(sorted([*found.summarised, *found.runs])[-last:])
    if not recent:
        return ()
    found.summarised = [one for one in found.summarised if one in recent]
    found.runs = [one for one in found.runs if one in recent]
    known = [one for _, one in _summaries(found) if isinstance(one, Summary)]
    return tuple(sorted(known, key=lambda one: (one.started, one.run)))


def run_folder(named: str, reports: Path = Path("reports")) -> Path:
    """The folder that is meant: one of this path, or a project of `reports`, by its name or its folder's.

    Raises FolderError with the nearest project where there is neither.
    """
    if Path(named).is_dir():
        return Path(named)
    project = reports / folder_name(named)
    if project.is_dir():
        return project
    known = [entry.name for entry in reports.iterdir() if entry.is_dir()] if reports.is_dir() else []
    listed = f"; {reports}/ has {', '.join(sorted(known)[:8])}" if known else ""
    raise FolderError(f"no folder '{named}', nor such a project{did_you_mean(named, known) or listed}")


def _look(folder: str, found: Found, depth: int) -> None:
    """Collect runs from a folder and those below it."""
    with os.scandir(folder) as entries:
        inside = sorted(entries, key=lambda entry: entry.name)
    names = {entry.name for entry in inside}
    if RESULTS in names:
        (found.summarised if SUMMARY in names else found.runs).append(folder)
        return
    if RUN_NAME.fullmatch(folder.rpartition(os.sep)[2]):
        found.unread.append(Unread(folder=folder, reason=f"it has no {RESULTS}"))
        return
    for entry in inside if depth else ():
        if entry.name.startswith(UNFINISHED):
            found.unfinished += 1
        elif entry.is_dir() and not entry.name.startswith("."):
            try:
                _look(entry.path, found, depth - 1)
            except OSError as error:
                found.unread.append(Unread(folder=entry.path, reason=f"cannot read: {error.strerror}"))


def _summaries(found: Found) -> Iterator[tuple[str, Summary | str]]:
    """Each run's summary, or why there is none."""
    with connect() as connection:
        doubtful = []
        for folder, text in _asked(connection, found.summarised, SUMMARY, "text", SUMMARIES):
            try:
                yield folder, Summary.model_validate_json(text or "")
            except ValidationError:
                doubtful.append(folder)
        parts = f"json_transform(text, {literal(PARTS)})"
        for folder, known in _asked(connection, [*found.runs, *doubtful], RESULTS, parts, DOCUMENTS):
            yield folder, _summary(known)


def _asked(
    connection: DuckDBPyConnection, folders: Sequence[str], name: str, asked: str, batch: int
) -> Iterator[tuple[str, Any]]:
    """What SQL over a file's `text` gives, by folder; None where the file is no whole JSON document.

    Batches bound the memory that the files' texts take.
    """
    for start in range(0, len(folders), batch):
        some = {f"{folder}/{name}": folder for folder in folders[start : start + batch]}
        listed = ", ".join(map(literal, some))
        found = connection.execute(
            f"WITH files AS (SELECT filename, TRY(decode(content)) AS text FROM read_blob([{listed}]))"
            f" SELECT filename, CASE WHEN json_valid(text) THEN {asked} END FROM files"
        ).fetchall()
        yield from ((some[file], known) for file, known in found)


def _summary(found: dict[str, Any] | None) -> Summary | str:
    if found is None:
        return f"its {RESULTS} is no whole JSON document"
    try:
        return Summary.model_validate(_shortened(found))
    except ValidationError:
        return f"its {RESULTS} is not of format 1"


def _shortened(found: dict[str, Any]) -> dict[str, Any]:
    """A results.json's parts as its summary has them."""
    run, candidate = found["run"] or {}, (found["about"] or {}).get("candidate")
    infos = {info["key"]: info for info in found["metrics"] or ()}
    judged = {stage["split"] for stage in found["milestones"] or ()}
    return {
        "specgen": found["specgen"], "run": run.get("id"), "started": run.get("started"), "project": found["project"],
        "candidate": candidate, "verdict": found["verdict"], "spec_sha256": run.get("spec_sha256"),
        "milestones": [{"name": one["name"], "verdict": one["verdict"]} for one in found["milestones"] or ()],
        "gates": found["gates"] or (),
        "metrics": [
            {
                "split": one["split"], "metric": one["metric"], "label": one["label"],
                "title": infos[one["metric"]]["title"], "better": infos[one["metric"]]["better"],
                "value": one["value"], "low": one["low"], "high": one["high"],
            }
            for one in found["measurements"] or ()
            if one["model"] == candidate and one["slice"] == WHOLE and one["split"] in judged and one["metric"] in infos
        ],
    }  # fmt: skip


def with_decisions(project: ProjectHistory, last: int) -> ProjectHistory:
    """The project with the decisions on its last runs; those of thousands would be thousands of files."""
    from specgen.record.decision import decision_texts, decisions_of

    runs = list(project.runs)
    for k in range(max(len(runs) - last, 0), len(runs)):
        try:
            made = decisions_of(decision_texts(Path(runs[k].folder)))
            told = f"{made[-1].decision} by {made[-1].by}" if made else ""
        except FolderError:
            told = "cannot be read"
        runs[k] = runs[k].model_copy(update={"decided": told})
    return project.model_copy(update={"runs": tuple(runs)})


def with_last_two(project: ProjectHistory) -> ProjectHistory:
    """The project with the slices on which the primary metric got worse from the last run but one to the last."""
    from specgen.pipeline.compare import open_run, primary_changes

    if len(project.runs) < 2:
        return project
    before, after = project.runs[-2:]
    try:
        split, changes = primary_changes(open_run(Path(before.folder)), open_run(Path(after.folder)))
    except FolderError as error:
        return project.model_copy(update={"compared": f"The last two runs could not be compared: {error}."})
    told = (
        f"Paired on {split.rows:,} rows of {split.split}" if split.paired else f"Not paired: {split.reason}"
    )
    worse = tuple(one for one in changes if one.finding in ("worse", "suspect"))
    return project.model_copy(update={"worse": worse, "compared": f"{told}."})
