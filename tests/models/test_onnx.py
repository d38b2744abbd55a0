"""ONNX models answer as the estimators that they were made of, and say in words what does not fit."""

import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pyarrow as pa
import pytest
from onnx import TensorProto, helper
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression

from specgen.models.adapters.registry import LoadError
from specgen.models.failure import ModelFailure
from specgen.models.outputs import Outputs
from tests.models.estimators import OUTPUTS, as_onnx, loaded, people, people_inputs, pipeline

IRIS = Outputs("multiclass", ("prediction",), ("s0", "s1", "s2"), ("2", "0", "1"))


@pytest.mark.parametrize("zipmap", [True, False, "columns"])
@pytest.mark.parametrize("kind", ["trees", "logistic"])
def test_columns_of_mixed_types_and_every_form_of_probabilities(
    tmp_path: Path, kind: str, zipmap: bool | str
) -> None:
    as_onnx(pipeline(kind), people_inputs(), tmp_path / "m.onnx", zipmap)
    rows = people(2000, seed=1)
    found = loaded("onnx", "m.onnx", tmp_path).predict(rows)
    frame = rows.to_pandas()
    assert found["prediction"].tolist() == pipeline(kind).predict(frame).tolist()
    np.testing.assert_allclose(found["score"], pipeline(kind).predict_proba(frame)[:, 1], atol=1e-5)


def test_one_tensor_takes_all_columns_in_their_order_and_classes_keep_their_names(tmp_path: Path) -> None:
    from skl2onnx.common.data_types import FloatTensorType

    iris = load_iris()
    estimator = LogisticRegression(max_iter=1000).fit(iris.data, iris.target)
    as_onnx(estimator, [("X", FloatTensorType([None, 4]))], tmp_path / "m.onnx", zipmap=False)
    rows = pa.table({f"f{j}": iris.data[:, j] for j in range(4)})
    found = loaded("onnx", "m.onnx", tmp_path, IRIS).predict(rows)
    assert found["prediction"].tolist() == estimator.predict(iris.data).tolist()
    expected = estimator.predict_proba(iris.data)
    for name, label in zip(IRIS.scores, (2, 0, 1), strict=True):
        np.testing.assert_allclose(found[name], expected[:, label], atol=1e-5)


def test_regression(tmp_path: Path) -> None:
    from skl2onnx.common.data_types import DoubleTensorType

    x = np.arange(20.0).reshape(10, 2)
    estimator = LinearRegression().fit(x, x.sum(axis=1))
    as_onnx(estimator, [("X", DoubleTensorType([None, 2]))], tmp_path / "m.onnx")
    rows = pa.table({"a": x[:, 0], "b": [None, *x[1:, 1]]})
    found = loaded("onnx", "m.onnx", tmp_path, Outputs("regression", ("y",))).predict(rows)
    assert np.isnan(found["y"][0])  # a missing number goes as NaN
    np.testing.assert_allclose(found["y"][1:], x[1:].sum(axis=1))


def network(path: Path, shape: list[Any], outputs: dict[str, str]) -> None:
    """A graph of one Softmax from `pixels`; each of the outputs is an Identity of `pixels` or of it."""
    graph = helper.make_graph(
        [
            helper.make_node("Softmax", ["pixels"], ["softmax"], axis=1),
            *(helper.make_node("Identity", [source], [name]) for name, source in outputs.items()),
        ],
        "network",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in outputs],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    path.write_bytes(made.SerializeToString())
    onnx.checker.check_model(made)


LOGITS = pa.table({"a": [0.0, 1.0, 2.0], "b": [1.0, 1.0, 1.0], "c": [3.0, 1.0, 0.0]})


@pytest.mark.parametrize("size", [None, 1, 2, 3, 5])
def test_a_network_names_no_classes_and_may_take_a_fixed_number_of_rows(tmp_path: Path, size: int) -> None:
    network(tmp_path / "m.onnx", [size, 3], {"p": "softmax"})
    found = loaded("onnx", "m.onnx", tmp_path, IRIS).predict(LOGITS)
    logits = np.column_stack([LOGITS[name].to_numpy() for name in "abc"])
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    for j, name in enumerate(IRIS.scores):  # the order of the task's labels
        np.testing.assert_allclose(found[name], expected[:, j], atol=1e-6)


