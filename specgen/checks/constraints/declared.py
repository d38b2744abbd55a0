"""Constraints that were measured elsewhere, with as much doubt as what is declared of them tells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from specgen.checks.constraints.limited import Limited, limits, machine_price
from specgen.inputs.load_tests import LoadTest
from specgen.spec.constraints import PERCENTILES, Constraints
from specgen.spec.measured import NUMBERS, MeasuredLatency
from specgen.stats.endpoint import largest
from specgen.stats.estimate import Estimate, fixed
from specgen.stats.series import reciprocal, scaled, series_mean, series_quantile
from specgen.stats.summarised import summarised_quantile

SHARES = {**PERCENTILES, "max": 1.0}


def declared_values(constraints: Constraints, test: LoadTest) -> dict[str, Limited]:
    """Numbers of a load test by name, each with its limit."""
    of, where = limits(constraints), _where(test)
    found = {
        name: Limited(name, estimate, of.get(name), "declared", how, shown=shown)
        for name, estimate, shown, how in _estimates(constraints, test, where)
    }
    cost = constraints.cost_per_1000
    return {
        name: Limited(name, one.estimate, one.limit, "declared", one.how, unit=cost.currency, shown=one.shown)
        if cost and name == "cost_per_1000" else one
        for name, one in found.items()
    }  # fmt: skip


def declared_warnings(constraints: Constraints, test: LoadTest) -> list[str]:
    """What makes declared numbers weaker evidence than they look."""
    values = declared_values(constraints, test).values()
    bare = [one.name for one in values if one.estimate and one.estimate.n == 0 and one.limit is not None]
    bare = [name for name in bare if name != "artifact_mb"]
    told = []
    if bare:
        told.append(
            f"{', '.join(bare)} {'was' if len(bare) == 1 else 'were'} declared as one number without samples or n,"
            " and judged by it alone: nobody knows how far chance has moved it."
        )  # fmt: skip
    if test.failed:
        told.append(
            f"{100 * test.failed:.2g}% of the load test's requests failed; its latencies are of these requests too."
        )
    return told


def _where(test: LoadTest) -> str:
    source = "the spec" if test.numbers.file is None else test.numbers.file
    return f"declared in {source}" + (f", on {test.numbers.hardware}" if test.numbers.hardware else "")


Row = tuple[str, Estimate, Estimate | None, str]


def _estimates(constraints: Constraints, test: LoadTest, where: str) -> Iterator[Row]:
    numbers = test.numbers
    if numbers.latency_ms is not None:
        yield from _latencies(numbers.latency_ms, where)
    seconds = _seconds_a_row(numbers.throughput_rows_per_s)
    for key in NUMBERS[1:]:
        given = getattr(numbers, key)
        if key == "throughput_rows_per_s" and seconds is not None:
            ran = "; the rate at which the load test ran, the model may do more" if test.k6 else ""
            yield key, reciprocal(seconds), None, where + ran
        elif key == "cold_start_s" and isinstance(given, tuple):
            starts = series_quantile(np.array(given), 0.5)
            assert starts.decision is not None
            yield key, starts.decision, starts.shown, f"median of {len(given)} starts, {where}"
        elif isinstance(given, tuple):
            yield key, largest(np.array(given)), None, f"largest of {len(given)}, {where}"
        elif given is not None:
            yield key, fixed(given), None, where
    price = machine_price(constraints)
    if numbers.cost_per_1000 is None and price is not None and seconds is not None:
        yield "cost_per_1000", scaled(seconds, 1000 * price), None, f"from the throughput, {where}"


def _seconds_a_row(given: float | tuple[float, ...] | None) -> Estimate | None:
    """The mean of repeated measurements, or one without doubt."""
    if given is None:
        return None
    return fixed(1 / given) if isinstance(given, float) else series_mean(1 / np.array(given))


def _latencies(latency: MeasuredLatency, where: str) -> Iterator[Row]:
    if latency.samples is not None:
        values = np.array(latency.samples)
        for name, share in PERCENTILES.items():
            found = series_quantile(values, share)
            assert found.decision is not None
            yield f"latency_ms {name}", found.decision, found.shown, f"{len(values):,} calls, {where}"
        return
    known = {share: value for name, share in SHARES.items() if (value := getattr(latency, name)) is not None}
    calls = f"{latency.n:,} calls, {where}" if latency.n else where
    for name, share in PERCENTILES.items():
        if share in known:
            yield f"latency_ms {name}", summarised_quantile(known, share, latency.n), None, calls
