"""A folder in MLflow's pyfunc format, without a tracking server: `mlflow: path/to/folder`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from specgen.models.adapters.frames import frame_of
from specgen.models.adapters.registry import Given, Loaded, LoadError, adapter, needed
from specgen.models.adapters.skops import trusted_types
from specgen.models.failure import ModelFailure
from specgen.models.named import columns_of
from specgen.models.tensors import TensorInput, feeds, values
from specgen.spec.problems import did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

SETTINGS = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_TRACKING_URI": "file:mlruns"}
DTYPES = {
    "boolean": "bool", "integer": "int32", "long": "int64", "float": "float32", "double": "float64", "string": "object",
}  # fmt: skip
OWN_CODE = ("python_model", "model_code_path", "code", "data", "model_path", "loader_module")


@adapter("mlflow")
def load(given: Given) -> Loaded:
    """The folder's pyfunc. Columns are given the types of its signature.

    A scikit-learn folder saved for `predict` gives its probabilities too, where the task has scores; its
    classes are the estimator's. Anything but scikit-learn saved by skops and ONNX may run code of the
    folder's own when it is loaded, and is refused without `--trust-pickle`.
    """
    os.environ.update(SETTINGS)
    pyfunc, models = needed("mlflow.pyfunc", "mlflow"), needed("mlflow.models", "mlflow")
    if not (given.path / "MLmodel").is_file():
        raise LoadError(f"no file 'MLmodel' in the folder '{given.value}'")
    flavors = models.Model.load(str(given.path / "MLmodel")).flavors
    if "python_function" not in flavors:
        raise LoadError(f"'{given.value}' has no flavor 'python_function'; it has {', '.join(flavors)}")
    if not given.trust_pickle:
        _check_safe(given, flavors)
    model = pyfunc.load_model(str(given.path), suppress_warnings=True)
    classes, probabilities = _classifier(model, flavors, given)
    data_of = _data_of(model.metadata.get_input_schema())

    def predict(rows: pa.Table) -> dict[str, Any]:
        data = data_of(rows)
        found = _arrays(model.predict(data))
        if probabilities is not None:
            found |= _arrays(probabilities.predict(data), "probabilities")
        return columns_of(found, classes, given.outputs)

    return Loaded(predict)


def _check_safe(given: Given, flavors: Mapping[str, Any]) -> None:
    """Raises LoadError unless loading runs no code of the folder's own."""
    function = flavors["python_function"]
    name = str(function.get("model_path") or function.get("data") or "")
    # A data folder within the folder would be loaded by an MLmodel of its own.
    plain = PurePath(name).name == name and function.get("data") in (None, name) and not function.get("code")
    saved = flavors.get("sklearn", {}).get("serialization_format")
    if plain and function.get("loader_module") == "mlflow.onnx":
        return
    if not (plain and function.get("loader_module") == "mlflow.sklearn" and saved == "skops"):
        what = next((f"{key} {function[key]}" for key in OWN_CODE if function.get(key)), "its loader")
        raise LoadError(
            f"loading '{given.value}' runs code of its own ({what}); save it in the format skops "
            "(serialization_format='skops') or ONNX, or trust it by --trust-pickle"
        )
    trusted_types(given.path / name, f"{given.value}/{name}", given)


def _classifier(
    model: Any, flavors: Mapping[str, Any], given: Given
) -> tuple[list[object] | None, Any | None]:
    """Classes of a scikit-learn estimator, and a pyfunc of its probabilities where the folder's own gives labels."""
    function = flavors["python_function"]
    if function.get("loader_module") != "mlflow.sklearn" or given.outputs.task not in (
        "binary",
        "multiclass",
    ):
        return None, None
    estimator = model.get_raw_model()
    classes = getattr(estimator, "classes_", None)
    listed = None if classes is None else classes.tolist()
    labels_only = function.get("predict_fn", "predict") == "predict"
    if not (labels_only and given.outputs.scores and hasattr(estimator, "predict_proba")):
        return listed, None
    both = type(model)(model_meta=model.metadata, model_impl=model._model_impl, predict_fn="predict_proba")
    return listed, both


def _data_of(schema: Any) -> Callable[[pa.Table], Any]:
    """What makes the pyfunc's input of rows: a frame, or the arrays that a signature of tensors asks for."""
    if schema is None:
        return frame_of
    if not schema.is_tensor_spec():
        return lambda rows: _frame(rows, schema)
    inputs = [
        TensorInput(
            one.name or "input",
            "object" if one.type.kind in "OUS" else one.type.name,
            tuple(None if size == -1 else size for size in one.shape),
        )
        for one in schema.inputs
    ]
    if schema.has_input_names():
        return lambda rows: feeds(inputs, rows)
    return lambda rows: feeds(inputs, rows)["input"]


def _frame(rows: pa.Table, schema: Any) -> Any:
    """The signature's columns with their types; text that is missing is None."""
    from pandas import DataFrame

    names = schema.input_names() if schema.has_input_names() else rows.column_names
    wanted = dict(zip(names, schema.inputs, strict=False))
    lacking = [name for name, one in wanted.items() if one.required and name not in rows.column_names]
    if lacking:
        told = [f"'{name}'{did_you_mean(name, rows.column_names)}" for name in lacking]
        raise ModelFailure(
            "input", f"the model's signature asks for columns that are not given: {', '.join(told)}"
        )
    return DataFrame(
        {name: _column(rows[name], name, one) for name, one in wanted.items() if name in rows.column_names}
    )


def _column(column: pa.ChunkedArray, name: str, one: Any) -> Any:
    dtype = DTYPES.get(str(one.type.name) if hasattr(one.type, "name") else "")
    if dtype is None:
        return column.to_pandas()
    return values(column, dtype, f"column '{name}' of the model's signature", missing_text=True)


def _arrays(answer: Any, name: str = "output") -> dict[str, Any]:
    """A pyfunc's answer as arrays by name: a frame by its columns, anything else as one."""
    import numpy as np

    if hasattr(answer, "columns"):
        return {str(column): answer[column].to_numpy() for column in answer.columns}
    if isinstance(answer, Mapping):
        return {str(key): np.asarray(array) for key, array in answer.items()}
    return {name: np.asarray(answer)}
