"""What a live model may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specgen.spec.models import Model

START_S = 60.0
BATCH_S = 300.0
MEMORY_MB = 8192.0
PROCESSES = 256


@dataclass(frozen=True)
class Limits:
    """Seconds until the model is ready and for one call, memory of all its processes, network or none."""

    start_s: float = START_S
    batch_s: float = BATCH_S
    memory_mb: float = MEMORY_MB
    network: bool = False
    processes: int = PROCESSES


def limits_of(model: Model) -> Limits:
    """The limits that a model's keys set; a model behind an address has the network."""
    given = model.limits
    network = model.http is not None
    if given is None:
        return Limits(network=network)
    return Limits(
        given.start_s or START_S,
        given.batch_s or BATCH_S,
        given.memory_mb or MEMORY_MB,
        given.network or network,
    )
