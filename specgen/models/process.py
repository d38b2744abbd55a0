"""One life of a model's process: started, asked, watched, ended."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from specgen.models import wire
from specgen.models.failure import ModelFailure
from specgen.models.limits import Limits
from specgen.models.watch import Watch

if TYPE_CHECKING:
    import pyarrow as pa

KEPT_VARIABLES = (
    "PATH", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX",
    "PYTHONPATH", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "OMP_WAIT_POLICY", "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS", "SYSTEMROOT", "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip
# OpenMP's threads wait by spinning: where another program wants the processors too, training scikit-learn's
# boosted trees on 1,000 rows took 43 s instead of 0.4 s. Who wants it so sets OMP_WAIT_POLICY=active.
DEFAULTS = {"OMP_WAIT_POLICY": "passive"}
# Modules are found as they are here: a model's home, where some are installed, is another.
WORKER = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1])['path'];"
    " from specgen.models.worker import main; main()"
)
LARGEST_ANSWER = 4 << 30
KEPT_OUTPUT = 4096
END_S, DRAIN_S = 2.0, 0.5


class ModelProcess:
    """A process that holds a model. `start_s` is from spawn to ready; `not_isolated` what is not kept from it."""

    def __init__(self, start: Mapping[str, Any], limits: Limits) -> None:
        """Spawn it and wait until the model is loaded. Raises ModelFailure."""
        self._ended = False
        self.limits = limits
        self.folder = Path(tempfile.mkdtemp(prefix="specgen-model-"))
        began = time.perf_counter()
        self._spawn(start.get("variables", ()))
        try:
            head, _ = self._exchange(start, (), limits.start_s, "start")
        except ModelFailure as failure:
            self.end()
            while_loaded = "" if failure.kind == "start" else ", while it was loaded"
            raise ModelFailure("start", f"{failure.message}{while_loaded}") from None
        except BaseException:
            self.end()
            raise
        self.start_s = time.perf_counter() - began
        self._watch.nested = head["first_process"]
        self.can_fit: bool = head["can_fit"]
        self.not_isolated: tuple[str, ...] = tuple(head["not_isolated"])

    @property
    def peak_memory_mb(self) -> float:
        """Most memory of all its processes together so far."""
        return self._watch.peak_mb

    def ask(
        self, request: Mapping[str, Any], tables: Sequence[pa.Table], seconds: float
    ) -> tuple[dict[str, Any], pa.Table]:
        """The answer to a request: its head and its table. Raises ModelFailure; `alive` tells what is left."""
        head, files = self._exchange(request, tables, seconds, "timeout")
        for file in files[1:]:
            os.close(file)
        try:
            return head, wire.copied(files[0], LARGEST_ANSWER)
        except (ValueError, IndexError) as error:
            self.end()
            raise self._garbled(error) from None

    @property
    def alive(self) -> bool:
        """Whether it can be asked again."""
        return not self._ended

    def end(self) -> None:
        """End it, all that it started, and its folder."""
        if self._ended:
            return
        self._ended = True
        self._watch.stop()
        self._connection.close()
        self._lifeline.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._drain.join(DRAIN_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _spawn(self, variables: Sequence[str]) -> None:
        self._connection, theirs = socket.socketpair()
        self._lifeline, watched = socket.socketpair()
        settings = {
            "connection": theirs.fileno(),
            "lifeline": watched.fileno(),
            "network": self.limits.network,
            "memory_mb": self.limits.memory_mb,
            "temporary": str(self.folder),
            "path": [str(Path(place).absolute()) for place in sys.path if place],
        }
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", WORKER, json.dumps(settings)],
            pass_fds=[theirs.fileno(), watched.fileno()], cwd=self.folder, env=_environment(self.folder, variables),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        theirs.close()
        watched.close()
        self._output: deque[bytes] = deque(maxlen=2)
        assert self._process.stdout is not None
        drain = threading.Thread(target=_drain, args=(self._process.stdout, self._output), daemon=True)
        drain.start()
        self._drain = drain
        self._watch = Watch(self._process.pid, self.limits)

    def _exchange(
        self, head: Mapping[str, Any], tables: Sequence[pa.Table], seconds: float, late: str
    ) -> tuple[dict[str, Any], list[int]]:
        try:
            self._connection.settimeout(seconds)
            wire.send(self._connection, head, tables)
            answer, files = wire.receive(self._connection, seconds)
        except wire.ClosedError:
            raise self._crashed() from None
        except TimeoutError:
            self.end()
            if late == "start":
                raise ModelFailure("start", f"it was not loaded within {seconds:g} s{self.printed}") from None
            raise ModelFailure("timeout", f"no answer within {seconds:g} s{self.printed}") from None
        except ValueError as error:
            self.end()
            raise self._garbled(error) from None
        self._watch.saw(answer.get("peak_memory_mb", 0.0))
        if "failure" in answer:
            raise ModelFailure(
                answer["failure"], answer["message"], answer.get("rows", ()), answer.get("row_count")
            )
        return answer, files

    def _crashed(self) -> ModelFailure:
        """Why there is no process any more: it used too much, or how it ended."""
        self._lifeline.settimeout(END_S)
        try:
            told = self._lifeline.recv(4)
        except OSError:
            told = b""
        over = self._watch.over
        self.end()
        if over is not None:
            return ModelFailure(over.kind, over.message)
        return ModelFailure("crash", f"{_ending(told)}{self.printed}")

    def _garbled(self, error: Exception) -> ModelFailure:
        return ModelFailure(
            "output", f"what came back is no answer ({error}); the model wrote to descriptors not its own"
        )

    @property
    def printed(self) -> str:
        """The last line that the model printed, as part of a message."""
        lines = b"".join(self._output).decode(errors="replace").strip().splitlines()
        last = "".join(c if c.isprintable() else "�" for c in lines[-1])[:200] if lines else ""
        return f"; the last line that it printed: {last}" if last else ""


def _ending(told: bytes) -> str:
    if len(told) < 4:
        return "the model's process closed its connection"
    code = int.from_bytes(told, "big", signed=True)
    if code >= 0:
        return f"the model's process ended by itself, with exit code {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    hint = ", as the system does when memory runs out" if -code == signal.SIGKILL else ""
    return f"the model's process crashed ({name}{hint})"


def _drain(pipe: IO[bytes], kept: deque[bytes]) -> None:
    """Read what a model prints so that it never waits, and keep the end of it."""
    with pipe:
        while part := os.read(pipe.fileno(), KEPT_OUTPUT):
            kept.append(part)


def _environment(folder: Path, variables: Sequence[str]) -> dict[str, str]:
    """Variables that a model is given: what programs need to run and what its headers name, nothing else."""
    kept = {name: os.environ[name] for name in (*KEPT_VARIABLES, *variables) if name in os.environ}
    kept |= {name: value for name, value in os.environ.items() if name.startswith("LC_")}
    own = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME"), str(folder))
    return DEFAULTS | kept | own | {"PYTHONDONTWRITEBYTECODE": "1"}
