"""`constraints.measured`: what a load test, or somebody else, measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, Tag

from specgen.spec.part import LIST, SCALAR, ByShape, Count, Fault, Part, Positive, Text, given

Repeated = Annotated[
    Annotated[Positive, Tag(SCALAR)]
    | Annotated[Annotated[tuple[Positive, ...], Field(min_length=1)], Tag(LIST)],
    ByShape,
]
NUMBERS = (
    "latency_ms", "throughput_rows_per_s", "memory_mb", "artifact_mb", "cold_start_s", "cost_per_1000",
)  # fmt: skip
PERCENTILES = ("p50", "p90", "p95", "p99", "max")


class MeasuredLatency(Part):
    """Latencies of single calls, or their percentiles, in milliseconds."""

    p50: Positive | None = Field(None, description="Median, in milliseconds.")
    p90: Positive | None = Field(None, description="90th percentile, in milliseconds.")
    p95: Positive | None = Field(None, description="95th percentile, in milliseconds.")
    p99: Positive | None = Field(None, description="99th percentile, in milliseconds.")
    max: Positive | None = Field(None, description="Longest call, in milliseconds.")
    n: Count | None = Field(None, description="Calls behind the percentiles; makes their doubt count.")
    samples: Annotated[tuple[Positive, ...], Field(min_length=1)] | None = Field(
        None, description="Milliseconds of every call, in the order of time, instead of percentiles."
    )
    batch: Count | None = Field(None, description="Rows in one call; without it, as the limit has it.")

    def rules(self) -> Iterator[Fault]:
        """Percentiles or samples; percentiles that do not fall."""
        named = given(self, *PERCENTILES)
        if bool(named) == (self.samples is not None):
            yield (), "give either percentiles (p50, p90, p95, p99) with n, or 'samples'"
        if self.samples is not None and self.n is not None:
            yield ("n",), "samples count themselves; remove it"
        values = [getattr(self, key) for key in named]
        for k in range(1, len(values)):
            if values[k] < values[k - 1]:
                yield (named[k],), f"{values[k]:g} is below {named[k - 1]}, {values[k - 1]:g}"


class Measured(Part):
    """Numbers measured elsewhere: a file of them, or the numbers themselves."""

    shorthand = "file"
    file: Text | None = Field(
        None,
        description="JSON file with the keys below, or what `k6 run --summary-export` writes; relative to the spec.",
    )
    hardware: Text | None = Field(None, description="Machine that it was measured on, printed in the report.")
    latency_ms: MeasuredLatency | None = Field(None, description="Latencies, in milliseconds.")
    throughput_rows_per_s: Repeated | None = Field(
        None, description="Rows a second: a number, or a list of repeated measurements."
    )
    memory_mb: Repeated | None = Field(
        None, description="Peak of memory, in megabytes: a number, or a list of repeated measurements."
    )
    artifact_mb: Positive | None = Field(None, description="Size of the model's files, in megabytes.")
    cold_start_s: Repeated | None = Field(
        None, description="Seconds until the first prediction: a number, or a list of repeated measurements."
    )
    cost_per_1000: Positive | None = Field(
        None, description="Cost of 1,000 rows; without it, from throughput and machine_per_hour."
    )

    def rules(self) -> Iterator[Fault]:
        """A file or numbers, not both."""
        named = given(self, *NUMBERS)
        if self.file is None and not named:
            yield (), f"nothing measured; give a 'file', or one of {', '.join(NUMBERS)}"
        if self.file is not None and named:
            yield (named[0],), "the file has the numbers; remove it, or the file"
