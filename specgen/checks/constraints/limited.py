"""Numbers with their limits, before it is known how sure somebody wants to be of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from specgen.checks.constraints.found import (
    BatchLatency,
    ConstraintValue,
    Direction,
    Origin,
    State,
)
from specgen.spec.constraints import PERCENTILES, Constraints
from specgen.stats.estimate import Estimate, finite

AT_LEAST = ("throughput_rows_per_s",)


@dataclass(frozen=True)
class Limited:
    """A number of `constraints` with its limit (None: shown only); without an estimate, `reason` says why.

    `shown` is the estimate for readers, where it is another one than the one that decides. A time that was
    `slowed` by other processes can keep its limit, but not be shown to miss it.
    """

    name: str
    estimate: Estimate | None
    limit: float | None
    origin: Origin
    how: str
    reason: str | None = None
    unit: str = ""
    shown: Estimate | None = None
    slowed: bool = False

    @property
    def constraint(self) -> str:
        """The key in `constraints`."""
        return self.name.partition(" ")[0]

    @property
    def direction(self) -> Direction:
        """Which side of the limit is right."""
        return "at_least" if self.constraint in AT_LEAST else "at_most"

    def state(self, alpha: float) -> State | None:
        """Pass where the worse bound with error rate alpha meets the limit, fail where the better one does not."""
        if self.limit is None:
            return None
        if self.estimate is None:
            return "error"
        ends = self.estimate.lower(alpha), self.estimate.upper(alpha)
        if self.direction == "at_least":
            worse, better = ends[0] - self.limit, ends[1] - self.limit
        else:
            worse, better = self.limit - ends[1], self.limit - ends[0]
        return "pass" if worse >= 0 else "fail" if better < 0 and not self.slowed else "inconclusive"

    def record(self, confidence: float) -> ConstraintValue:
        """As it stands in results.json."""
        estimate = self.shown or self.estimate
        low, high = estimate.interval(confidence) if estimate else (None, None)
        doubtless = estimate is None or estimate.n == 0
        return ConstraintValue(
            name=self.name, constraint=self.constraint, value=estimate.value if estimate else None,
            low=None if doubtless else finite(low), high=None if doubtless else finite(high), limit=self.limit,
            direction=self.direction, state=self.state(1 - confidence), n=estimate.n if estimate else 0,
            method=estimate.method if estimate else "none", origin=self.origin, how=self.how, unit=self.unit,
            reason=self.reason,
        )  # fmt: skip


@dataclass(frozen=True)
class Deployed:
    """All that is known of the candidate's constraints, for gates."""

    values: tuple[Limited, ...]


def limits(constraints: Constraints) -> dict[str, float]:
    """Limits by name: `latency_ms p95`, `memory_mb`."""
    return dict(_limits(constraints))


def _limits(constraints: Constraints) -> Iterator[tuple[str, float]]:
    for key in constraints.limited:
        if key == "latency_ms" and constraints.latency_ms is not None:
            found = {name: getattr(constraints.latency_ms, name) for name in PERCENTILES}
            yield from ((f"latency_ms {name}", limit) for name, limit in found.items() if limit is not None)
        elif key == "cost_per_1000" and constraints.cost_per_1000 is not None:
            yield key, constraints.cost_per_1000.max
        else:
            yield key, getattr(constraints, key)


def machine_price(constraints: Constraints) -> float | None:
    """Price of a second of the machine; None where there is none."""
    return constraints.cost_per_1000.machine_per_hour / 3600 if constraints.cost_per_1000 else None


@dataclass(frozen=True)
class LiveNumbers:
    """What was measured on the live model: numbers, why others are missing, and what goes with them.

    `serving_batch` is the batch size at which throughput was measured.
    """

    values: Mapping[str, Limited] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    serving_batch: int | None = None
    by_batch: tuple[BatchLatency, ...] = ()
    transport_ms: float | None = None
    others_busy: float | None = None
    load_average: float | None = None
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0

    def but(self, **changes: Any) -> LiveNumbers:
        """The same with some fields changed."""
        return replace(self, **changes)
