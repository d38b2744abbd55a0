"""Takes a process into isolation: called once, before anything is loaded."""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from specgen.models.isolation import kernel, landlock, namespaces

WRITABLE_DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
NAMES = {
    kernel.NEW_NETWORK: "the network can be reached",
    kernel.NEW_PIDS: "processes are not in a namespace of their own; those that it starts may outlive it",
}


def enter(settings: Mapping[str, Any], connection: socket.socket, lifeline: socket.socket) -> list[str]:
    """Isolate and return in the model's process; what could not be isolated, in words.

    Two processes stay behind: one that ends everything when specgen closes `lifeline` or is gone, and
    one that tells there how the model's process ended. `connection` is left to the model's process alone.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not kernel.LINUX:
        _fork_supervised(connection, lifeline)
        return ["the network can be reached, files can be changed: this system has no means against it"]
    refused = namespaces.leave(settings["network"])
    if kernel.NEW_PIDS not in refused:
        _fork_first(connection, lifeline)
        kernel.control(kernel.END_WITH_PARENT, signal.SIGKILL)
    if kernel.NEW_NETWORK not in refused and not settings["network"]:
        namespaces.loopback_up()
    own_memory = kernel.NEW_MOUNTS not in refused and namespaces.own_mounts(settings["memory_mb"])
    with suppress(OSError):
        kernel.control(kernel.ADOPT_ORPHANS, 1)
    _fork_supervised(connection, lifeline)
    return _restricted(settings, refused, own_memory)


def _restricted(settings: Mapping[str, Any], refused: dict[int, str], own_memory: bool) -> list[str]:
    writable = [Path(settings["temporary"]), *(Path(name) for name in WRITABLE_DEVICES)]
    writable += [namespaces.SHARED_MEMORY] if own_memory else []
    told = {flag: f"{what} ({refused[flag]})" for flag, what in NAMES.items() if flag in refused}
    kernel.control(kernel.NO_NEW_PRIVILEGES, 1)
    try:
        version = landlock.restrict(writable, settings["network"])
    except OSError as error:
        told[0] = f"files can be changed (no Landlock: {error.strerror})"
    else:
        if version >= 4 and kernel.NEW_NETWORK in told:
            told[kernel.NEW_NETWORK] = (
                f"the network can be reached but by TCP ({refused[kernel.NEW_NETWORK]})"
            )
    with suppress(OSError):
        kernel.drop_capabilities()
    return list(told.values())


def _fork_first(connection: socket.socket, lifeline: socket.socket) -> None:
    """Fork the first process of the new namespace; with its end all others in it end."""
    first = os.fork()
    if first == 0:
        return
    connection.close()
    watch = os.pidfd_open(first)
    select.select([watch, lifeline.fileno()], [], [])
    with suppress(ProcessLookupError):
        os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    os._exit(0)


def _fork_supervised(connection: socket.socket, lifeline: socket.socket) -> None:
    """Fork the model's process, and stay behind to tell how it ended."""
    model = os.fork()
    if model == 0:
        lifeline.close()
        return
    connection.close()
    _supervise(model, lifeline)


def _supervise(model: int, lifeline: socket.socket) -> NoReturn:
    """Reap what ends, tell how the model's process did, and end all that is left with it."""
    heard, telling = os.pipe()
    os.set_blocking(telling, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(telling, warn_on_full_buffer=False)
    while True:
        with suppress(ChildProcessError):
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended == model:
                with suppress(OSError):
                    lifeline.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))
                break
            if ended:
                continue
        ready, _, _ = select.select([lifeline.fileno(), heard], [], [])
        if lifeline.fileno() in ready:
            break
        os.read(heard, 4096)
    _end_others()
    os._exit(0)


def _end_others() -> None:
    """End the children, those adopted as well; in a namespace of its own the kernel does it too."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    with suppress(OSError):
        while left := children.read_text().split():
            for child in left:
                os.kill(int(child), signal.SIGKILL)
            os.waitpid(-1, 0)
    if os.getpid() != 1:
        os.killpg(0, signal.SIGKILL)
