"""Latency over batch sizes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from specgen.checks.constraints.found import BatchLatency
from specgen.checks.constraints.timing import Batches, timed
from specgen.engine.cells import FloatArray, IntArray
from specgen.models.failure import ModelFailure
from specgen.stats.estimate import Estimate, finite
from specgen.stats.series import series_quantile

if TYPE_CHECKING:
    from specgen.models.session import Session

LARGEST = 1024
ROUNDS, FEWEST_ROUNDS = 12, 6
MOST_A_ROUND = 40
# Of the budget, what calls of all sizes may take that are not repeated within a round.
SINGLE_PART = 0.8


@dataclass(frozen=True)
class SizeTimings:
    """Seconds of calls (n,) of one batch size, and the round (n,) that each was made in."""

    batch: int
    seconds: FloatArray
    round: IntArray


def batch_sizes(stated: int) -> list[int]:
    """1, 2, 4 … 1024, and the stated one."""
    return sorted({stated, *(2**k for k in range(LARGEST.bit_length()))})


def measured_curve(
    session: Session, rows: Batches, sizes: list[int], budget_s: float, seed: int
) -> tuple[list[SizeTimings], str]:
    """Calls of every size that the budget has room for, in up to 12 rounds through all sizes in random order.

    A machine that slows down meanwhile slows all sizes alike, and rounds are the blocks of the intervals.
    The first call of a size in a round is not counted. The text says at which size the model fails, where the
    curve then ends. Raises ModelFailure for the smallest one.
    """
    began = time.perf_counter()
    kept, failed = _affordable(session, rows, sizes, budget_s)
    spare = max(budget_s - 2 * ROUNDS * sum(kept.values()), 0.0) / (ROUNDS * len(kept))
    found: dict[int, list[FloatArray]] = {size: [] for size in kept}
    rng = np.random.default_rng(seed)
    for number in range(ROUNDS):
        if number >= FEWEST_ROUNDS and time.perf_counter() - began > budget_s:
            break
        for size in rng.permutation(list(kept)):
            first = int(rng.integers(rows.count))
            timed(session, rows, int(size), 1, budget_s, first)
            found[int(size)].append(timed(session, rows, int(size), MOST_A_ROUND, spare, first + 1).inside)
    timings = [
        SizeTimings(size, np.concatenate(parts), np.repeat(np.arange(len(parts)), list(map(len, parts))))
        for size, parts in found.items()
    ]
    return timings, failed


def _affordable(
    session: Session, rows: Batches, sizes: list[int], budget_s: float
) -> tuple[dict[int, float], str]:
    """Sizes with the seconds of one call, as long as the fewest rounds of them fit into the budget."""
    kept: dict[int, float] = {}
    for size in sizes:
        try:
            timed(session, rows, size, 1, budget_s)
            seconds = float(timed(session, rows, size, 1, budget_s, 1).around[0])
        except ModelFailure as failure:
            if not kept:
                raise
            return kept, f"Calls with {size:,} rows were not measured: the model failed: {failure.message}"
        if kept and 2 * FEWEST_ROUNDS * (sum(kept.values()) + seconds) > SINGLE_PART * budget_s:
            break
        kept[size] = seconds
    return kept, ""


def batch_latency(timings: SizeTimings, confidence: float) -> BatchLatency:
    """Median and 95th percentile of one size."""
    ends = []
    for share in (0.5, 0.95):
        found = series_quantile(timings.seconds * 1000, share, timings.round).shown
        assert found is not None
        ends.append((found.value, *_interval(found, confidence)))
    (p50, p50_low, p50_high), (p95, p95_low, p95_high) = ends
    return BatchLatency(
        batch=timings.batch, calls=len(timings.seconds), p50_ms=p50, p50_low=p50_low, p50_high=p50_high,
        p95_ms=p95, p95_low=p95_low, p95_high=p95_high, rows_per_s=1000 * timings.batch / p50,
    )  # fmt: skip


def _interval(found: Estimate, confidence: float) -> tuple[float | None, float | None]:
    low, high = found.interval(confidence)
    return finite(low), finite(high)
