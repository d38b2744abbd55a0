"""Adapters answer what the model itself answers, or say what is missing."""

from __future__ import annotations

import pickle
import stat
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import skops.io
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

from specgen.models.failure import ModelFailure
from specgen.models.limits import Limits
from specgen.models.outputs import Outputs
from specgen.models.session import Answer, open_session
from specgen.spec.models import Model

RANDOM = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "age": RANDOM.normal(40, 10, 400),
        "hours": RANDOM.integers(1, 60, 400),
        "city": RANDOM.choice(["Rome", "Oslo", "Lima"], 400),
    }
)
LABEL = np.where(FRAME.age + FRAME.hours + 20 * (FRAME.city == "Oslo") > 75, "high", "low")
ROWS = pa.Table.from_pandas(FRAME.assign(id=np.arange(400)), preserve_index=False)
BINARY = Outputs("binary", ("p",), ("s",), ("high", "low"), "high")
FEATURES = ("city", "age", "hours")


def pipeline() -> object:
    columns = make_column_transformer((OneHotEncoder(), ["city"]), (StandardScaler(), ["age", "hours"]))
    return make_pipeline(columns, LogisticRegression()).fit(FRAME, LABEL)


def answer(
    model: Model, folder: Path, outputs: Outputs = BINARY, rows: pa.Table = ROWS, **options: bool
) -> Answer:
    with open_session(model, outputs, folder, Limits(start_s=60, batch_s=60), **options) as session:
        return session.predict(rows)


def refusal(model: Model, folder: Path, outputs: Outputs = BINARY, **options: bool) -> str:
    with pytest.raises(ModelFailure) as caught:
        answer(model, folder, outputs, **options)
    assert caught.value.kind == "start"
    return caught.value.message


def saved(estimator: object, folder: Path) -> str:
    skops.io.dump(estimator, folder / "m.skops")
    return "m.skops"


def test_a_pipeline_of_skops_answers_as_in_process(tmp_path: Path) -> None:
    estimator = pipeline()
    found = answer(Model(skops=saved(estimator, tmp_path), features=FEATURES), tmp_path)
    assert found.table["p"].to_pylist() == list(estimator.predict(FRAME))
    assert found.table["s"].to_pylist() == list(estimator.predict_proba(FRAME)[:, 0])
    assert 0 < found.seconds < 10


@pytest.mark.parametrize(("kind", "dump"), [("pickle", pickle.dump), ("joblib", joblib.dump)])
def test_pickles_are_read_where_they_are_trusted(tmp_path: Path, kind: str, dump: object) -> None:
    estimator = pipeline()
    with (tmp_path / "m").open("wb") as file:
        dump(estimator, file)
    model = Model(**{kind: "m"}, features=FEATURES)
    assert refusal(model, tmp_path) == (
        f"a {kind} file can run any code when it is read; save the model with skops or as ONNX, or run with"
        " --trust-pickle if you trust it"
    )
    found = answer(model, tmp_path, trust_pickle=True)
    assert found.table["p"].to_pylist() == list(estimator.predict(FRAME))


def test_a_pickle_that_is_not_trusted_is_not_opened(tmp_path: Path) -> None:
    refused = refusal(Model(pickle="none.pkl", features=FEATURES), tmp_path)
    assert "--trust-pickle" in refused


class Own(ClassifierMixin, BaseEstimator):
    """A type that skops does not know."""

    def fit(self, rows: object, labels: object) -> Own:  # noqa: ARG002
        self.classes_ = np.unique(labels)
        return self

    def predict(self, rows: object) -> np.ndarray:
        return np.full(len(rows), self.classes_[0])


def test_types_that_skops_does_not_know_are_listed(tmp_path: Path) -> None:
    name = saved(Own().fit(FRAME, LABEL), tmp_path)
    kind = f"{Own.__module__}.Own"
    assert refusal(Model(skops=name), tmp_path) == (
        f"'m.skops' holds what skops does not know to be safe: {kind}; if you trust it, write trusted: [{kind}]"
    )


def test_features_are_those_of_the_training(tmp_path: Path) -> None:
    name = saved(pipeline(), tmp_path)
    written = "write features: [age, hours, city]"
    assert refusal(Model(skops=name, features=("age", "hour", "city")), tmp_path) == (
        f"it was trained on 'hours', which is not among its features; did you mean 'hour'?; {written}"
    )
    assert refusal(Model(skops=name, features=("age", "hours", "city", "id")), tmp_path) == (
        f"it was not trained on 'id'; {written}"
    )


