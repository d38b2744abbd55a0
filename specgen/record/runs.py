"""The run that a path means."""

from __future__ import annotations

from pathlib import Path

from specgen.record.folder import RESULTS, FolderError
from specgen.spec.problems import did_you_mean

LATEST = "latest"


def runs_in(project: Path) -> tuple[Path, ...]:
    """Folders of whole runs of a project, the oldest first; what a killed run left is none."""
    if not project.is_dir():
        return ()
    named = (one for one in project.iterdir() if not one.name.startswith("."))
    return tuple(sorted(one for one in named if (one / RESULTS).is_file()))


def find_run(path: Path) -> Path:
    """The folder of a run, of its results.json, or of the latest run: of a project's folder, or `PROJECT/latest`.

    Raises FolderError that says what is there instead.
    """
    if path.is_file():
        if path.name == RESULTS:
            return path.parent
        raise FolderError(f"{path}: no {RESULTS}; give the run's folder")
    if (path / RESULTS).is_file():
        return path
    project = path.parent if path.name == LATEST and not path.exists() else path
    if runs := runs_in(project):
        return runs[-1]
    if not path.is_dir():
        near = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        raise FolderError(f"{path}: no such run{did_you_mean(path.name, near)}")
    below = sorted(one.name for one in path.iterdir() if runs_in(one))
    there = f"; there are runs in {', '.join(below[:5])}" if below else ""
    raise FolderError(f"{path}: no run in this folder{there}")
