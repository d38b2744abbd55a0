"""Whatever a model answers, made an Arrow table of the task's columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from specgen.models.failure import ModelFailure
from specgen.models.outputs import Outputs

if TYPE_CHECKING:
    import pyarrow as pa


def normalise(answer: Any, outputs: Outputs, rows: int) -> pa.Table:
    """Those of the outputs' columns that the answer has, and the id's where it has it.

    A frame, Arrow table or mapping has them by name. An array of one dimension holds scores where the
    task has one score and the numbers are fractions, else predictions; of two dimensions, one column a
    label. A pair is predictions and scores. Raises ModelFailure for an answer that is none of these.
    """
    table = _table(answer, outputs)
    if table.num_rows != rows:
        raise ModelFailure("output", f"{_rows(table.num_rows)} came back for {rows:,} sent")
    return table


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _table(answer: Any, outputs: Outputs) -> pa.Table:
    import pyarrow as pa

    if isinstance(answer, pa.RecordBatch):
        answer = pa.Table.from_batches([answer])
    if isinstance(answer, pa.Table):
        return _columns({name: answer[name] for name in answer.column_names}, outputs)
    if isinstance(answer, Mapping):
        return _columns(answer, outputs)
    if hasattr(answer, "columns") and hasattr(answer, "__getitem__"):
        return _columns({str(name): answer[name] for name in answer.columns}, outputs)
    if isinstance(answer, tuple) and len(answer) == 2:
        return _columns(
            {**_array(answer[0], outputs, outputs.prediction), **_array(answer[1], outputs, outputs.scores)},
            outputs,
        )
    return _columns(_array(answer, outputs, _meant(answer, outputs)), outputs)


def _meant(answer: Any, outputs: Outputs) -> tuple[str, ...]:
    """Which columns an array stands for, by its dimensions and the kind of its values."""
    import numpy as np

    values = np.asarray(answer)
    if outputs.scores and (values.ndim == 2 or outputs.task == "binary") and values.dtype.kind == "f":
        return outputs.scores
    return outputs.prediction


def _array(answer: Any, outputs: Outputs, names: tuple[str, ...]) -> dict[str, Any]:
    import numpy as np

    values = np.asarray(answer)
    if values.ndim == 1:
        values = values.reshape(len(values), 1)
    if values.ndim == 2 and values.shape[1] == 2 and len(names) == 1 and outputs.task == "binary":
        values = values[:, 1:]
    if values.ndim != 2 or values.shape[1] != len(names):
        shape = " × ".join(map(str, values.shape))
        raise ModelFailure("output", f"an array of {shape} came back; expected columns {', '.join(names)}")
    return {name: values[:, j] for j, name in enumerate(names)}


def _columns(found: Mapping[str, Any], outputs: Outputs) -> pa.Table:
    import pyarrow as pa

    wanted = (*outputs.columns, *((outputs.id,) if outputs.id else ()))
    kept = {name: found[name] for name in wanted if name in found}
    if not any(name in kept for name in outputs.columns):
        raise ModelFailure(
            "output",
            f"an answer without column {' or '.join(outputs.columns)}; it has {', '.join(map(str, found)) or 'none'}",
        )
    return pa.table({name: pa.array(values) if not isinstance(values, pa.ChunkedArray) else values
                     for name, values in kept.items()})  # fmt: skip