def test_a_missing_file_and_one_that_is_no_skops(tmp_path: Path) -> None:
    assert refusal(Model(skops="none.skops"), tmp_path) == "no file 'none.skops'"
    (tmp_path / "text.skops").write_text("hello")
    assert refusal(Model(skops="text.skops"), tmp_path).startswith("'text.skops' is no skops file")


def test_labels_that_the_model_does_not_know(tmp_path: Path) -> None:
    outputs = Outputs("binary", ("p",), ("s",), ("High", "low"), "High")
    assert refusal(Model(skops=saved(pipeline(), tmp_path)), tmp_path, outputs) == (
        "it knows no label 'High', only high, low; did you mean 'high'?"
    )


def test_a_model_without_probabilities_where_the_task_has_scores_alone(tmp_path: Path) -> None:
    name = saved(LinearSVC().fit(FRAME[["age"]], LABEL), tmp_path)
    outputs = Outputs("binary", (), ("s",), ("high", "low"), "high")
    assert refusal(Model(skops=name, features=("age",)), tmp_path, outputs) == (
        "the task has scores, and LinearSVC gives none (it has no 'predict_proba'); name task.prediction too"
    )
    assert answer(Model(skops=name, features=("age",)), tmp_path).table.column_names == ["p"]


def test_classes_are_put_in_the_order_of_the_labels(tmp_path: Path) -> None:
    digits = np.arange(400) % 3
    estimator = LogisticRegression().fit(FRAME[["age", "hours"]], digits)
    outputs = Outputs("multiclass", ("p",), ("s2", "s0", "s1"), ("2", "0", "1"))
    found = answer(Model(skops=saved(estimator, tmp_path), features=("age", "hours")), tmp_path, outputs)
    proba = estimator.predict_proba(FRAME[["age", "hours"]])
    for name, place in {"s2": 2, "s0": 0, "s1": 1}.items():
        assert found.table[name].to_pylist() == list(proba[:, place])


def test_labels_of_several_kinds(tmp_path: Path) -> None:
    both = np.column_stack([LABEL == "high", FRAME.hours > 30]).astype(int)
    estimator = RandomForestClassifier(10, random_state=0).fit(FRAME[["age", "hours"]], both)
    outputs = Outputs("multilabel", ("p1", "p2"), ("s1", "s2"))
    trusted = ("sklearn.tree._tree.Tree",)
    model = Model(skops=saved(estimator, tmp_path), features=("age", "hours"), trusted=trusted)
    found = answer(model, tmp_path, outputs)
    assert np.array_equal(
        np.column_stack([found.table["p1"], found.table["p2"]]), estimator.predict(FRAME[["age", "hours"]])
    )
    assert found.table["s2"].to_pylist() == list(estimator.predict_proba(FRAME[["age", "hours"]])[1][:, 1])


def test_a_regression_trained_on_an_array(tmp_path: Path) -> None:
    estimator = LinearRegression().fit(FRAME[["age", "hours"]].to_numpy(), FRAME.age)
    model = Model(skops=saved(estimator, tmp_path), features=("age", "hours"))
    found = answer(model, tmp_path, Outputs("regression", ("y",)))
    assert np.allclose(found.table["y"], FRAME.age)


def test_an_estimator_is_trained_anew_as_a_clone(tmp_path: Path) -> None:
    estimator = HistGradientBoostingClassifier(max_iter=3, random_state=0).fit(FRAME[["age", "hours"]], LABEL)
    trusted = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)
    model = Model(skops=saved(estimator, tmp_path), features=("age", "hours"), trusted=trusted)
    shuffled = np.random.default_rng(1).permutation(LABEL)
    again = HistGradientBoostingClassifier(max_iter=3, random_state=0).fit(FRAME[["age", "hours"]], shuffled)
    with open_session(model, BINARY, tmp_path, Limits()) as session:
        assert session.can_fit
        before = session.predict(ROWS).table
        found = session.fit_predict(ROWS, pa.array(shuffled), ROWS).table
        assert session.predict(ROWS).table == before
    assert np.allclose(found["s"], again.predict_proba(FRAME[["age", "hours"]])[:, 0])


def test_a_train_function_trains_anew(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "def predict(rows):\n    return ['low'] * len(rows)\n\n"
        "def train(rows, labels):\n    most = max(set(labels), key=list(labels).count)\n"
        "    return lambda rows: [most] * len(rows)\n"
    )
    with open_session(
        Model(python="mine:predict", train="mine:train"), BINARY, tmp_path, Limits()
    ) as session:
        found = session.fit_predict(ROWS, pa.array(["high"] * 400), ROWS)
    assert set(found.table["p"].to_pylist()) == {"high"}


