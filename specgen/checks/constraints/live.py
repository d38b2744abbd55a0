"""Measures constraints on the live model: each kind of number in a process of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from specgen.checks.constraints.curve import LARGEST, SizeTimings, batch_latency, batch_sizes, measured_curve
from specgen.checks.constraints.limited import Limited, LiveNumbers, limits
from specgen.checks.constraints.processes import (
    OpenLive,
    Processes,
    artifact,
    cold_start,
    peak_memory,
    starts_needed,
)
from specgen.checks.constraints.serving import latencies, throughput
from specgen.checks.constraints.timing import batches
from specgen.models.failure import ModelFailure
from specgen.spec.constraints import Constraints
from specgen.spec.models import Model

if TYPE_CHECKING:
    import pyarrow as pa

QUIET_S, BUSY = 0.5, 0.15
SERVED = ("throughput_rows_per_s", "cost_per_1000")
STARTED = ("cold_start_s", "memory_mb")
FEWEST_PEAKS = 3
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """What is measured, of which model, and how sure readers want to be."""

    constraints: Constraints
    keys: Collection[str]
    model: Model
    folder: Path
    confidence: float
    seed: int

    @property
    def batch(self) -> int:
        """Rows in one call, as stated."""
        return self.constraints.latency_ms.batch if self.constraints.latency_ms else 1


def measure_live(asked: Asked, open_live: OpenLive, rows: pa.Table, progress: Progress) -> LiveNumbers:
    """The constraints asked for, the curve over batch sizes, and what else the machine was doing.

    Latency, the curve and throughput each have a process of their own, started anew; with further starts,
    as many as the median of cold starts needs, these are the cold starts. A number whose process failed is
    missing, with the reason.
    """
    began = time.perf_counter()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    busy = _others_busy()
    processes = Processes(open_live, batches(rows, asked.seed, max(asked.batch, LARGEST)), asked.batch)
    found, told = LiveNumbers(load_average=load), []
    if "latency_ms" in asked.keys:
        progress("measuring latency")
        found = _tried(found, ("latency_ms",), lambda: _latency(found, asked, processes))
    progress("measuring latency over batch sizes")
    curve, why = _curve(asked, processes)
    told += [why] if why else []
    size = (
        max(curve, key=lambda one: one.batch / float(np.median(one.seconds))).batch if curve else asked.batch
    )
    served = [key for key in SERVED if key in asked.keys]
    if served:
        progress("measuring throughput")
        found = _tried(found, served, lambda: _throughput(found, asked, processes, size))
    started = [key for key in STARTED if key in asked.keys]
    if started:
        progress("measuring cold starts")
        sizes = (asked.batch, found.serving_batch) if found.serving_batch else (asked.batch,)
        found = _tried(found, started, lambda: _starts(found, asked, processes, sizes))
    if "artifact_mb" in asked.keys:
        found = _artifact(found, asked)
    busy = max(busy, _others_busy())
    if busy >= BUSY:
        found = found.but(values={name: _slowed(one) for name, one in found.values.items()})
    return found.but(
        by_batch=tuple(batch_latency(one, asked.confidence) for one in curve), others_busy=busy,
        warnings=(*told, *_busy_warning(busy)), seconds=round(time.perf_counter() - began, 1),
    )  # fmt: skip


def _tried(found: LiveNumbers, keys: Collection[str], measure: Callable[[], LiveNumbers]) -> LiveNumbers:
    try:
        return measure()
    except ModelFailure as failure:
        return found.but(
            missing={**found.missing, **dict.fromkeys(keys, f"the model failed: {failure.message}")}
        )


def _latency(found: LiveNumbers, asked: Asked, processes: Processes) -> LiveNumbers:
    with processes.start(kept=True) as session:
        values, transport_ms = latencies(session, asked.constraints, processes.rows, 1 - asked.confidence)
    return found.but(values={**found.values, **values}, transport_ms=transport_ms)


def _curve(asked: Asked, processes: Processes) -> tuple[list[SizeTimings], str]:
    """The curve, and why it ends or is not there."""
    try:
        with processes.start(kept=False) as session:
            sizes, budget_s = batch_sizes(asked.batch), asked.constraints.budget_s
            return measured_curve(session, processes.rows, sizes, budget_s, asked.seed)
    except ModelFailure as failure:
        return [], f"Latency over batch sizes could not be measured: the model failed: {failure.message}."


def _throughput(found: LiveNumbers, asked: Asked, processes: Processes, size: int) -> LiveNumbers:
    with processes.start(kept=True) as session:
        values, used = throughput(session, asked.constraints, processes.rows, size)
    kept = {name: one for name, one in values.items() if name in asked.keys}
    return found.but(values={**found.values, **kept}, serving_batch=used)


def _starts(found: LiveNumbers, asked: Asked, processes: Processes, sizes: tuple[int, ...]) -> LiveNumbers:
    fewest = FEWEST_PEAKS if "memory_mb" in asked.keys else 0
    needed = max(starts_needed(asked.confidence) - len(processes.starts_s), fewest)
    for _ in range(needed):
        processes.start_briefly(sizes)
    of, values = limits(asked.constraints), dict(found.values)
    if "cold_start_s" in asked.keys:
        cold = cold_start(processes.starts_s)
        how = (
            f"median of {len(processes.starts_s)} fresh processes, until the first prediction; the model's files may"
            " have been in the system's cache"
        )
        values["cold_start_s"] = Limited(
            "cold_start_s", cold.decision, of["cold_start_s"], "live", how, shown=cold.shown
        )
    if "memory_mb" in asked.keys:
        largest = max(sizes)
        how = (
            f"resident memory of all the model's processes at its highest, with calls of up to {largest:,} rows; the"
            f" upper bound is what the next process may need, as {len(processes.peaks_mb)} fresh ones differ"
        )
        peak = peak_memory(processes.peaks_mb, processes.long_peaks_mb)
        values["memory_mb"] = Limited("memory_mb", peak, of["memory_mb"], "live", how)
    return found.but(values=values)


def _artifact(found: LiveNumbers, asked: Asked) -> LiveNumbers:
    size = artifact(asked.model, asked.folder)
    if isinstance(size, str):
        return found.but(missing={**found.missing, "artifact_mb": size})
    limit = limits(asked.constraints)["artifact_mb"]
    one = Limited("artifact_mb", size, limit, "live", "size of the model's files on disk")
    return found.but(values={**found.values, "artifact_mb": one})


def _others_busy() -> float:
    """Share of the machine's processors that is in use while no model runs."""
    import psutil

    return float(psutil.cpu_percent(interval=QUIET_S)) / 100


def _slowed(one: Limited) -> Limited:
    return replace(one, slowed=one.constraint not in ("memory_mb", "artifact_mb"))


def _busy_warning(busy: float) -> tuple[str, ...]:
    if busy < BUSY:
        return ()
    return (
        f"While the model stood still, other processes kept {100 * busy:.0f}% of the machine's processors busy:"
        " times may be better on a quiet machine, so a limit that they miss is open.",
    )