def test_outputs_named_as_the_tasks_columns_are_these(tmp_path: Path) -> None:
    network(tmp_path / "m.onnx", [None, 1], {"other": "softmax", "y": "pixels"})
    found = loaded("onnx", "m.onnx", tmp_path, Outputs("regression", ("y",))).predict(LOGITS.select(["c"]))
    assert found["y"].tolist() == [3.0, 1.0, 0.0]
    with pytest.raises(ModelFailure, match="outputs other, y have one number a row each; name the one"):
        loaded("onnx", "m.onnx", tmp_path, Outputs("regression", ("z",))).predict(LOGITS.select(["c"]))


def test_probabilities_of_unknown_classes_are_refused(tmp_path: Path) -> None:
    network(tmp_path / "m.onnx", [None, 3], {"p": "softmax"})
    with pytest.raises(ModelFailure, match=r"probabilities of 3 classes.*name task.labels in their order"):
        loaded("onnx", "m.onnx", tmp_path, OUTPUTS).predict(LOGITS)
    as_onnx(pipeline(), people_inputs(), tmp_path / "t.onnx")
    other = Outputs("binary", ("prediction",), ("score",), ("rich", "poor"), "rich")
    with pytest.raises(ModelFailure, match="classes are <=50K, >50K; the task's labels are rich, poor"):
        loaded("onnx", "t.onnx", tmp_path, other).predict(people(3))


@pytest.mark.parametrize(
    ("change", "message", "bad"),
    [
        (
            {"age": None},
            "the model's input 'age' is not among the columns; the model is given 2: hours, region",
            (),
        ),
        ({"hours": [1, None, 3]}, "takes whole numbers (int64), and there is no value in 1 row", (1,)),
        ({"hours": [0.5, 2.0, 2.5]}, "there is a fraction, NaN or infinity in 2 rows", (0, 2)),
        (
            {"age": ["x", "y", "z"]},
            "'age', which is given column 'age', takes numbers (float32), not string",
            (),
        ),
        ({"region": ["x", "y", None]}, "takes text (strings), and there is no value in 1 row", (2,)),
        ({"region": [0.5, 1.5, 2.5]}, "takes text (strings), not double", ()),
    ],
)
def test_columns_that_do_not_fit_are_told(
    tmp_path: Path, change: dict[str, Any], message: str, bad: tuple[int, ...]
) -> None:
    as_onnx(pipeline("logistic"), people_inputs(), tmp_path / "m.onnx")
    columns = {**{name: people(3)[name] for name in ("age", "hours", "region")}, **change}
    rows = pa.table({name: column for name, column in columns.items() if column is not None})
    with pytest.raises(ModelFailure, match=re.escape(message)) as failure:
        loaded("onnx", "m.onnx", tmp_path).predict(rows)
    assert (failure.value.kind, failure.value.rows) == ("input", bad)


def test_names_and_widths_are_told(tmp_path: Path) -> None:
    as_onnx(pipeline("logistic"), people_inputs(), tmp_path / "m.onnx")
    with pytest.raises(ModelFailure, match=r"'region' is not among the columns; did you mean 'regoin'\?"):
        loaded("onnx", "m.onnx", tmp_path).predict(people(3).rename_columns(["age", "hours", "regoin"]))
    network(tmp_path / "n.onnx", [None, 4], {"p": "softmax"})
    with pytest.raises(ModelFailure, match="'pixels' takes 4 columns; the model is given 3: a, b, c"):
        loaded("onnx", "n.onnx", tmp_path, IRIS).predict(LOGITS)
    network(tmp_path / "image.onnx", [None, 3, 8, 8], {"p": "softmax"})
    with pytest.raises(ModelFailure, match=r"has the shape \? × 3 × 8 × 8; columns fill 1 or 2 dimensions"):
        loaded("onnx", "image.onnx", tmp_path, IRIS).predict(LOGITS)


def test_what_does_not_load_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LoadError, match=r"no file 'm\.onnx'"):
        loaded("onnx", "m.onnx", tmp_path)
    (tmp_path / "m.onnx").write_bytes(b"no model")
    with pytest.raises(LoadError, match=r"ONNX Runtime cannot load 'm\.onnx'"):
        loaded("onnx", "m.onnx", tmp_path)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(LoadError, match=r"onnxruntime is not installed; pip install 'specgen\[onnx\]'"):
        loaded("onnx", "m.onnx", tmp_path)
