"""Latency and throughput of one session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from specgen.checks.constraints.curve import LARGEST
from specgen.checks.constraints.limited import Limited, limits, machine_price
from specgen.checks.constraints.timing import MOST_CALLS, Batches, planned_calls, timed, warmed_up
from specgen.models.failure import ModelFailure
from specgen.spec.constraints import PERCENTILES, Constraints
from specgen.stats.series import BLOCKS, reciprocal, scaled, series_mean, series_quantile

if TYPE_CHECKING:
    from specgen.models.session import Session

# A limit that lies further from the first look than this, as a part of it, is settled in a part of the budget.
FAR, PART = 0.5, 0.25
# How often a size is tried, and how many times as many rows a second make it worth doubling.
TRIES, WORTH = 3, 1.05


def latencies(
    session: Session, constraints: Constraints, rows: Batches, alpha: float
) -> tuple[dict[str, Limited], float]:
    """Percentiles of latency at the stated batch, and the median milliseconds of transport. Raises ModelFailure."""
    size = constraints.latency_ms.batch if constraints.latency_ms else 1
    of = {name: limit for name, limit in limits(constraints).items() if name.startswith("latency_ms")}
    pilot = warmed_up(session, rows, size, constraints.budget_s)
    wanted = {name.partition(" ")[2]: limit for name, limit in of.items()}
    calls = planned_calls(pilot, wanted, alpha, constraints.budget_s)
    found = timed(session, rows, size, calls, constraints.budget_s)
    milliseconds = found.inside * 1000
    how = f"{len(milliseconds):,} calls with {_rows(size)} each after warm-up, timed in the model's process"
    values = {}
    for percentile, share in PERCENTILES.items():
        measured = series_quantile(milliseconds, share)
        name = f"latency_ms {percentile}"
        values[name] = Limited(name, measured.decision, of.get(name), "live", how, shown=measured.shown)
    return values, float(np.median(found.around - found.inside)) * 1000


def throughput(
    session: Session, constraints: Constraints, rows: Batches, size: int
) -> tuple[dict[str, Limited], int]:
    """Rows a second with calls one after the other, what 1,000 cost, and the batch size, which serves most.

    It is looked for from `size` on. Raises ModelFailure.
    """
    size = _serving_size(session, rows, size, constraints.budget_s)
    of, price = limits(constraints), machine_price(constraints)
    pilot = warmed_up(session, rows, size, constraints.budget_s)
    rate, limit = size / float(pilot.inside.mean()), of.get("throughput_rows_per_s")
    ends = [rate / limit] if limit else []
    if constraints.cost_per_1000 is not None and price is not None:
        ends.append(constraints.cost_per_1000.max / (1000 * price / rate))
    far = all(abs(ratio - 1) > FAR for ratio in ends)
    seconds = constraints.budget_s * (PART if far else 1.0)
    calls = timed(session, rows, size, MOST_CALLS, seconds)
    if len(calls.inside) < BLOCKS:
        more = timed(session, rows, size, BLOCKS - len(calls.inside), constraints.budget_s, len(calls.inside))
        calls = calls.then(more)
    each = scaled(series_mean(calls.inside), 1 / size)
    how = f"{len(calls.inside):,} calls with {_rows(size)} each, one after the other, timed in the model's process"
    values = {"throughput_rows_per_s": Limited("throughput_rows_per_s", reciprocal(each), limit, "live", how)}
    if constraints.cost_per_1000 is not None and price is not None:
        hour = f"{constraints.cost_per_1000.machine_per_hour:g} {constraints.cost_per_1000.currency}"
        told = f"from the throughput, at {hour} an hour"
        values["cost_per_1000"] = Limited(
            "cost_per_1000", scaled(each, 1000 * price), of["cost_per_1000"], "live", told,
            unit=constraints.cost_per_1000.currency,
        )  # fmt: skip
    return values, size


def _serving_size(session: Session, rows: Batches, size: int, budget_s: float) -> int:
    """Twice the size as long as that serves more rows a second, up to 1,024 and a twentieth of the budget a call.

    A size at which the model fails is none to serve with.
    """

    def quickest(rows_sent: int) -> float:
        return float(timed(session, rows, rows_sent, TRIES, budget_s).inside.min())

    now = quickest(size)
    while 2 * size <= LARGEST:
        try:
            then = quickest(2 * size)
        except ModelFailure:
            break
        if then > 2 * now / WORTH or then > budget_s / BLOCKS:
            break
        size, now = 2 * size, then
    return size


def _rows(size: int) -> str:
    return f"{size:,} row{'' if size == 1 else 's'}"
