"""Watches what a model's processes use, and ends them when it is too much."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.models.failure import FailureKind
from specgen.models.limits import Limits

if TYPE_CHECKING:
    import psutil

EVERY_S = 0.05
MB = 1 << 20


@dataclass(frozen=True)
class Over:
    """A limit that was passed."""

    kind: FailureKind
    message: str


class Watch:
    """A thread that sums up the memory of a process and all below it. `over` is set before they are ended."""

    def __init__(self, root: int, limits: Limits) -> None:
        self.peak_mb = 0.0
        self.over: Over | None = None
        self.nested = False  # whether the first process below the root is there for the namespace alone
        self._root, self._limits = root, limits
        self._done = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """Stop watching."""
        self._done.set()

    def saw(self, peak_mb: float) -> None:
        """Take in the highest use that the process itself tells, between two looks."""
        self.peak_mb = max(self.peak_mb, peak_mb)

    def _run(self) -> None:
        import psutil

        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            root = psutil.Process(self._root)
            while not self._done.wait(EVERY_S):
                below = _below(root)
                self.over = self._judged(below)
                if self.over is not None:
                    _end(root, below)
                    return

    def _judged(self, below: list[psutil.Process]) -> Over | None:
        processes = below[1:] if self.nested else below
        if len(processes) > self._limits.processes:
            return Over("processes", f"it started more than {self._limits.processes} processes")
        used_mb = sum(_resident(process) for process in processes) / MB
        if used_mb > self._limits.memory_mb and len(processes) > 1:
            # Pages that forked processes share count once, which is slower to find out.
            used_mb = sum(_proportional(process) for process in processes) / MB
        self.peak_mb = max(self.peak_mb, used_mb)
        if used_mb <= self._limits.memory_mb:
            return None
        return Over(
            "memory", f"it used {used_mb:,.0f} MB of memory; the limit is {self._limits.memory_mb:,.0f} MB"
        )


def _below(root: psutil.Process) -> list[psutil.Process]:
    """All processes below the root."""
    import psutil

    task = Path(f"/proc/{root.pid}/task/{root.pid}/children")
    if not task.exists():
        return list(root.children(recursive=True))
    found, todo = [], [root.pid]
    while todo:
        children = _children(todo.pop())
        todo += children
        for pid in children:
            with suppress(psutil.NoSuchProcess):
                found.append(psutil.Process(pid))
    return found


def _children(pid: int) -> list[int]:
    """The children of a process, as the kernel lists them by thread: no scan of all processes."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


def _resident(process: psutil.Process) -> int:
    import psutil

    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _proportional(process: psutil.Process) -> int:
    import psutil

    try:
        found = process.memory_full_info()
    except psutil.Error:
        return _resident(process)
    return int(getattr(found, "pss", found.uss))


def _end(root: psutil.Process, below: list[psutil.Process]) -> None:
    """End the processes below first: a first process of a namespace takes all in it along."""
    import psutil

    for process in below:
        with suppress(psutil.Error):
            process.kill()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(root.pid, signal.SIGKILL)
