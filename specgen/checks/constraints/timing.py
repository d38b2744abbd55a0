"""Calls of a live model, timed: rows of a split in random order, warm-up, and how many calls it takes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from specgen.engine.cells import FloatArray
from specgen.spec.constraints import PERCENTILES
from specgen.stats.power import rows_for_proportion

if TYPE_CHECKING:
    import pyarrow as pa

    from specgen.models.session import Session

MOST_ROWS = 100_000
WARM_UP, WARM_UP_S = 20, 0.5
FEWEST_CALLS, MOST_CALLS = 1_000, 50_000
# Of what an independent series needs, since calls depend on those before; and of the budget, at the least.
SERIAL, LEAST_PART = 2.0, 0.2


@dataclass(frozen=True)
class Batches:
    """Rows in random order, ended by their own beginning, so that batches go round without a seam."""

    table: pa.Table
    count: int

    def batch(self, number: int, size: int) -> pa.Table:
        """The number-th batch of `size` rows."""
        return self.table.slice(number * size % self.count, size)


def batches(rows: pa.Table, seed: int, largest: int) -> Batches:
    """At most 100,000 of the rows, in random order, for batches of up to `largest` rows."""
    import pyarrow as pa

    count = min(rows.num_rows, MOST_ROWS)
    chosen = np.random.default_rng(seed).permutation(rows.num_rows)[:count]
    mixed = rows.take(pa.array(chosen))
    copies = -(-(count + largest) // count)
    return Batches(pa.concat_tables([mixed] * copies).slice(0, count + largest).combine_chunks(), count)


@dataclass(frozen=True)
class Timings:
    """Seconds of calls (n,) in the order of time: in the model's process, and with the way there and back."""

    inside: FloatArray
    around: FloatArray

    def then(self, later: Timings) -> Timings:
        """These calls and later ones."""
        return Timings(
            np.concatenate([self.inside, later.inside]), np.concatenate([self.around, later.around])
        )


def timed(session: Session, rows: Batches, size: int, count: int, seconds: float, first: int = 0) -> Timings:
    """Up to `count` calls with `size` rows each, at least one, until the time is over. Raises ModelFailure."""
    inside: list[float] = []
    around: list[float] = []
    began = now = time.perf_counter()
    while len(inside) < count and (not inside or now - began < seconds):
        rows_sent = rows.batch(first + len(inside), size)
        sent = time.perf_counter()
        answer = session.predict(rows_sent, find_rows=False)
        now = time.perf_counter()
        inside.append(answer.seconds)
        around.append(now - sent)
    return Timings(np.array(inside), np.array(around))


def warmed_up(session: Session, rows: Batches, size: int, budget_s: float) -> Timings:
    """Calls that are not measured; the later half, when caches are warm, says how many to measure."""
    most = min(max(WARM_UP_S, budget_s / 20), budget_s)
    found = timed(session, rows, size, MOST_CALLS, most)
    if len(found.inside) < WARM_UP:
        more = timed(session, rows, size, WARM_UP - len(found.inside), most, len(found.inside))
        found = found.then(more)
    half = len(found.inside) // 2
    return Timings(found.inside[half:], found.around[half:])


def planned_calls(pilot: Timings, limits_ms: dict[str, float], alpha: float, budget_s: float) -> int:
    """How many calls to measure, of which the pilot's are none, so that the bounds keep their error rate.

    As many as tell the share of calls within each limit from the percentile's own (80% power, if that share
    is the pilot's), twice, since calls that follow each other are alike; not fewer than 1,000 or a fifth of
    the time budget, and not more than it holds.
    """
    most = max(int(budget_s / pilot.around.mean()), 1)
    needed = [
        _needed(pilot.inside * 1000, PERCENTILES[name], limit, alpha) for name, limit in limits_ms.items()
    ]
    least = max(FEWEST_CALLS, int(most * LEAST_PART))
    return min(max([least, *(int(SERIAL * one) for one in needed)]), most, MOST_CALLS)


def _needed(milliseconds: FloatArray, share: float, limit: float, alpha: float) -> int:
    within = (float((milliseconds <= limit).sum()) + 0.5) / (len(milliseconds) + 1)
    return rows_for_proportion(within, share, alpha) or MOST_CALLS
