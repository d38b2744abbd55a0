"""What a live model did wrong, as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

FailureKind = Literal[
    "start",  # it does not load, or not in time
    "input",  # the rows lack a column that it is given
    "exception",  # it raised
    "crash",  # its process ended
    "timeout",
    "memory",
    "processes",  # it started more processes than it may have
    "output",  # its answer is not what the task asks for
    "input_changed",  # it changed a file of the spec's data
]
SHOWN_ROWS = 20


class ModelFailure(Exception):  # noqa: N818 - evidence about a model, no error of the program
    """A live model failed: `message` says how in plain words, `rows` the positions in what was sent.

    `rows` are at most SHOWN_ROWS, in order; `row_count` is how many there are. Where a failure has no
    rows of its own, or none could be found in time, there are none.
    """

    def __init__(
        self, kind: FailureKind, message: str, rows: Sequence[int] = (), row_count: int | None = None
    ) -> None:
        self.kind: FailureKind = kind
        self.message = message
        self.rows = tuple(rows)[:SHOWN_ROWS]
        self.row_count = len(rows) if row_count is None else row_count
        super().__init__(message)
