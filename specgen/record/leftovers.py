"""Folders that killed runs left behind: told from those of runs that still write, and removed."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

UNFINISHED = ".run-"
OLD_S = 24 * 3600.0


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a lock on a folder while it is written; the system gives it up when the process ends, however it ends.

    Where folders cannot be locked nothing is held, and only their age speaks.
    """
    opened = _opened(folder)
    try:
        if opened is not None:
            _lock(opened)
        yield
    finally:
        if opened is not None:
            os.close(opened)


def remove_leftovers(parent: Path) -> None:
    """Remove unfinished folders in which nothing was written for a day and which no process holds."""
    for folder in parent.glob(f"{UNFINISHED}*"):
        with suppress(OSError):
            if time.time() - _last_written(folder) > OLD_S and not _is_held(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _last_written(folder: Path) -> float:
    return max(one.stat().st_mtime for one in (folder, *folder.iterdir()))


def _opened(folder: Path) -> int | None:
    with suppress(OSError):
        return os.open(folder, os.O_RDONLY)
    return None


def _is_held(folder: Path) -> bool:
    opened = _opened(folder)
    if opened is None:
        return False
    try:
        return not _lock(opened)
    finally:
        os.close(opened)


def _lock(opened: int) -> bool:
    """Whether the lock was free, and now is this process's; true where there are no locks."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
