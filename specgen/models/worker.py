"""The process that a model runs in, started by `process.py`.

It imports as little as can be, so that a cold start is the model's own.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import sysconfig
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specgen.models import wire
from specgen.models.isolation.enter import enter

if TYPE_CHECKING:
    import pyarrow as pa

    from specgen.models.adapters.registry import Given, Loaded, Predict

LABEL = "__sg_label"
OWN = str(Path(__file__).parent)
INSTALLED = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))


def main() -> None:
    """Go into isolation, load the model that the first message names, answer until the connection closes."""
    settings = json.loads(sys.argv[1])
    connection = socket.socket(fileno=settings["connection"])
    not_isolated = enter(settings, connection, socket.socket(fileno=settings["lifeline"]))
    try:
        start, _ = wire.receive(connection)
        _serve(connection, start, not_isolated)
    except wire.ClosedError:
        # The model may have threads that would keep the process.
        os._exit(0)


def _serve(connection: socket.socket, start: dict[str, Any], not_isolated: list[str]) -> None:
    from specgen.models.adapters.registry import Given, load
    from specgen.models.normalise import normalise
    from specgen.models.outputs import Outputs, from_json

    given = Given(
        start["kind"],
        start["value"],
        start["keys"],
        from_json(start["outputs"]),
        Path(start["folder"]),
        start["trust_pickle"],
    )
    try:
        model = load(given)
    except BaseException as error:
        wire.send(connection, _failed(error, "start", given))
        return
    # What answers need is imported now, so that the first call takes no longer than others.
    normalise([0.0], Outputs("regression", ("y",)), 1)
    ready = {
        "can_fit": model.fit is not None,
        "not_isolated": not_isolated,
        "first_process": os.getppid() == 1,
    }
    wire.send(connection, {**ready, "peak_memory_mb": _peak_mb()})
    while True:
        request, files = wire.receive(connection)
        head, tables = _answered(model, given, request, [wire.mapped(file) for file in files])
        wire.send(connection, {**head, "peak_memory_mb": _peak_mb()}, tables)


def _answered(
    model: Loaded, given: Given, request: dict[str, Any], tables: list[pa.Table]
) -> tuple[dict[str, Any], list[pa.Table]]:
    from specgen.models.normalise import normalise

    rows = tables[-1]
    try:
        predict = _predictor(model, request, tables)
        began = time.perf_counter()
        answer = predict(rows)
        seconds = time.perf_counter() - began
        return {"seconds": seconds}, [normalise(answer, given.outputs, rows.num_rows)]
    except BaseException as error:
        return _failed(error, "exception", given), []


def _predictor(model: Loaded, request: dict[str, Any], tables: list[pa.Table]) -> Predict:
    if request["ask"] == "predict":
        return model.predict
    assert model.fit is not None
    return model.fit(tables[0].drop_columns([LABEL]), tables[0][LABEL].combine_chunks())


def _failed(error: BaseException, kind: str, given: Given) -> dict[str, Any]:
    from specgen.models.adapters.registry import LoadError
    from specgen.models.failure import ModelFailure
    from specgen.models.hints import hint

    if isinstance(error, ModelFailure):
        told = {"message": error.message, "rows": list(error.rows), "row_count": error.row_count}
        return {"failure": error.kind, **told}
    if isinstance(error, LoadError):
        return {"failure": "start", "message": str(error)}
    if isinstance(error, MemoryError):
        return {"failure": "memory", "message": f"it asked for more memory than there is: {_told(error)}"}
    network = given.kind == "http" or bool((given.keys.get("limits") or {}).get("network"))
    return {"failure": kind, "message": _told(error) + hint(error, network)}


def _told(error: BaseException) -> str:
    """An exception of the model: its type, message and the last line that is the model's own."""
    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith((OWN, "<frozen"))
    ]
    own = [f for f in frames if not f.filename.startswith(INSTALLED)] or frames
    if isinstance(error, SyntaxError) and error.filename:
        line = (error.text or "").strip()
        return f"{type(error).__name__}: {error.msg} ({Path(error.filename).name}:{error.lineno}: {line})"
    where = f" ({Path(own[-1].filename).name}:{own[-1].lineno}: {own[-1].line})" if own else ""
    text = " ".join(str(error).split())[:500]
    return f"{type(error).__name__}{': ' if text else ''}{text}{where}"


def _peak_mb() -> float:
    """Most memory that this process had at a time, where the system tells."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) / 1024 if found else 0.0
