"""Linux system calls that Python has no function for."""

from __future__ import annotations

import ctypes
import os
import sys

LINUX = sys.platform == "linux"
NEW_MOUNTS, NEW_IPC, NEW_USER, NEW_PIDS, NEW_NETWORK = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
PRIVATE_TREE = (1 << 18) | (1 << 14)  # MS_PRIVATE | MS_REC
END_WITH_PARENT, NO_NEW_PRIVILEGES, ADOPT_ORPHANS = 1, 38, 36
CAPABILITIES_V3 = 0x20080522
READ_ANY_FILE = 0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: files of other people stay readable to root

_C = ctypes.CDLL(None, use_errno=True) if LINUX else None


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def unshare(flags: int) -> None:
    """Leave namespaces for new ones. Raises OSError."""
    _checked(_C.unshare(flags) if _C else -1)


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """Mount a file system. Raises OSError."""
    texts = [None if text is None else text.encode() for text in (source, target, kind, options)]
    _checked(_C.mount(*texts[:3], ctypes.c_ulong(flags), texts[3]) if _C else -1)


def control(option: int, value: int) -> None:
    """Set a process attribute (prctl). Raises OSError."""
    zero = ctypes.c_ulong(0)
    _checked(_C.prctl(option, ctypes.c_ulong(value), zero, zero, zero) if _C else -1)


def system_call(number: int, *arguments: object) -> int:
    """A system call by number, the same on every architecture. Raises OSError."""
    return _checked(_C.syscall(ctypes.c_long(number), *arguments) if _C else -1)


def drop_capabilities() -> None:
    """Keep of root's powers only that of reading files. Raises OSError."""
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_V3, 0)
    # Two sets of (effective, permitted, inheritable), of 32 capabilities each.
    sets = (ctypes.c_uint32 * 6)(READ_ANY_FILE, READ_ANY_FILE, 0, 0, 0, 0)
    _checked(_C.capset(header, sets) if _C else -1)
