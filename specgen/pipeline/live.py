"""The model under review as checks may run it, where it is a live one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specgen.inputs.features import feature_columns
from specgen.inputs.live import Running, opened
from specgen.inputs.tables import Table
from specgen.models.outputs import Outputs, outputs_of
from specgen.models.session import Session
from specgen.spec.load import LoadedSpec

if TYPE_CHECKING:
    from specgen.pipeline.measured import MeasuredSpec


@dataclass(frozen=True)
class LiveCandidate:
    """The candidate: the columns that it is given, what it answers, and how to start it."""

    loaded: LoadedSpec
    tables: Mapping[str, Table]
    features: tuple[str, ...]
    outputs: Outputs
    running: Running

    def open(self) -> AbstractContextManager[Session]:
        """Start it in a new process. Raises ModelFailure."""
        name = self.loaded.spec.candidate_name
        session: AbstractContextManager[Session] = opened(
            self.loaded, name, self.outputs, self.running, self.tables
        )
        return session


def live_candidate(loaded: LoadedSpec, found: MeasuredSpec, running: Running) -> LiveCandidate | None:
    """The candidate if it is a live model, and data to ask it about were read."""
    spec = loaded.spec
    model = spec.models.get(spec.candidate_name)
    if model is None or not model.is_live or not found.tables:
        return None
    features = model.features or feature_columns(spec, next(iter(found.tables.values())))
    labels = next((rows.labels for rows in found.inputs.rows.values()), ())
    return LiveCandidate(loaded, found.tables, features, outputs_of(spec.task, labels), running)