def test_a_python_class_is_made_once_and_may_ask_for_arrow(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "class Mine:\n    arrow = True\n\n    def __init__(self):\n        self.calls = 0\n\n"
        "    def predict(self, rows):\n        self.calls += 1\n        return {'s': [self.calls / 10] * rows.num_rows}\n"
    )
    with open_session(Model(python="mine:Mine"), BINARY, tmp_path, Limits()) as session:
        assert [session.predict(ROWS).table["s"][0].as_py() for _ in range(3)] == [0.1, 0.2, 0.3]


def test_a_misspelt_function_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def predict(rows): ...\nNUMBER = 3\n")
    assert (
        refusal(Model(python="mine:predikt"), tmp_path) == "'mine' has no 'predikt'; did you mean 'predict'?"
    )
    assert refusal(Model(python="mine:NUMBER"), tmp_path) == (
        "'mine:NUMBER' is neither a function nor a class or object with 'predict'"
    )
    assert refusal(Model(python="nine:predict"), tmp_path) == (
        "no module 'nine' in the spec's folder or among the installed packages"
    )


def executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IEXEC)


JSON_LINES = """#!/usr/bin/env python3
import json, sys
for line in sys.stdin:
    row = json.loads(line)
    print(json.dumps({"s": min(1.0, row["hours"] / 60), "p": "high" if row["hours"] > 30 else "low"}))
"""


def test_a_command_reads_and_writes_json_lines(tmp_path: Path) -> None:
    executable(tmp_path / "predict.py", JSON_LINES)
    found = answer(Model(command="./predict.py --fast", features=("hours",)), tmp_path)
    assert found.table["s"].to_pylist() == [h / 60 for h in FRAME.hours]


def test_a_command_reads_and_writes_arrow(tmp_path: Path) -> None:
    code = (
        "import sys, pyarrow as pa\n"
        "rows = pa.ipc.open_stream(sys.stdin.buffer).read_all()\n"
        "out = pa.table({'s': [h / 60 for h in rows['hours'].to_pylist()]})\n"
        "with pa.ipc.new_stream(sys.stdout.buffer, out.schema) as w:\n    w.write_table(out)\n"
    )
    (tmp_path / "predict.py").write_text(code)
    import sys

    model = Model(command=f"{sys.executable} predict.py", format="arrow", features=("hours",))
    assert answer(model, tmp_path).table["s"].to_pylist() == [h / 60 for h in FRAME.hours]


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("#!/bin/sh\necho hello\n", "output", "no JSON lines on standard output: 'hello'"),
        ("#!/bin/sh\necho '{\"s\": 0.5}'\n", "output", "1 row came back for 400 sent"),
        ("#!/bin/sh\necho 'no such file' >&2; exit 3\n", "exception", "the command ended with exit code 3: no such file; it happens with single rows too, the first and the last"),
    ],
)  # fmt: skip
def test_a_command_that_goes_wrong(tmp_path: Path, text: str, kind: str, message: str) -> None:
    executable(tmp_path / "predict.sh", text)
    with pytest.raises(ModelFailure) as caught:
        answer(Model(command="./predict.sh"), tmp_path)
    assert (caught.value.kind, caught.value.message) == (kind, message)


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(Model(command="./none.sh"), tmp_path) == "no program './none.sh'"
    (tmp_path / "text.sh").write_text("echo")
    assert refusal(Model(command="./text.sh"), tmp_path) == "'./text.sh' may not be executed; chmod +x it"


def test_missing_values_and_times_reach_the_model(tmp_path: Path) -> None:
    rows = pa.table({
        "a": pa.array([1, None], pa.int64()), "b": pa.array(["x", None]), "c": pa.array([True, None]),
        "d": pa.array([0, None], pa.timestamp("us")), "e": pa.array([None, 1], pa.decimal128(5, 2)),
    })  # fmt: skip
    (tmp_path / "mine.py").write_text("def predict(rows):\n    return rows.isna().sum(axis=1) / 5\n")
    assert answer(Model(python="mine:predict"), tmp_path, rows=rows).table["s"].to_pylist() == [0.2, 0.8]


def test_warnings_of_the_model_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import warnings\nwarnings.warn('old')\ndef predict(rows):\n    return rows['age'] * 0\n"
    )
    with warnings.catch_warnings():
        assert answer(Model(python="mine:predict"), tmp_path).table.num_rows == 400
