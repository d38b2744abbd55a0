"""Columns of rows as the tensors that a model's inputs declare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specgen.models.failure import SHOWN_ROWS, ModelFailure
from specgen.spec.problems import did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = {"f": "numbers", "i": "whole numbers", "u": "whole numbers", "b": "true or false", "O": "text"}


@dataclass(frozen=True)
class TensorInput:
    """An input as a model declares it: `dtype` by numpy's name, "object" for text; None: any size."""

    name: str
    dtype: str
    shape: tuple[int | None, ...]

    @property
    def width(self) -> int | None:
        """How many columns it takes, None for any number."""
        return 1 if len(self.shape) == 1 else self.shape[-1]


def feeds(inputs: Sequence[TensorInput], rows: pa.Table) -> dict[str, Any]:
    """An array for each input: (rows,) where it has one dimension, else (rows, columns).

    Inputs that are named as columns take these; any other single input takes all columns in their
    order, and several inputs of which one is wider take them in turn. Raises ModelFailure.
    """
    taken = _taken(inputs, rows.column_names)
    return {one.name: _tensor(one, rows.select(taken[one.name])) for one in inputs}


def _taken(inputs: Sequence[TensorInput], columns: list[str]) -> dict[str, list[str]]:
    for one in inputs:
        if len(one.shape) not in (1, 2):
            shape = " × ".join("?" if size is None else str(size) for size in one.shape)
            raise ModelFailure(
                "input", f"{_input(one)} has the shape {shape}; columns fill 1 or 2 dimensions"
            )
    narrow = all(one.width in (None, 1) for one in inputs)
    if narrow and all(one.name in columns for one in inputs):
        return {one.name: [one.name] for one in inputs}
    if len(inputs) > 1 and (narrow or any(one.name in columns for one in inputs)):
        unknown = [one for one in inputs if one.name not in columns]
        if not unknown:
            wide = next(one for one in inputs if one.width not in (None, 1))
            raise ModelFailure(
                "input", f"{_input(wide)} takes {wide.width} columns, not column '{wide.name}'"
            )
        told = [f"{_input(one)} is not among the columns{did_you_mean(one.name, columns)}" for one in unknown]
        raise ModelFailure("input", "; ".join((*told, f"the model is given {_list(columns)}")))
    return _in_turn(inputs, columns)


def _in_turn(inputs: Sequence[TensorInput], columns: list[str]) -> dict[str, list[str]]:
    widths = [one.width for one in inputs]
    if len(inputs) == 1 and widths[0] is None:
        widths = [len(columns)]
    needed = sum(width for width in widths if width is not None)
    if None in widths or needed != len(columns):
        told = " and ".join(f"{_input(one)} takes {one.width or 'any number of'}" for one in inputs)
        raise ModelFailure(
            "input", f"{told} column{'' if needed == 1 else 's'}; the model is given {_list(columns)}"
        )
    ends = [sum(width or 0 for width in widths[: i + 1]) for i in range(len(widths))]
    return {
        one.name: columns[end - (width or 0) : end]
        for one, width, end in zip(inputs, widths, ends, strict=True)
    }


def _tensor(one: TensorInput, columns: pa.Table) -> Any:
    import numpy as np

    made = [
        values(columns[name], one.dtype, f"{_input(one)}, which is given column '{name}',")
        for name in columns.column_names
    ]
    if len(one.shape) == 1:
        return made[0]
    stacked = np.empty((columns.num_rows, len(made)), dtype=one.dtype)
    for j, column in enumerate(made):
        stacked[:, j] = column
    return stacked


def values(column: pa.ChunkedArray, dtype: str, what: str, *, missing_text: bool = False) -> Any:
    """A column as a numpy array of a dtype, (rows,): missing numbers are NaN where the dtype has it.

    Raises ModelFailure, which begins with `what` and names the rows, for values that the dtype cannot hold.
    """
    import numpy as np
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = np.dtype(dtype).kind
    if not _holds(column.type, kind):
        raise ModelFailure("input", f"{what} takes {KINDS[kind]} ({_shown(dtype)}), not {column.type}")
    if kind == "f":
        return column.cast(pa.float64(), safe=False).to_numpy().astype(dtype)
    if not (kind == "O" and missing_text):
        _none(column.is_null(), f"{what} takes {KINDS[kind]} ({_shown(dtype)}), and there is no value")
    if kind == "O":
        return np.array(column.cast(pa.large_string()).to_numpy(), dtype=object)
    return column.to_numpy() if kind == "b" else _whole(column, dtype, what)


def _whole(column: pa.ChunkedArray, dtype: str, what: str) -> Any:
    import numpy as np
    import pyarrow as pa

    if pa.types.is_boolean(column.type) or pa.types.is_decimal(column.type):
        column = column.cast(pa.int8() if pa.types.is_boolean(column.type) else pa.float64())
    numbers, room = column.to_numpy(), np.iinfo(dtype)
    whole = np.isfinite(numbers) & (np.trunc(numbers) == numbers)
    _none(~whole, f"{what} takes whole numbers ({dtype}), and there is a fraction, NaN or infinity")
    _none((numbers < room.min) | (numbers > room.max), f"{what} takes {dtype}, and there is a larger number")
    return numbers.astype(dtype)


def _holds(kind_of_column: pa.DataType, kind: str) -> bool:
    """Whether a column of this type can be given to an input of this kind without changing what it says."""
    from pyarrow import types

    number = (types.is_integer, types.is_floating, types.is_boolean, types.is_decimal)
    fitting = {
        "O": (types.is_string, types.is_large_string, types.is_string_view, types.is_integer),
        "b": (types.is_boolean,),
    }.get(kind, number)
    return types.is_null(kind_of_column) or any(fits(kind_of_column) for fits in fitting)


def _none(bad: Any, message: str) -> None:
    import numpy as np

    rows = np.flatnonzero(np.asarray(bad))
    if len(rows):
        count = f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"
        raise ModelFailure("input", f"{message} in {count}", rows[:SHOWN_ROWS].tolist(), len(rows))


def _input(one: TensorInput) -> str:
    return f"the model's input '{one.name}'"


def _shown(dtype: str) -> str:
    return "strings" if dtype == "object" else dtype


def _list(columns: list[str]) -> str:
    return f"{len(columns)}: {', '.join(columns[:12])}{', ...' if len(columns) > 12 else ''}"
