"""`constraints`: what the model may cost to run."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from specgen.spec.measured import NUMBERS, Measured
from specgen.spec.part import Count, Fault, Part, Positive, Text, given

PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


class Latency(Part):
    """Limits of the time that one prediction takes, in milliseconds."""

    p50: Positive | None = Field(None, description="Limit of the median, in milliseconds.")
    p90: Positive | None = Field(None, description="Limit of the 90th percentile, in milliseconds.")
    p95: Positive | None = Field(None, description="Limit of the 95th percentile, in milliseconds.")
    p99: Positive | None = Field(None, description="Limit of the 99th percentile, in milliseconds.")
    batch: Count = Field(1, description="Rows in one prediction.")

    def rules(self) -> Iterator[Fault]:
        """At least one limit."""
        if not given(self, *PERCENTILES):
            yield (), "no limit; give one of p50, p90, p95, p99"


class Cost(Part):
    """Limit of the cost of 1,000 rows, derived from the machine's price."""

    max: Positive = Field(description="Most that 1,000 rows may cost.")
    machine_per_hour: Positive = Field(description="Price of an hour of the machine.")
    currency: Text = Field("USD", description="Currency of both numbers.")


class Constraints(Part):
    """Limits that are measured on the live model, in its own process, or were measured elsewhere."""

    latency_ms: Latency | None = Field(None, description="Time of one prediction, in milliseconds.")
    throughput_rows_per_s: Positive | None = Field(None, description="Least rows a second.")
    memory_mb: Positive | None = Field(None, description="Most memory at its peak, in megabytes.")
    artifact_mb: Positive | None = Field(None, description="Largest size of the model's files, in megabytes.")
    cold_start_s: Positive | None = Field(
        None, description="Longest time until the first prediction, in seconds."
    )
    cost_per_1000: Cost | None = Field(None, description="Cost of 1,000 rows.")
    measured: Measured | None = Field(
        None,
        description="Numbers that were measured elsewhere, such as a load test's: they stand before those of"
        " the live model.",
    )
    budget_s: Positive = Field(
        10.0,
        description="Longest time to spend on latency, on throughput and on the curve over batch sizes, each,"
        " in seconds.",
    )

    @property
    def limited(self) -> tuple[str, ...]:
        """Keys of the limits that are given."""
        return tuple(given(self, *NUMBERS))
