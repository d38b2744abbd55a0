"""What measuring constraints gives, as it stands in results.json."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen

Origin = Literal["live", "declared"]
State = Literal["pass", "fail", "inconclusive", "error"]
Direction = Literal["at_most", "at_least"]


class ConstraintValue(Frozen):
    """One number that the model costs to run, and its limit."""

    name: str = Field(description="Key in `constraints`, of latency with its percentile: `latency_ms p95`.")
    constraint: str = Field(description="Key in `constraints`: `latency_ms`.")
    value: float | None = Field(description="null: not measured, see `reason`.")
    low: float | None = Field(description="Two-sided bound at the record's `confidence`; null: none known.")
    high: float | None
    limit: float | None = Field(description="null: none was declared; it is shown, and never judged.")
    direction: Direction
    state: State | None = Field(
        description="Against its limit, one-sided at the spec's confidence; null without a limit."
    )
    n: int = Field(
        description="Calls, starts or blocks of calls that it rests on; 0: nothing is known of it."
    )
    method: str
    origin: Origin = Field(description="`live`: measured in this run; `declared`: by others, see the spec.")
    how: str = Field(description="How it was measured, in plain words.")
    unit: str = Field(default="", description="Currency of a cost; other units stand in the names.")
    reason: str | None = Field(default=None, description="Why there is no value.")


class BatchLatency(Frozen):
    """Latency of calls with so many rows."""

    batch: int
    calls: int
    p50_ms: float
    p50_low: float | None = Field(description="Two-sided bound at the record's `confidence`.")
    p50_high: float | None
    p95_ms: float
    p95_low: float | None
    p95_high: float | None
    rows_per_s: float = Field(description="At the median latency.")


class Deployment(Frozen):
    """The deployment constraints of the candidate."""

    model: str
    split: str | None = Field(description="Split of the rows that were predicted; null: nothing ran.")
    batch: int = Field(description="Rows in one call, of the latencies.")
    confidence: float
    values: tuple[ConstraintValue, ...]
    by_batch: tuple[BatchLatency, ...] = Field(default=(), description="The curve over batch sizes.")
    transport_ms: float | None = Field(
        default=None,
        description="Median of what sending rows to the model's process and back adds to a call; not in the values.",
    )
    others_busy: float | None = Field(
        default=None,
        description="Share of the machine's processors that other processes used while the model stood still.",
    )
    load_average: float | None = Field(default=None, description="Of one minute, before it was measured.")
    hardware: str = Field(
        default="",
        description="Machine of what was declared, in the spec's words; that of the run is in `run`.",
    )
    source: str = Field(default="", description="File of what was declared, or `spec`; empty: nothing was.")
    seconds: float = Field(default=0.0, description="Time that measuring took.")
