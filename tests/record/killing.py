"""Runs of a small project that are killed at random moments while another one writes beside them."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from conftest import BINARY_SPEC, ROOT, binary_rows, write_csv

OLD_S = 48 * 3600


@dataclass
class Killed:
    """What became of the killed runs: the runs that were whole, and the folders that were left behind."""

    done: int
    left: int


def small_project(folder: Path) -> Path:
    write_csv(folder / "test.csv", binary_rows())
    (folder / "spec.yaml").write_text(BINARY_SPEC)
    return folder


def started(folder: Path, formats: str) -> subprocess.Popen[bytes]:
    """`specgen run` in a process, and a process group, of its own."""
    command = [sys.executable, "-m", "specgen.cli", "run", "spec.yaml", "--format", formats, "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True)


def kill_some(folder: Path, rounds: int, formats: str, seed: int) -> Killed:
    """In each round two runs start at once, and one is killed at a moment between its start and its usual end.

    Fails where the other does not end well.
    """
    rng, done = random.Random(seed), 0
    began = time.perf_counter()
    pair = [started(folder, formats), started(folder, formats)]
    assert [run.wait() for run in pair] == [0, 0], "two runs at once did not end well"
    usual_s = time.perf_counter() - began
    for _ in range(rounds):
        victim, other = started(folder, formats), started(folder, formats)
        time.sleep(rng.uniform(0, 1.05 * usual_s))
        done += victim.poll() == 0
        os.killpg(victim.pid, signal.SIGKILL) if victim.returncode is None else None
        victim.wait()
        assert other.wait() == 0, "the run beside a killed one did not end well"
    return Killed(done, len(leftovers(folder)))


def leftovers(folder: Path) -> list[Path]:
    return sorted((folder / "reports/small").glob(".*"))


def runs(folder: Path) -> list[Path]:
    return sorted(one for one in (folder / "reports/small").iterdir() if not one.name.startswith("."))


def grow_old(folders: list[Path]) -> None:
    then = time.time() - OLD_S
    for folder in folders:
        for one in (*folder.rglob("*"), folder):
            os.utime(one, (then, then))
