"""Messages between specgen and a model's process: JSON heads, with Arrow tables in anonymous files beside them.

A socket pair carries a head of 8 bytes of length and JSON; the tables' files go along as descriptors,
so that rows are written once and mapped, never piped. Nothing of it is standard output: a model may print.
"""

from __future__ import annotations

import json
import mmap
import os
import socket
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

LENGTH = 8
LARGEST_HEAD = 1 << 24
TABLES = 4


class ClosedError(Exception):
    """The other end is gone."""


def send(connection: socket.socket, head: Mapping[str, Any], tables: Sequence[pa.Table] = ()) -> None:
    """Send a head, and tables beside it. Raises ClosedError."""
    files = [_written(table) for table in tables]
    body = json.dumps(head).encode()
    try:
        socket.send_fds(connection, [len(body).to_bytes(LENGTH, "big")], files)
        connection.sendall(body)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise ClosedError from error
    finally:
        for file in files:
            os.close(file)


def receive(connection: socket.socket, seconds: float | None = None) -> tuple[dict[str, Any], list[int]]:
    """The next head, and the descriptors of its tables' files, which are the caller's to close.

    Raises ClosedError, TimeoutError after `seconds`, and ValueError for a head that is none.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    files: list[int] = []
    try:
        length = _exactly(connection, LENGTH, deadline, files)
        size = int.from_bytes(length, "big")
        if size > LARGEST_HEAD:
            raise ValueError("a head of no possible length")
        head = json.loads(_exactly(connection, size, deadline, files))
        if not isinstance(head, dict):
            raise ValueError("a head that is no mapping")
    except BaseException:
        for file in files:
            os.close(file)
        raise
    return head, files


def mapped(file: int) -> pa.Table:
    """The table in a file, mapped into memory without a copy; closes the descriptor."""
    import pyarrow as pa

    with os.fdopen(file, "rb") as opened:
        view = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    return pa.ipc.open_stream(pa.py_buffer(view)).read_all()


def copied(file: int, largest: int) -> pa.Table:
    """The table in a file, copied and checked, since its writer is not trusted; closes the descriptor.

    Raises ValueError for what is no table or has more than `largest` bytes.
    """
    import pyarrow as pa

    with os.fdopen(file, "rb") as opened:
        if os.fstat(opened.fileno()).st_size > largest:
            raise ValueError("a table that is too large")
        opened.seek(0)
        raw = opened.read(largest + 1)
    try:
        table = pa.ipc.open_stream(pa.py_buffer(raw)).read_all()
        table.validate(full=True)
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error
    return table


def _written(table: pa.Table) -> int:
    import pyarrow as pa

    file = _anonymous_file()
    with os.fdopen(os.dup(file), "wb") as opened, pa.ipc.new_stream(opened, table.schema) as writer:
        writer.write_table(table)
    return file


def _anonymous_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("specgen")
    with tempfile.TemporaryFile() as opened:
        return os.dup(opened.fileno())


def _exactly(connection: socket.socket, count: int, deadline: float | None, files: list[int]) -> bytes:
    found = b""
    while len(found) < count:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
        else:
            connection.settimeout(None)
        try:
            part, more, _, _ = socket.recv_fds(connection, count - len(found), TABLES)
        except ConnectionResetError as error:
            raise ClosedError from error
        files += more
        if not part:
            raise ClosedError
        found += part
    return found
