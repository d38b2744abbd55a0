"""Landlock: files are read-only but beneath given folders; no TCP where the network is not allowed.

Linux 5.13 and later, needs no privileges (https://docs.kernel.org/userspace-api/landlock.html).
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from specgen.models.isolation.kernel import system_call

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION = 1  # flag of CREATE_RULESET that asks for the version
PATH_BENEATH = 1
WRITE_FILE, REFER, TRUNCATE = 1 << 1, 1 << 13, 1 << 14
CHANGE_FOLDER = sum(1 << bit for bit in range(4, 13))  # remove and make files of every kind
ALL_TCP = 0b11
SIGNALS_AND_SOCKETS = 0b11  # signals to, and abstract sockets of, processes outside


class _Rules(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The version that the system has. Raises OSError where it has none."""
    return system_call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION))


def restrict(writable: Iterable[Path], network: bool) -> int:
    """Make all files but those beneath `writable` read-only for this process and its children; the version.

    Without `network` TCP is closed too, from version 4 on. Raises OSError where the system has none of it.
    """
    found = version()
    files = WRITE_FILE | CHANGE_FOLDER | (REFER if found >= 2 else 0) | (TRUNCATE if found >= 3 else 0)
    rules = _Rules(files, 0 if network or found < 4 else ALL_TCP, SIGNALS_AND_SOCKETS if found >= 6 else 0)
    size = 24 if found >= 6 else 16 if found >= 4 else 8
    ruleset = system_call(CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in writable:
            _allow(ruleset, path, files)
        system_call(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return found


def _allow(ruleset: int, path: Path, files: int) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        allowed = files if path.is_dir() else files & (WRITE_FILE | TRUNCATE)
        beneath = _Beneath(allowed, opened)
        system_call(ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(PATH_BENEATH), ctypes.byref(beneath),
                    ctypes.c_uint32(0))  # fmt: skip
    finally:
        os.close(opened)
