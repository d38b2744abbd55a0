"""A live model in a process of its own: opened, asked, closed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specgen.models import wire
from specgen.models.failure import ModelFailure
from specgen.models.limits import Limits
from specgen.models.outputs import Outputs, as_json

if TYPE_CHECKING:
    import pyarrow as pa

    from specgen.spec.models import Model

LABEL = "__sg_label"
LARGEST_ANSWER = 4 << 30


@dataclass(frozen=True)
class Answer:
    """What a model answered: the outputs' columns that it has, one row a row sent, in order.

    `seconds` is the time of the call inside the model's process, without transport.
    """

    table: pa.Table
    seconds: float


@dataclass
class Session:
    """A model that is ready. `start_s` is from spawn to ready, `peak_memory_mb` of all its processes.

    `not_isolated` says in words what this system did not let be kept from the model.
    """

    model: Model
    outputs: Outputs
    process: subprocess.Popen[bytes]
    connection: socket.socket
    limits: Limits
    start_s: float
    can_fit: bool = False
    first_predict_s: float | None = None
    peak_memory_mb: float = 0.0
    not_isolated: list[str] = field(default_factory=list)

    def predict(self, rows: pa.Table) -> Answer:
        """The model's answer for rows, of which it is given its features. Raises ModelFailure."""
        return self._ask("predict", [self._features(rows)])

    def fit_predict(self, train: pa.Table, labels: pa.Array, rows: pa.Table) -> Answer:
        """Train anew on rows and labels, and predict others. Raises ModelFailure."""
        features = self._features(train).append_column(LABEL, labels)
        return self._ask("fit_predict", [features, self._features(rows)])

    def close(self) -> None:
        """End the model's process and all that it started."""
        self.connection.close()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _features(self, rows: pa.Table) -> pa.Table:
        names = self.model.features or tuple(rows.column_names)
        missing = [name for name in names if name not in rows.column_names]
        if missing:
            raise ModelFailure("input", f"no column '{missing[0]}' in the rows for the model's features")
        return rows.select(list(names))

    def _ask(self, ask: str, tables: Sequence[pa.Table]) -> Answer:
        began = time.perf_counter()
        try:
            wire.send(self.connection, {"ask": ask}, tables)
            head, files = wire.receive(self.connection, self.limits.batch_s)
        except wire.ClosedError:
            raise ModelFailure("crash", "the model's process ended") from None
        except TimeoutError:
            raise ModelFailure("timeout", f"no answer within {self.limits.batch_s:g} s") from None
        if self.first_predict_s is None:
            self.first_predict_s = time.perf_counter() - began
        if "failure" in head:
            raise ModelFailure(head["failure"], head["message"], head.get("rows", ()))
        return Answer(wire.copied(files[0], LARGEST_ANSWER), head["seconds"])


@contextmanager
def open_session(
    model: Model,
    outputs: Outputs,
    folder: Path,
    limits: Limits,
    *,
    trust_pickle: bool = False,
    guarded: Sequence[Path] = (),  # noqa: ARG001
) -> Iterator[Session]:
    """Start a model in a process of its own; its paths start at `folder`. Raises ModelFailure.

    `guarded` are files that the model must not change: when it did, the next call raises.
    """
    kind, value = model.origin
    own = tempfile.mkdtemp(prefix="specgen-")
    ours, theirs = socket.socketpair()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "specgen.models.worker", str(theirs.fileno())],
        pass_fds=[theirs.fileno()], cwd=own, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])},
    )  # fmt: skip
    theirs.close()
    session = Session(model, outputs, process, ours, limits, 0.0)
    try:
        head = _started(session, {"kind": kind, "value": value, "outputs": as_json(outputs),
                                  "keys": model.model_dump(mode="json", exclude_none=True),
                                  "folder": str(folder.resolve()), "trust_pickle": trust_pickle})  # fmt: skip
        session.start_s, session.can_fit = time.perf_counter() - began, head["can_fit"]
        yield session
    finally:
        session.close()
        shutil.rmtree(own, ignore_errors=True)


def _started(session: Session, start: dict[str, Any]) -> dict[str, Any]:
    try:
        wire.send(session.connection, start)
        head, _ = wire.receive(session.connection, session.limits.start_s)
    except wire.ClosedError:
        raise ModelFailure("start", "the model's process ended while it was loaded") from None
    except TimeoutError:
        raise ModelFailure("start", f"not loaded within {session.limits.start_s:g} s") from None
    if "failure" in head:
        raise ModelFailure(head["failure"], head["message"])
    return head
