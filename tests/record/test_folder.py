"""A run's folder is there whole or not at all: beside other runs, and whenever the process is killed."""

import os
import signal
from pathlib import Path

import pytest
from conftest import call
from killing import grow_old, kill_some, leftovers, runs, small_project, started

from specgen.record.digests import DamagedSumsError, read_sums
from specgen.record.folder import FolderError, new_folder
from specgen.record.leftovers import held, remove_leftovers
from specgen.record.runs import find_run, runs_in


def test_killed_runs_leave_only_whole_runs(tmp_path: Path) -> None:
    """Five kills; `tests/benchmarks/kills.py` does a hundred, with PDF."""
    folder = small_project(tmp_path)
    killed = kill_some(folder, 5, "md", seed=1)
    assert killed.others <= len(runs(folder)) <= killed.others + 5
    assert runs_in(folder / "reports/small") == tuple(runs(folder))
    for run in runs(folder):
        assert call("verify", run).code == 0
    young = leftovers(folder)
    grow_old(young)
    assert call("run", folder / "spec.yaml", "--out", folder / "reports", "--format", "json").code == 0
    assert leftovers(folder) == []


def test_two_runs_at_once_are_two_runs(tmp_path: Path) -> None:
    folder = small_project(tmp_path)
    at_once = [started(folder, "md") for _ in range(3)]
    assert [run.wait() for run in at_once] == [0, 0, 0]
    assert len(runs(folder)) == 3
    assert leftovers(folder) == []


def test_a_run_that_is_killed_late_leaves_nothing_that_counts(tmp_path: Path) -> None:
    folder = small_project(tmp_path)
    victim = started(folder, "html,pdf")
    place = folder / "reports/small"
    while victim.poll() is None and not list(place.glob(".run-*/results.json")):
        pass
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait()
    assert len(leftovers(folder)) == 1
    assert runs(folder) == []
    with pytest.raises(FolderError, match="no run in this folder"):
        find_run(place)


def test_only_old_folders_that_nobody_holds_are_removed(tmp_path: Path) -> None:
    old, busy, young = (tmp_path / f".run-{name}" for name in ("old", "busy", "young"))
    for folder in (old, busy, young):
        folder.mkdir()
        (folder / "results.json").write_text("{}")
    grow_old([old, busy])
    with held(busy):
        remove_leftovers(tmp_path)
        assert sorted(tmp_path.iterdir()) == [busy, young]
    remove_leftovers(tmp_path)
    assert sorted(tmp_path.iterdir()) == [young]


def test_a_long_run_keeps_its_folder(tmp_path: Path) -> None:
    """However long it writes nothing: it holds the folder."""
    with new_folder(tmp_path, "small") as first:
        grow_old([first])
        with new_folder(tmp_path, "small"):
            assert first.is_dir()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    ["", "a" * 64 + " x\n", "a" * 64 + "  x", "A" * 64 + "  x\n", "a" * 64 + "  x\n\n", "a" * 64 + "  ../x\n",
     f"{'a' * 64}  b\n{'a' * 64}  a\n", f"{'a' * 64}  a\n{'a' * 64}  a\n"],
)  # fmt: skip
def test_sums_that_are_not_as_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "SHA256SUMS").write_text(text)
    with pytest.raises(DamagedSumsError):
        read_sums(tmp_path)
