"""Models behind an address: both protocols, batches, and every refusal in words with what the server said."""

import socket
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from specgen.models.adapters.registry import LoadError
from specgen.models.failure import ModelFailure
from specgen.models.limits import limits_of
from specgen.models.outputs import Outputs
from specgen.models.session import open_session
from specgen.spec.models import Model
from tests.models.estimators import loaded, people, pipeline
from tests.models.servers import Respond, mlflow_scoring, open_inference, serving, tensor

HERE = Path()
SORTED = Outputs("binary", ("prediction",), ("score",), ("<=50K", ">50K"), ">50K")  # as the server's columns
NUMBER = Outputs("regression", ("y",))
DECLARED = [
    {"name": "age", "datatype": "FP32", "shape": [-1, 1]},
    {"name": "hours", "datatype": "INT64", "shape": [-1, 1]},
    {"name": "region", "datatype": "BYTES", "shape": [-1, 1]},
]


@pytest.mark.parametrize("inputs", [None, DECLARED])
def test_open_inference_with_and_without_metadata(inputs: Any) -> None:
    rows = people(500, seed=2)
    with serving(open_inference(pipeline(), inputs)) as url:
        found = loaded("http", f"{url}/v2/models/m/infer", HERE, SORTED, batch_rows=60).predict(rows)
    frame = rows.to_pandas()
    assert found["prediction"].tolist() == pipeline().predict(frame).tolist()
    np.testing.assert_allclose(found["score"], pipeline().predict_proba(frame)[:, 1], atol=1e-12)


def test_open_inference_of_one_tensor() -> None:
    iris = load_iris()
    estimator = LogisticRegression(max_iter=1000).fit(iris.data, iris.target)
    rows = pa.table({f"f{j}": iris.data[:, j] for j in range(4)})
    outputs = Outputs("multiclass", (), ("s0", "s1", "s2"), ("0", "1", "2"))
    inputs = [{"name": "X", "datatype": "FP64", "shape": [-1, 4]}]
    with serving(open_inference(estimator, inputs)) as url:
        model = loaded("http", f"{url}/v2/models/m/infer", HERE, outputs)
        found = model.predict(rows)
        with pytest.raises(ModelFailure, match="input 'X' takes 4 columns; the model is given 3: f0, f1, f2"):
            model.predict(rows.drop_columns(["f3"]))
    np.testing.assert_allclose(
        np.column_stack([found[name] for name in outputs.scores]), estimator.predict_proba(iris.data)
    )


@pytest.mark.parametrize("form", ["labels", "probabilities", "records"])
def test_mlflow_scoring(form: str) -> None:
    rows = people(50, seed=3)
    made = {
        "labels": lambda frame: pipeline().predict(frame).tolist(),
        "probabilities": lambda frame: pipeline().predict_proba(frame).tolist(),
        "records": lambda frame: [{"score": one[1]} for one in pipeline().predict_proba(frame).tolist()],
    }[form]
    with serving(mlflow_scoring(made)) as url:
        found = loaded("http", f"{url}/invocations", HERE, SORTED, batch_rows=20).predict(rows)
    frame = rows.to_pandas()
    if form == "labels":
        assert found["prediction"].tolist() == pipeline().predict(frame).tolist()
    else:
        np.testing.assert_allclose(found["score"], pipeline().predict_proba(frame)[:, 1], atol=1e-12)


