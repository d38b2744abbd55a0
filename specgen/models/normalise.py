"""Whatever a model answers, made an Arrow table of the task's columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from specgen.models.failure import ModelFailure
from specgen.models.outputs import Outputs

if TYPE_CHECKING:
    import pyarrow as pa

    Columns = dict[str, Any]


def normalise(answer: Any, outputs: Outputs, rows: int) -> pa.Table:
    """Those of the outputs' columns that the answer has, and the id's where it has it.

    A frame, Arrow table or mapping has them by name. An array of one dimension holds scores where the
    task has a score and the values are fractions (floating point), else predictions; of two dimensions,
    one column a label. A pair is predictions and scores. Raises ModelFailure("output") for what is none
    of these or has not one row a row sent; a pandas index tells which are missing or out of order.
    """
    columns = _columns(answer, outputs)
    _keep_index(answer, rows)
    lengths = {name: len(values) for name, values in columns.items()}
    for name, length in lengths.items():
        if length != rows:
            where = f" in column '{name}'" if len(set(lengths.values())) > 1 else ""
            raise _wrong(f"{length:,} row{'' if length == 1 else 's'} came back for {rows:,} sent{where}")
    return _arrow(columns)


def _columns(answer: Any, outputs: Outputs) -> Columns:
    import pyarrow as pa

    if answer is None:
        raise _wrong("nothing came back: None; does the function end with return?")
    if isinstance(answer, str | bytes):
        raise _wrong("a text came back where columns were expected")
    if isinstance(answer, pa.Table | pa.RecordBatch):
        return _named({name: answer[name] for name in answer.schema.names}, outputs)
    if isinstance(answer, Mapping):
        return _named(answer, outputs)
    if hasattr(answer, "columns") and hasattr(answer, "__getitem__"):
        return _named({str(name): answer[name] for name in answer.columns}, outputs)
    if isinstance(answer, tuple) and len(answer) == 2:
        predictions, scores = answer
        return {
            **_listed(predictions, outputs, outputs.prediction),
            **_listed(scores, outputs, outputs.scores),
        }
    return _listed(answer, outputs, None)


def _named(found: Mapping[str, Any], outputs: Outputs) -> Columns:
    """The columns of the task among those by name."""
    if not any(name in found for name in outputs.columns):
        from specgen.spec.problems import did_you_mean

        wanted = outputs.columns
        has = ", ".join(map(str, found)) or "none"
        names = " or ".join(f"'{name}'" for name in wanted[:6])
        hint = next(filter(None, (did_you_mean(str(name), wanted) for name in found)), "")
        raise _wrong(f"the answer has no column {names}; it has {has}{hint}")
    partly = [name for name in outputs.scores if name in found]
    missing = [name for name in outputs.scores if name not in found]
    if partly and missing:
        raise _wrong(f"the answer has the column '{partly[0]}' but not '{missing[0]}'")
    wanted = (*outputs.columns, *((outputs.id,) if outputs.id else ()))
    return {name: found[name] for name in wanted if name in found}


def _listed(values: Any, outputs: Outputs, names: Sequence[str] | None) -> Columns:
    """Columns of an array or list; without `names` its form says whether they are scores or predictions."""
    import numpy as np
    import pyarrow as pa

    if isinstance(values, pa.Array | pa.ChunkedArray) and not outputs.scores and len(outputs.prediction) == 1:
        return {outputs.prediction[0]: values}
    try:
        array = np.asarray(values)
    except ValueError:
        raise _wrong("a list of lists of different lengths came back") from None
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if names is None:
        scored = outputs.scores and array.dtype.kind == "f" and (array.ndim == 2 or len(outputs.scores) == 1)
        names = outputs.scores if scored else outputs.prediction
    if array.ndim == 2 and array.shape[1] == 2 and outputs.task == "binary" and len(names) == 1:
        return {names[0]: array[:, _positive_column(outputs)]}
    if array.ndim == 1 and len(names) == 1:
        return {names[0]: array}
    if array.ndim != 2 or array.shape[1] != len(names):
        shape = " × ".join(f"{size:,}" for size in array.shape) or "no dimension"
        each = ", ".join(names) or "nothing"
        raise _wrong(f"an array of {shape} came back; a column is expected for each of {each}")
    return {name: array[:, j] for j, name in enumerate(names)}


def _positive_column(outputs: Outputs) -> int:
    """Which of two columns is the positive label's: classes are sorted by name, as scikit-learn does."""
    if outputs.positive is None or sorted(outputs.labels)[1:] != [outputs.positive]:
        raise _wrong(
            f"two columns came back for a binary task, and '{outputs.positive}' is not the second of its"
            " labels by name; return the probability of the positive label alone"
        )
    return 1


def _keep_index(answer: Any, rows: int) -> None:
    """A pandas answer whose index says that rows are missing or out of order: they were numbered from 0 on."""
    index = getattr(answer, "index", None)
    if (
        index is None
        or callable(index)
        or getattr(index, "dtype", None) is None
        or index.dtype.kind not in "iu"
    ):
        return
    import numpy as np

    found, sent = index.to_numpy(), np.arange(rows)
    if len(found) < rows and len(np.unique(found)) == len(found) and np.isin(found, sent).all():
        missing = np.setdiff1d(sent, found)
        if not np.array_equal(found, sent[: len(found)]):
            what = f"{len(found):,} rows came back for {rows:,} sent"
            raise _wrong(f"{what}; {len(missing):,} {'is' if len(missing) == 1 else 'are'} missing", missing)
    if len(found) == rows and not np.array_equal(found, sent) and np.array_equal(np.sort(found), sent):
        raise _wrong("the rows came back in another order", np.flatnonzero(found != sent))


def _arrow(columns: Columns) -> pa.Table:
    import pyarrow as pa

    made = {}
    for name, values in columns.items():
        try:
            plain = isinstance(values, pa.Array | pa.ChunkedArray)
            made[name] = values if plain else pa.array(values, from_pandas=False)
        except (pa.ArrowException, ValueError, TypeError) as error:
            raise _wrong(f"column '{name}' holds values that are not of one kind: {error}") from None
    return pa.table(made)


def _wrong(message: str, rows: Iterable[int] = ()) -> ModelFailure:
    return ModelFailure("output", message, [int(row) for row in rows])
