"""What the process ends with."""

from __future__ import annotations

from enum import IntEnum

from specgen.record.result import Result


class ExitCode(IntEnum):
    """What the process ends with."""

    GO = 0
    NO_GO = 1
    USAGE = 2
    INCONCLUSIVE = 3
    FAILED = 4


def exit_code(result: Result) -> ExitCode:
    """The exit code that a result stands for."""
    return {"go": ExitCode.GO, "no-go": ExitCode.NO_GO, "inconclusive": ExitCode.INCONCLUSIVE}[result.verdict]
