"""Small servers of the Open Inference Protocol and of MLflow's scoring, for the tests of adapters."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pandas as pd

DTYPES = {"FP64": "float64", "FP32": "float32", "INT64": "int64", "BYTES": object}
# A path and the request's JSON (None for GET), to a status, JSON, and headers.
Respond = Callable[[str, Any, dict[str, str]], tuple[int, Any, dict[str, str]]]


@contextmanager
def serving(respond: Respond, port: int = 0) -> Iterator[str]:
    """The address of a server that answers by `respond`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self, body: Any) -> None:
            status, found, headers = respond(self.path, body, dict(self.headers))
            raw = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(raw)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            assert b"NaN" not in raw
            self._answer(json.loads(raw))

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def tensor(name: str, array: Any) -> dict[str, Any]:
    """An array as the Open Inference Protocol writes it."""
    kind = {"f": "FP64", "i": "INT64"}.get(array.dtype.kind, "BYTES")
    return {"name": name, "datatype": kind, "shape": list(array.shape), "data": array.ravel().tolist()}


def arrays(body: Any) -> dict[str, Any]:
    """The tensors of a request."""
    return {
        one["name"]: np.array(one["data"], dtype=DTYPES[one["datatype"]]).reshape(one["shape"])
        for one in body["inputs"]
    }


def open_inference(estimator: Any, inputs: list[dict[str, Any]] | None = None) -> Respond:
    """A server of an estimator as model `m`, which tells `inputs` where they are given."""

    def respond(path: str, body: Any, _: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        if body is None:
            found = {"name": "m", "inputs": inputs}
            return (200, found, {}) if inputs and path == "/v2/models/m" else (404, {"error": "no"}, {})
        given = arrays(body)
        rows = (
            pd.DataFrame({name: one.ravel() for name, one in given.items()})
            if len(given) > 1
            else next(iter(given.values()))
        )
        outputs = [tensor("label", estimator.predict(rows).astype(object))]
        outputs.append(tensor("probability", estimator.predict_proba(rows)))
        return 200, {"model_name": "m", "outputs": outputs}, {}

    return respond


def mlflow_scoring(predict: Callable[[pd.DataFrame], Any]) -> Respond:
    """MLflow's scoring server of a function of a frame."""

    def respond(path: str, body: Any, _: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        if path != "/invocations":
            return 200, {}, {}
        split = body["dataframe_split"]
        return 200, {"predictions": predict(pd.DataFrame(split["data"], columns=split["columns"]))}, {}

    return respond
