"""The process that a model runs in: `python -m specgen.models.worker DESCRIPTOR`.

It imports as little as can be, so that a cold start is the model's own.
"""

from __future__ import annotations

import os
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from specgen.models import wire
from specgen.models.failure import ModelFailure
from specgen.models.outputs import from_json


def main() -> None:
    """Load the model that the first message names, then answer until the connection closes."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    try:
        start, _ = wire.receive(connection)
        _serve(connection, start)
    except wire.ClosedError:
        os._exit(0)


def _serve(connection: socket.socket, start: dict[str, Any]) -> None:
    from specgen.models.adapters.registry import LoadError, Given, load

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
    except LoadError as error:
        wire.send(connection, {"failure": "start", "message": str(error)})
        return
    except BaseException as error:
        wire.send(connection, {"failure": "start", "message": told(error)})
        return
    wire.send(connection, {"ready": True, "can_fit": model.fit is not None})
    while True:
        head, files = wire.receive(connection)
        tables = [wire.mapped(file) for file in files]
        head, answer = _answer(model, given, head, tables)
        wire.send(connection, head, answer)


def _answer(
    model: Any, given: Any, head: dict[str, Any], tables: list[Any]
) -> tuple[dict[str, Any], list[Any]]:
    from specgen.models.normalise import normalise

    try:
        predict, rows = model.predict, tables[-1]
        if head["ask"] == "fit_predict":
            train = tables[0]
            predict = model.fit(train.drop_columns([LABEL]), train[LABEL].combine_chunks())
        began = time.perf_counter()
        answer = predict(rows)
        seconds = time.perf_counter() - began
        return {"seconds": seconds}, [normalise(answer, given.outputs, rows.num_rows)]
    except ModelFailure as failure:
        return {"failure": failure.kind, "message": failure.message, "rows": list(failure.rows)}, []
    except BaseException as error:
        return {"failure": "exception", "message": told(error)}, []


LABEL = "__sg_label"


def told(error: BaseException) -> str:
    """An exception of the model: type, message and the last line of it that is not specgen's."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "specgen/models/" not in frame.filename]
    where = f" ({Path(own[-1].filename).name}:{own[-1].lineno}: {own[-1].line})" if own else ""
    return f"{type(error).__name__}: {error}{where}"


if __name__ == "__main__":
    main()
