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
    """Runs that nobody killed, and unfinished folders that the killed ones left behind."""

    others: int
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


def kill_some(folder: Path, kills: int, formats: str, seed: int) -> Killed:
    """Two runs start at once, and one is killed at a moment between its start and its usual end, `kills` times.

    Fails where the other does not end well.
    """
    rng, others, usual_s = random.Random(seed), 0, 0.0
    while kills:
        began = time.perf_counter()
        victim, other = started(folder, formats), started(folder, formats)
        time.sleep(rng.uniform(0, usual_s))
        if victim.poll() is None and usual_s:
            os.killpg(victim.pid, signal.SIGKILL)
            kills -= 1
        others += victim.wait() == 0
        assert other.wait() == 0, "the run beside a killed one did not end well"
        others += 1
        usual_s = max(0.95 * usual_s, time.perf_counter() - began)
    return Killed(others, len(leftovers(folder)))


def leftovers(folder: Path) -> list[Path]:
    return sorted((folder / "reports/small").glob(".*"))


def runs(folder: Path) -> list[Path]:
    return sorted(one for one in (folder / "reports/small").iterdir() if not one.name.startswith("."))


def grow_old(folders: list[Path]) -> None:
    then = time.time() - OLD_S
    for folder in folders:
        for one in (*folder.rglob("*"), folder):
            os.utime(one, (then, then))
