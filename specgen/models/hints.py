"""What to do where a model ran into its isolation: its own exception does not say so."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator

NO_NETWORK = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ECONNREFUSED, errno.EADDRNOTAVAIL)


def hint(error: BaseException, network: bool) -> str:
    """`; ...` for an exception that isolation is a likely cause of, else nothing."""
    causes = list(_causes(error))
    if not network and any(
        isinstance(one, socket.gaierror) or (isinstance(one, OSError) and one.errno in NO_NETWORK)
        for one in causes
    ):
        return "; a model has no network unless limits: {network: true} gives it"
    if any(isinstance(one, PermissionError) and one.filename for one in causes):
        return "; a model may write in its temporary folder alone"
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and those behind it, each once."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        reason = getattr(error, "reason", None)  # urllib keeps it there
        error = reason if isinstance(reason, BaseException) else error.__cause__ or error.__context__
