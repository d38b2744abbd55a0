"""A model behind an address: the Open Inference Protocol v2 (`.../v2/models/NAME/infer`) or MLflow's scoring
(`.../invocations`), JSON both.

`http: https://host/v2/models/m/infer`, with `headers: {Authorization: Bearer $TOKEN}` and `batch_rows`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from specgen.models.adapters.registry import Given, Loaded, LoadError, adapter
from specgen.models.failure import ModelFailure
from specgen.models.http_client import Address, Reply, address_of
from specgen.models.named import columns_of
from specgen.models.tensors import TensorInput, feeds

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 1000
NO_METADATA = (404, 405, 501)
DTYPES = {
    "BOOL": "bool", "FP16": "float16", "FP32": "float32", "FP64": "float64", "BYTES": "object",
    **{f"{sign}INT{bits}": f"{sign.lower()}int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)},
}  # fmt: skip
DATATYPES = {dtype: datatype for datatype, dtype in DTYPES.items()}

# A batch's answer: arrays by name.
Ask = Callable[["pa.Table"], dict[str, Any]]


@adapter("http")
def load(given: Given) -> Loaded:
    """The address, asked for `batch_rows` rows at a time over one connection that stays open.

    With the Open Inference Protocol the server's metadata says which tensors it takes: one a column, or one of
    all features in their order. A server without metadata is sent one tensor a column, (rows, 1).
    Probabilities stand in the order of task.labels. Missing numbers go as null, as JSON has no NaN.
    """
    address = address_of(given)
    path = address.path.rstrip("/")
    if path.endswith("/infer"):
        ask = _open_inference(address, path)
    else:
        address.wait(path.removesuffix("/invocations") + "/ping")
        ask = _mlflow(address)
    size = int(given.keys.get("batch_rows") or BATCH_ROWS)

    def predict(rows: pa.Table) -> dict[str, Any]:
        return columns_of(_in_batches(ask, rows, size), None, given.outputs)

    return Loaded(predict)


def _in_batches(ask: Ask, rows: pa.Table, size: int) -> dict[str, Any]:
    """All batches' arrays one after the other."""
    import numpy as np

    parts: list[dict[str, Any]] = []
    for start in range(0, rows.num_rows, size):
        batch = rows.slice(start, size)
        try:
            part = ask(batch)
        except ModelFailure as failure:
            at = [start + row for row in failure.rows]
            raise ModelFailure(failure.kind, failure.message, at, failure.row_count) from None
        _check_shape(part, parts[0] if parts else part, start, batch.num_rows)
        parts.append(part)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _check_shape(part: dict[str, Any], first: dict[str, Any], start: int, rows: int) -> None:
    at = range(start, start + rows)
    for name, array in part.items():
        if array.ndim == 0 or len(array) != rows:
            many = "one value" if array.ndim == 0 else f"{len(array):,}"
            raise ModelFailure(
                "output", f"the server's output '{name}' has {many} for {rows:,} rows sent", at
            )
    if {name: array.shape[1:] for name, array in part.items()} != {
        name: array.shape[1:] for name, array in first.items()
    }:
        raise ModelFailure(
            "output", "the server's outputs changed their names or shapes between requests", at
        )


def _open_inference(address: Address, path: str) -> Ask:
    metadata = address.wait(path.removesuffix("/infer"))
    if metadata.status != 200 and metadata.status not in NO_METADATA:
        raise LoadError(f"the server's metadata of the model: {metadata.quoted}")
    declared = metadata.json().get("inputs") if metadata.status == 200 else None
    inputs = [_declared(one) for one in declared or ()]

    def ask(rows: pa.Table) -> dict[str, Any]:
        arrays = feeds(inputs or _undeclared(rows), rows)
        reply = address.post({"inputs": [_sent(name, array) for name, array in arrays.items()]})
        return {name: array for one in _listed(reply, "outputs") for name, array in _received(one, reply)}

    return ask


def _declared(one: Mapping[str, Any]) -> TensorInput:
    if one.get("datatype") not in DTYPES:
        raise LoadError(f"the server's input '{one.get('name')}' has the datatype {one.get('datatype')!r}")
    shape = tuple(None if size < 0 else size for size in one["shape"])
    return TensorInput(one["name"], DTYPES[one["datatype"]], shape)


def _undeclared(rows: pa.Table) -> list[TensorInput]:
    from pyarrow import types

    def dtype(kind: pa.DataType) -> str:
        if types.is_integer(kind):
            return "int64"
        if types.is_boolean(kind):
            return "bool"
        return "float64" if types.is_floating(kind) or types.is_decimal(kind) else "object"

    return [TensorInput(field.name, dtype(field.type), (None, 1)) for field in rows.schema]


def _sent(name: str, array: Any) -> dict[str, Any]:
    return {
        "name": name,
        "shape": list(array.shape),
        "datatype": DATATYPES[array.dtype.name],
        "data": _without_nan(array.ravel().tolist(), array.dtype.kind),
    }


def _without_nan(numbers: list[Any], kind: str) -> list[Any]:
    if kind != "f":
        return numbers
    return [None if math.isnan(number) else number for number in numbers]


def _received(one: Any, reply: Reply) -> Iterator[tuple[str, Any]]:
    import numpy as np

    try:
        data = np.array(one["data"], dtype=DTYPES[one["datatype"]])
        yield one["name"], data.reshape(one["shape"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFailure("output", f"no tensor of the Open Inference Protocol: {reply.quoted}") from error


def _mlflow(address: Address) -> Ask:
    def ask(rows: pa.Table) -> dict[str, Any]:
        columns = [_plain(rows[name]) for name in rows.column_names]
        body = {"columns": rows.column_names, "data": list(zip(*columns, strict=True))}
        reply = address.post({"dataframe_split": body})
        return _predictions(_listed(reply, "predictions"), reply)

    return ask


def _plain(column: pa.ChunkedArray) -> list[Any]:
    """A column's values as JSON has them: numbers, text, true or false, null."""
    import pyarrow as pa

    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.string())
    kind = "f" if pa.types.is_floating(column.type) else "O"
    if kind == "f":
        column = column.fill_null(math.nan)
    return _without_nan(column.to_pylist(), kind)


def _predictions(listed: list[Any], reply: Reply) -> dict[str, Any]:
    """Values, lists of values or mappings, one a row."""
    import numpy as np

    try:
        if listed and isinstance(listed[0], dict):
            return {str(name): np.array([row[name] for row in listed]) for name in listed[0]}
        return {"predictions": np.array(listed)}
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFailure("output", f"predictions of uneven form: {reply.quoted}") from error


def _listed(reply: Reply, key: str) -> list[Any]:
    found = reply.json().get(key)
    if not isinstance(found, list):
        raise ModelFailure("output", f"an answer without a list '{key}': {reply.quoted}")
    return found
