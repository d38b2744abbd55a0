"""Files that a model must not change, and whether it did."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

# Size, time of change in ns, inode and mode; None: no such file.
Seen: TypeAlias = dict[Path, tuple[int, int, int, int] | None]


def seen(files: Iterable[Path]) -> Seen:
    """The files as they are now."""
    return {file: _state(file) for file in files}


def changed(before: Seen) -> list[Path]:
    """Those of the files that are not as they were."""
    return [file for file, state in before.items() if _state(file) != state]


def _state(file: Path) -> tuple[int, int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino, found.st_mode
