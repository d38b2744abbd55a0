"""Deployment constraints: limits beside what was measured, on which machine, and latency over batch sizes."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import BatchLatency, ConstraintValue, Deployment
from specgen.report import numbers
from specgen.report.charts.batch_latency import BatchPoint, Limit, batch_latency_chart
from specgen.report.charts.percentiles import Percentile, percentile_chart
from specgen.report.charts.svg import Drawing
from specgen.report.source import Source
from specgen.report.text import name, plural, sentence

TITLES = {
    "latency_ms": ("Latency", "ms"),
    "throughput_rows_per_s": ("Throughput", "rows/s"),
    "memory_mb": ("Memory at its peak", "MB"),
    "artifact_mb": ("Model files", "MB"),
    "cold_start_s": ("Cold start", "s"),
    "cost_per_1000": ("Cost of 1,000 rows", ""),
}
STATES = {
    "pass": ("pass", "met"),
    "fail": ("fail", "missed"),
    "inconclusive": ("inconclusive", "open"),
    "error": ("error", "not measured"),
}
SIGNS = {"at_most": "≤", "at_least": "≥"}
BUSY = 0.05


@dataclass(frozen=True)
class ConstraintRow:
    """One number."""

    name: str
    limit: str
    value: str
    interval: str
    mark: str
    word: str


@dataclass(frozen=True)
class BatchRow:
    """One batch size."""

    batch: str
    p50: str
    p50_interval: str
    p95: str
    p95_interval: str
    rows_per_s: str
    calls: str


@dataclass(frozen=True)
class ConstraintsView:
    """The section."""

    summary: str
    rows: tuple[ConstraintRow, ...]
    ways: tuple[tuple[str, str], ...]
    machine: str
    confidence: str
    percentiles: Drawing | None
    chart: Drawing | None
    curve: tuple[BatchRow, ...]


def constraints(source: Source) -> ConstraintsView | None:
    """None where the spec has no constraints."""
    found = source.result.constraints
    if found is None or not found.values:
        return None
    points = [BatchPoint(b.batch, b.p50_ms, b.p50_low, b.p50_high, b.p95_ms) for b in found.by_batch]
    return ConstraintsView(
        summary=_summary(source, found), rows=constraint_rows(source),
        ways=_ways(found), machine=_machine(source, found),
        confidence=f"{100 * found.confidence:g}%",
        percentiles=_percentiles(found),
        chart=batch_latency_chart(points, _limits(found), "batch-latency") if len(points) > 1 else None,
        curve=tuple(map(_batch_row, found.by_batch)),
    )  # fmt: skip


def constraint_rows(source: Source) -> tuple[ConstraintRow, ...]:
    """The numbers beside their limits; none where the spec has no constraints."""
    found = source.result.constraints
    return tuple(_row(value, found.batch) for value in found.values) if found else ()


def _summary(source: Source, found: Deployment) -> str:
    judged = [value for value in found.values if value.state is not None]
    counts = [(sum(value.state == state for value in judged), word) for state, (_, word) in STATES.items()]
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    text = f"{plural(len(judged), 'limit')}: {told}."
    if source.result.about.purpose == "explore":
        text += " The project explores: limits are shown, and decide nothing."
    return text


def _ways(found: Deployment) -> tuple[tuple[str, str], ...]:
    """How each constraint was measured, or why not; percentiles alike are told once."""
    ways = dict.fromkeys((TITLES[v.constraint][0], sentence(v.reason or v.how, 320)) for v in found.values)
    return tuple((title, f"{how[:1].upper()}{how[1:].rstrip('.')}.") for title, how in ways)


def _row(value: ConstraintValue, batch: int) -> ConstraintRow:
    title, unit = TITLES[value.constraint]
    unit = f"\u202f{value.unit or unit}"
    digits = numbers.significant(value.value)
    if value.name != value.constraint:
        title += f", {_percentile(value.name)}"
        title += f" of {batch:,} rows" if batch > 1 else ""
    mark, word = STATES[value.state] if value.state else ("", "no limit")
    return ConstraintRow(
        name=title,
        limit=numbers.MISSING if value.limit is None
        else f"{SIGNS[value.direction]} {numbers.plain(value.limit)}{unit}",
        value=numbers.MISSING if value.value is None else numbers.number(value.value, digits) + unit,
        interval=_interval(value, digits), mark=mark, word=word,
    )  # fmt: skip


def _interval(value: ConstraintValue, digits: int) -> str:
    if value.value is None or (value.n == 0 and value.constraint == "artifact_mb"):
        return ""
    return numbers.interval(value.low, value.high, None, digits) or "one number, doubt unknown"


def _machine(source: Source, found: Deployment) -> str:
    run = source.result.run
    origins = {value.origin for value in found.values if value.value is not None}
    told = []
    if "live" in origins:
        hardware = run.hardware
        machine = (
            f"{hardware.cpu}, {plural(hardware.cores, 'core')}, {hardware.memory_gb:g} GB, {hardware.system}"
        )
        python = run.versions.get("python")
        told.append(f"Measured on {machine}" + (f", Python {python}" if python else "") + ".")
        if found.split:
            told.append(f"Rows of {name(found.split)}, in random order.")
        if found.transport_ms is not None:
            told.append(
                f"Sending a call's rows to the model's process and back took another {found.transport_ms:.2g} ms,"
                " which is not counted."
            )  # fmt: skip
        if found.others_busy is not None and found.others_busy >= BUSY:
            told.append(f"Other processes used {numbers.percent(found.others_busy)} of the processors.")
    if "declared" in origins:
        where = "the spec" if found.source == "spec" else name(found.source)
        told.append(
            f"Declared in {where}" + (f", measured on {name(found.hardware)}." if found.hardware else ".")
        )
    return " ".join(told)


def _percentiles(found: Deployment) -> Drawing | None:
    """The percentiles of latency, where two or more have a value."""
    known = [v for v in found.values if v.constraint == "latency_ms" and v.value]
    if len(known) < 2:
        return None
    rows = tuple(Percentile(_percentile(v.name), v.value or 0.0, v.low, v.high, v.limit) for v in known)
    told = "; ".join(
        f"{row.name} {row.value:.3g} ms" + (f", limit {row.limit:g} ms" if row.limit is not None else "")
        for row in rows
    )
    return percentile_chart(rows, f"Latency percentiles: {told}.", "percentiles")


def _percentile(key: str) -> str:
    short = key.partition(" ")[2]
    return "median" if short == "p50" else f"{short[1:]}th percentile"


def _limits(found: Deployment) -> list[Limit]:
    return [
        Limit(value.name.partition(" ")[2], found.batch, value.limit)
        for value in found.values if value.constraint == "latency_ms" and value.limit is not None
    ]  # fmt: skip


def _batch_row(one: BatchLatency) -> BatchRow:
    digits = numbers.significant(one.p50_ms)
    return BatchRow(
        batch=f"{one.batch:,}", p50=numbers.number(one.p50_ms, digits),
        p50_interval=_known(one.p50_low, one.p50_high, digits),
        p95=numbers.number(one.p95_ms, digits),
        p95_interval=_known(one.p95_low, one.p95_high, digits),
        rows_per_s=f"{float(f'{one.rows_per_s:.3g}'):,.0f}", calls=f"{one.calls:,}",
    )  # fmt: skip


def _known(low: float | None, high: float | None, digits: int) -> str:
    """An interval; of so few calls that it says nothing, nothing."""
    return "" if not low and high is None else numbers.interval(low, high, None, digits)