def test_missing_numbers_go_as_null() -> None:
    def respond(path: str, body: Any, _: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        if body is None:
            return 404, {}, {}
        data = (
            body["inputs"][0]["data"]
            if "inputs" in body
            else [row[0] for row in body["dataframe_split"]["data"]]
        )
        counted = [0.0 if value is None else 1.0 for value in data]
        if path == "/invocations":
            return 200, {"predictions": counted}, {}
        return 200, {"outputs": [tensor("y", np.array(counted))]}, {}

    rows = pa.table({"a": [1.5, None, float("nan")]})
    with serving(respond) as url:
        for path in ("/v2/models/m/infer", "/invocations"):
            assert loaded("http", url + path, HERE, NUMBER).predict(rows)["y"].tolist() == [1.0, 0.0, 0.0]


def answering(status: int, found: Any, headers: dict[str, str] | None = None) -> Respond:
    """Every POST is answered so."""
    return lambda _, body, __: (404, {}, {}) if body is None else (status, found, headers or {})


@pytest.mark.parametrize(
    ("respond", "kind", "message"),
    [
        (answering(500, {"error": "bad  column"}), "exception", r'answered HTTP 500 Internal Server Error: \{"error": "bad column"\}'),
        (answering(302, b"", {"Location": "http://other/"}), "exception", "HTTP 302 Found to http://other/ .redirects are not followed"),
        (answering(200, b"<html>"), "output", "no JSON mapping: HTTP 200 OK: <html>"),
        (answering(200, {"predictions": [1]}), "output", "an answer without a list 'outputs'"),
        (answering(200, {"outputs": [{"name": "y", "datatype": "FP64", "shape": [9], "data": [1, 2]}]}), "output", "no tensor of the Open Inference"),
        (answering(200, {"outputs": [tensor("y", np.array([1.0]))]}), "output", "output 'y' has 1 for 3 rows sent"),
    ],
)  # fmt: skip
def test_wrong_answers_are_quoted(respond: Respond, kind: str, message: str) -> None:
    with serving(respond) as url:
        model = loaded("http", f"{url}/v2/models/m/infer", HERE, NUMBER)
        with pytest.raises(ModelFailure, match=message) as failure:
            model.predict(pa.table({"a": [1.0, 2.0, 3.0]}))
    assert failure.value.kind == kind


def test_headers_come_from_the_environment_and_no_message_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECGEN_TOKEN", "s3cret")
    keys = {"headers": {"Authorization": "Bearer $SPECGEN_TOKEN"}}
    with serving(lambda _, body, headers: (404, {}, {}) if body is None else (403, headers, {})) as url:
        model = loaded("http", f"{url}/v2/models/m/infer", HERE, NUMBER, **keys)
        with pytest.raises(ModelFailure, match=r"HTTP 403 Forbidden.*Bearer \$SPECGEN_TOKEN") as failure:
            model.predict(pa.table({"a": [1.0]}))
        assert "s3cret" not in str(failure.value)
        assert "s3cret" not in repr(model)
        monkeypatch.delenv("SPECGEN_TOKEN")
        with pytest.raises(LoadError, match=r"headers\.Authorization: no environment variable SPECGEN_TOKEN"):
            loaded("http", f"{url}/v2/models/m/infer", HERE, NUMBER, **keys)


def free_port() -> int:
    """A port that nobody listens to."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_server_that_starts_late_is_waited_for() -> None:
    port = free_port()
    model = Model.model_validate({"http": f"http://127.0.0.1:{port}/invocations", "features": ["a"]})
    done = threading.Event()

    def late() -> None:
        time.sleep(1.0)
        with serving(mlflow_scoring(lambda frame: frame["a"].tolist()), port):
            done.wait(60)

    thread = threading.Thread(target=late)
    thread.start()
    try:
        with open_session(model, NUMBER, HERE, limits_of(model)) as session:
            assert session.predict(pa.table({"a": [1.0, 2.0]})).table["y"].to_pylist() == [1.0, 2.0]
    finally:
        done.set()
        thread.join()


def test_a_server_that_is_not_there_is_told() -> None:
    url = f"http://127.0.0.1:{free_port()}/invocations"
    with pytest.raises(LoadError, match=r"/invocations refused connections for 0\.24 s"):
        loaded("http", url, HERE, NUMBER, limits={"start_s": 0.3})
    with pytest.raises(LoadError, match="cannot be reached"):
        loaded("http", "http://nobody.invalid/invocations", HERE, NUMBER, limits={"start_s": 0.3})


def test_a_server_that_hangs_or_goes_away_is_told() -> None:
    hang = threading.Event()

    def respond(_: str, body: Any, __: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        if body is not None:
            hang.wait(10)
        return 404, {}, {}

    rows = pa.table({"a": [1.0]})
    with serving(respond) as url:
        model = loaded("http", f"{url}/v2/models/m/infer", HERE, NUMBER, limits={"batch_s": 0.3})
        with pytest.raises(ModelFailure, match=r"no answer from .* within 0\.24 s") as failure:
            model.predict(rows)
        hang.set()
    assert failure.value.kind == "timeout"
    with pytest.raises(ModelFailure, match=r"the connection to .* broke") as failure:
        model.predict(rows)
    assert failure.value.kind == "crash"


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again() -> None:
    found: list[int] = []

    def respond(_: str, body: Any, __: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        found.append(1)
        return (404, {}, {}) if body is None else (200, {"predictions": [1.0]}, {"Connection": "close"})

    with serving(respond) as url:
        model = loaded("http", f"{url}/invocations", HERE, NUMBER)
        for _ in range(3):
            assert model.predict(pa.table({"a": [1.0]}))["y"].tolist() == [1.0]
            time.sleep(0.05)


def test_an_unknown_certificate_is_refused(tmp_path: Path) -> None:
    import ssl
    import subprocess

    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        raw, _ = listener.accept()
        with pytest.raises(ssl.SSLError), context.wrap_socket(raw, server_side=True) as one:
            one.recv(1)
        raw.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        url = f"https://localhost:{listener.getsockname()[1]}/invocations"
        with pytest.raises(LoadError, match=r"cannot be reached: .*certificate verify failed"):
            loaded("http", url, HERE, NUMBER)
    finally:
        thread.join()
        listener.close()
