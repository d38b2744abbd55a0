"""An ONNX file, run by ONNX Runtime on the processor: `onnx: model.onnx`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from specgen.models.adapters.registry import Given, Loaded, LoadError, adapter, file_of, needed
from specgen.models.failure import ModelFailure
from specgen.models.named import columns_of
from specgen.models.tensors import TensorInput, feeds

if TYPE_CHECKING:
    import pyarrow as pa

DTYPES = {
    "float": "float32", "double": "float64", "float16": "float16", "string": "object", "bool": "bool",
    **{f"{sign}int{bits}": f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
}  # fmt: skip
CLASS_LABELS = ("classlabels_strings", "classlabels_int64s", "classlabels_ints")


@adapter("onnx")
def load(given: Given) -> Loaded:
    """The model. Inputs named as features take these; a single tensor takes all features in their order.

    Probabilities belong to the classes that a ZipMap or the graph's classifier names; where the model names
    none, as exports from deep learning do not, they stand in the order of task.labels.
    """
    session = _session(given)
    inputs = [_input(one) for one in session.get_inputs()]
    names = [one.name for one in session.get_outputs()]
    zipped = any(one.type.startswith("seq(map") for one in session.get_outputs())
    classes = None if zipped or given.outputs.task == "regression" else _classes(given)
    size = session.get_inputs()[0].shape[:1]
    fixed = size[0] if size and isinstance(size[0], int) and size[0] > 0 else None

    def predict(rows: pa.Table) -> dict[str, Any]:
        arrays = feeds(inputs, rows)
        made = _run(session, names, arrays, rows.num_rows, fixed)
        found, told = _unzipped(dict(zip(names, made, strict=True)))
        return columns_of(found, told or classes, given.outputs)

    return Loaded(predict)


def _session(given: Given) -> Any:
    runtime = needed("onnxruntime", "onnx")
    path = file_of(given)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = _processors()
    options.log_severity_level = 3
    try:
        return runtime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise LoadError(f"ONNX Runtime cannot load '{given.value}': {_first_line(error)}") from error


def _processors() -> int:
    """Those that this process may use, which can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _input(one: Any) -> TensorInput:
    kind = one.type.removeprefix("tensor(").removesuffix(")")
    if kind not in DTYPES:
        raise LoadError(f"the model's input '{one.name}' is a {one.type}; columns fill tensors only")
    shape = tuple(size if isinstance(size, int) and size > 0 else None for size in one.shape)
    return TensorInput(one.name, DTYPES[kind], shape)


def _run(session: Any, names: list[str], arrays: dict[str, Any], rows: int, fixed: int | None) -> list[Any]:
    """Outputs for all rows; a model exported for a fixed number of rows is run on so many at a time."""
    import numpy as np

    if fixed is None or fixed == rows:
        return _called(session, names, arrays)
    parts = []
    for start in range(0, rows, fixed):
        at = np.minimum(np.arange(start, start + fixed), rows - 1)
        made = _called(session, names, {name: array[at] for name, array in arrays.items()})
        parts.append([array[: rows - start] for array in made])
    return [_joined(column) for column in zip(*parts, strict=True)]


def _joined(parts: Iterable[Any]) -> Any:
    import numpy as np

    listed = list(parts)
    return [row for part in listed for row in part] if isinstance(listed[0], list) else np.concatenate(listed)


def _called(session: Any, names: list[str], arrays: dict[str, Any]) -> list[Any]:
    try:
        return list(session.run(names, arrays))
    except Exception as error:
        raise ModelFailure("exception", f"ONNX Runtime: {_first_line(error)}") from error


def _unzipped(found: dict[str, Any]) -> tuple[dict[str, Any], list[object] | None]:
    """A ZipMap's mapping a row made an array of (rows, classes), and its classes."""
    import numpy as np

    classes = None
    for name, rows in found.items():
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            classes = list(rows[0])
            found = {**found, name: np.array([[row[label] for label in classes] for row in rows])}
    return found, classes


def _classes(given: Given) -> list[object] | None:
    """Labels that the graph's classifier names, None where it names none or several do."""
    onnx = needed("onnx", "onnx")
    graph = onnx.load(str(given.path), load_external_data=False).graph
    named = [
        [value.decode() for value in one.strings] or list(one.ints)
        for node in graph.node
        for one in node.attribute
        if one.name in CLASS_LABELS
    ]
    filled = [labels for labels in named if labels]
    return filled[0] if len(filled) == 1 else None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
