"""A live model in a process of its own: opened, asked, closed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specgen.models.answers import checked
from specgen.models.culprits import SEARCH_S, SEARCHED, with_rows
from specgen.models.failure import ModelFailure
from specgen.models.guarded import changed, seen
from specgen.models.limits import Limits
from specgen.models.outputs import Outputs, as_json
from specgen.models.process import ModelProcess

if TYPE_CHECKING:
    import pyarrow as pa

    from specgen.spec.models import Model

LABEL = "__sg_label"


@dataclass(frozen=True)
class Answer:
    """What a model answered: the outputs' columns that it has, one row a row sent, in order.

    `seconds` is the time of the call inside the model's process, without transport.
    """

    table: pa.Table
    seconds: float


class Session:
    """A model that is ready, and started again when it ended.

    `start_s` is from spawn to ready, `first_predict_s` the first call with transport, `peak_memory_mb` of
    all its processes together. `not_isolated` says in words what this system did not let be kept from it.
    """

    def __init__(
        self,
        start: Mapping[str, Any],
        features: tuple[str, ...],
        outputs: Outputs,
        limits: Limits,
        guarded: Sequence[Path],
    ) -> None:
        """Start it. Raises ModelFailure."""
        self.outputs, self.limits = outputs, limits
        self._start, self._wanted, self._guarded = start, features, seen(guarded)
        self._peak_mb = 0.0
        self.first_predict_s: float | None = None
        self._process = self._started()
        self.start_s = self._process.start_s
        self.can_fit = self._process.can_fit
        self.not_isolated = self._process.not_isolated

    @property
    def peak_memory_mb(self) -> float:
        """Most memory of all its processes together so far."""
        return max(self._peak_mb, self._process.peak_memory_mb)

    def predict(self, rows: pa.Table, *, seconds: float | None = None, find_rows: bool = True) -> Answer:
        """The model's answer for rows, of which it is given its features.

        `seconds` is a limit shorter than the batch's. After a failure the rows that it comes from are
        searched for, unless `find_rows` is false. Raises ModelFailure.
        """
        sent = self._features(rows)
        limit = seconds or self.limits.batch_s
        try:
            return self._asked({"ask": "predict"}, (sent,), sent, limit)
        except ModelFailure as failure:
            if not find_rows:
                raise
            found = with_rows(failure, sent.num_rows, self._probe(sent, failure, limit), SEARCH_S)
        raise found

    def fit_predict(
        self, train: pa.Table, labels: pa.Array, rows: pa.Table, *, seconds: float | None = None
    ) -> Answer:
        """Train anew on rows and labels (a list a row in a multilabel task), and predict others.

        Raises ModelFailure; ValueError when the model cannot be trained (`can_fit`).
        """
        if not self.can_fit:
            raise ValueError("this model cannot be trained anew")
        sent = self._features(rows)
        tables = (self._features(train).append_column(LABEL, labels), sent)
        return self._asked({"ask": "fit_predict"}, tables, sent, seconds or self.limits.batch_s)

    def close(self) -> None:
        """End the model's process and all that it started. Raises ModelFailure if it changed a guarded file."""
        self._process.end()
        self._look_at_guarded()

    def _started(self) -> ModelProcess:
        process = ModelProcess(self._start, self.limits)
        try:
            self._look_at_guarded()
        except ModelFailure:
            process.end()
            raise
        return process

    def _features(self, rows: pa.Table) -> pa.Table:
        names = self._wanted or tuple(rows.column_names)
        missing = [name for name in names if name not in rows.column_names]
        if missing:
            listed = ", ".join(f"'{name}'" for name in missing)
            raise ModelFailure(
                "input", f"the rows have no column {listed}, which is among the model's features"
            )
        return rows.select(list(names))

    def _asked(
        self, request: Mapping[str, Any], tables: Sequence[pa.Table], sent: pa.Table, seconds: float
    ) -> Answer:
        if not self._process.alive:
            self._peak_mb = self.peak_memory_mb
            self._process = self._started()
        began = time.perf_counter()
        try:
            head, table = self._process.ask(request, tables, seconds)
        finally:
            self._look_at_guarded()
        if self.first_predict_s is None:
            self.first_predict_s = time.perf_counter() - began
        return Answer(checked(table, self.outputs, sent), float(head["seconds"]))

    def _probe(
        self, sent: pa.Table, failure: ModelFailure, seconds: float
    ) -> Callable[[int, int], ModelFailure | None]:
        """Whether rows from one position to another fail too; a hang is waited for by their share of the rows."""

        def probe(low: int, high: int) -> ModelFailure | None:
            share = (high - low) / sent.num_rows if failure.kind == "timeout" else 1.0
            part = sent.slice(low, high - low)
            try:
                self._asked({"ask": "predict"}, (part,), part, max(min(1.0, seconds), seconds * share))
            except ModelFailure as again:
                if again.kind in SEARCHED:
                    return again
                if again.kind != "output":
                    raise
            return None

        return probe

    def _look_at_guarded(self) -> None:
        found = changed(self._guarded)
        if found:
            self._guarded = seen(self._guarded)
            raise ModelFailure("input_changed", f"it changed or removed {', '.join(p.name for p in found)}")


@contextmanager
def open_session(
    model: Model,
    outputs: Outputs,
    folder: Path,
    limits: Limits,
    *,
    trust_pickle: bool = False,
    guarded: Sequence[Path] = (),
) -> Iterator[Session]:
    """A live model, started in a process of its own; its paths start at `folder`. Raises ModelFailure.

    `guarded` are files that the model must not change: when it did, the call raises.
    """
    kind, value = model.origin
    start = {
        "kind": kind,
        "value": value,
        "keys": model.model_dump(mode="json", exclude_none=True),
        "variables": model.variables,
        "outputs": as_json(outputs),
        "folder": str(folder.resolve()),
        "trust_pickle": trust_pickle,
    }
    session = Session(start, model.features or (), outputs, limits, guarded)
    try:
        yield session
    except BaseException:
        session._process.end()
        raise
    session.close()
