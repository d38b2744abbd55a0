"""Starts of a live model: how long until the first prediction, and how much memory each has used."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from specgen.checks.constraints.timing import Batches
from specgen.models.artifact import artifact_mb
from specgen.models.failure import ModelFailure
from specgen.spec.models import Model
from specgen.stats.endpoint import largest
from specgen.stats.estimate import Estimate, fixed
from specgen.stats.measured import Measured
from specgen.stats.series import series_quantile

if TYPE_CHECKING:
    from specgen.models.session import Session

OpenLive = Callable[[], "AbstractContextManager[Session]"]


class Processes:
    """Starts a live model again and again, and keeps what every start took.

    `starts_s` are seconds until the first prediction, of `batch` rows; `peaks_mb` the most memory of each
    process that was only started and asked for one call of each size in use, `long_peaks_mb` of those that
    were used for long.
    """

    def __init__(self, open_live: OpenLive, rows: Batches, batch: int) -> None:
        self.batch = batch
        self.starts_s: list[float] = []
        self.peaks_mb: list[float] = []
        self.long_peaks_mb: list[float] = []
        self.rows, self._open = rows, open_live
        self._failure: ModelFailure | None = None

    @contextmanager
    def start(self, *, kept: bool) -> Iterator[Session]:
        """A new process that has made its first prediction; its peak of memory counts where `kept`.

        A model that did not start, or failed at its first prediction, is not tried again. Raises ModelFailure.
        """
        if self._failure is not None:
            raise self._failure
        with ExitStack() as stack:
            try:
                session = stack.enter_context(self._open())
                session.predict(self.rows.batch(len(self.starts_s), self.batch), find_rows=False)
            except ModelFailure as failure:
                self._failure = failure
                raise
            self.starts_s.append(session.start_s + (session.first_predict_s or 0.0))
            yield session
            if kept:
                self.long_peaks_mb.append(session.peak_memory_mb)

    def start_briefly(self, sizes: tuple[int, ...]) -> None:
        """Start once more, make one call of each size, and end. Raises ModelFailure."""
        with self.start(kept=False) as session:
            for size in sizes:
                session.predict(self.rows.batch(len(self.starts_s), size), find_rows=False)
            self.peaks_mb.append(session.peak_memory_mb)


def starts_needed(confidence: float) -> int:
    """How many starts bound their median on both sides: 6 for 95%."""
    return math.ceil(math.log2(2 / (1 - confidence)))


def cold_start(starts_s: list[float]) -> Measured:
    """The median of independent starts, by order statistics."""
    return series_quantile(np.array(starts_s), 0.5)


def peak_memory(peaks_mb: list[float], long_peaks_mb: list[float]) -> Estimate:
    """The most that a process needs: the largest peak seen, up to what the next start may bring."""
    return largest(np.array(peaks_mb), max(long_peaks_mb, default=None))


def artifact(model: Model, folder: Path) -> Estimate | str:
    """Megabytes (2²⁰ bytes) of the model's files; why they are not known."""
    kind, value = model.origin
    unknown = kind in ("python", "http", "command") and not model.files
    if unknown or (kind not in ("python", "http", "command") and not (folder / value).exists()):
        known = {"python": "of a Python function only the code is known, not what it loads",
                 "http": "the files of a model behind an address are not here",
                 "command": "the files of a command are not known"}  # fmt: skip
        why = known.get(kind, f"there is no {value}")
        return f"{why}; name its files under files, or give artifact_mb under constraints.measured"
    return fixed(artifact_mb(model, folder))
