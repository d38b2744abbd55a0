"""Namespaces: no network, no process that outlives the model, shared memory of its own.

Root needs no more; others need a user namespace, which some systems forbid.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from contextlib import suppress
from pathlib import Path

from specgen.models.isolation import kernel

SET_FLAGS, UP = 0x8914, 1
SHARED_MEMORY = Path("/dev/shm")


def leave(network: bool) -> dict[int, str]:
    """Leave the namespaces of network (unless allowed), processes, mounts and System V memory.

    Which could not be left, and why.
    """
    user, group = os.geteuid(), os.getegid()
    wanted = [kernel.NEW_PIDS, kernel.NEW_MOUNTS, kernel.NEW_IPC]
    wanted += [] if network else [kernel.NEW_NETWORK]
    refused = _unshare(wanted)
    if not refused:
        return {}
    if not _may_own_users(user, group):
        return refused
    kernel.unshare(kernel.NEW_USER)
    _same_ids(user, group)
    return _unshare(list(refused))


def _unshare(wanted: list[int]) -> dict[int, str]:
    refused = {}
    for flag in wanted:
        try:
            kernel.unshare(flag)
        except OSError as error:
            refused[flag] = error.strerror or str(error)
    return refused


def _may_own_users(user: int, group: int) -> bool:
    """Whether a user namespace can be made and used, tried in a child: there is no way back from half of one."""
    child = os.fork()
    if child == 0:
        try:
            kernel.unshare(kernel.NEW_USER)
            _same_ids(user, group)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _same_ids(user: int, group: int) -> None:
    """The user and group are in the new user namespace what they are outside."""
    with suppress(FileNotFoundError):
        Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def loopback_up() -> None:
    """Let the processes of the model talk to each other in their own network namespace."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))


def own_mounts(memory_mb: float) -> bool:
    """Shared memory and a view of processes of the model's own; whether shared memory is."""
    try:
        kernel.mount("none", "/", None, kernel.PRIVATE_TREE)
        kernel.mount("tmpfs", str(SHARED_MEMORY), "tmpfs", 0, f"size={int(memory_mb)}m,mode=1777")
    except OSError:
        return False
    with suppress(OSError):
        kernel.mount("proc", "/proc", "proc", 0)
    return True
