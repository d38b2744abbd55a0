"""Which row a model fails at: halves of the rows are tried, down to one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

from specgen.models.failure import ModelFailure

# How rows from one position to another, without the latter, fail as well; it raises what is no such failure.
Probe: TypeAlias = Callable[[int, int], ModelFailure | None]
SEARCHED = ("exception", "crash", "timeout", "memory", "processes")
SEARCH_S = 30.0


def with_rows(failure: ModelFailure, rows: int, probe: Probe, seconds: float) -> ModelFailure:
    """The failure with the row that it comes from, or in words why there is none.

    The search ends after `seconds`; it takes about log2(rows) tries.
    """
    if failure.kind not in SEARCHED or failure.rows or rows == 0:
        return failure
    if rows == 1:
        return ModelFailure(failure.kind, failure.message, (0,))
    try:
        return _searched(failure, rows, probe, seconds)
    except ModelFailure as other:
        return _saying(failure, f"the search for the row was ended: {other.message}")


def _searched(failure: ModelFailure, rows: int, probe: Probe, seconds: float) -> ModelFailure:
    deadline = time.monotonic() + seconds
    if probe(0, 1) is not None and probe(rows - 1, rows) is not None:
        return _saying(failure, "it happens with single rows too, the first and the last")
    low, high, last = 0, rows, failure
    while high - low > 1:
        if time.monotonic() > deadline:
            where = f"rows {low + 1:,} to {high:,} of those sent" if (low, high) != (0, rows) else "any row"
            return _saying(
                failure, f"the search for the row was ended after {seconds:g} s; it may be {where}"
            )
        middle = (low + high) // 2
        found = probe(low, middle)
        if found is None:
            low = middle
        else:
            high, last = middle, found
    if high - low == 1 and (last is failure or low + 1 == high):
        alone = probe(low, high)
        if alone is None:
            return _saying(failure, "no single row does it alone")
        last = alone
    return ModelFailure(last.kind, f"{last.message}; this row alone is enough", (low,))


def _saying(failure: ModelFailure, what: str) -> ModelFailure:
    return ModelFailure(failure.kind, f"{failure.message}; {what}")
