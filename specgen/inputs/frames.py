"""Rows given as frames of pandas, polars, Arrow or anything with Arrow's PyCapsule interface, in place of files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from specgen.inputs.tables import Table, TableError, arrow_table
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem, SpecError, did_you_mean

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def with_frames(loaded: LoadedSpec, data: Any, judged: tuple[str, ...]) -> LoadedSpec:
    """The spec with rows of its own in place of files: a frame for each split, or one for the only split there is.

    `judged` are the splits that milestones need. Raises SpecError where a split is unknown or not told.
    """
    if not isinstance(data, Mapping):
        only = tuple(loaded.spec.data) if len(loaded.spec.data) == 1 else judged
        if len(only) != 1:
            example = "{" + ", ".join(f"'{split}': ..." for split in only) + "}"
            message = f"one frame was given, and {len(only)} splits are judged; give one each: data={example}"
            raise SpecError([loaded.problem(("data",), message)])
        data = {only[0]: data}
    problems: list[Problem] = []
    frames = {}
    for split, frame in data.items():
        if split not in loaded.spec.data:
            known = list(loaded.spec.data)
            hint = did_you_mean(str(split), known) or f"; there are {', '.join(known)}"
            problems.append(
                loaded.problem(("data",), f"a frame was given for '{split}', which is no split{hint}")
            )
            continue
        try:
            frames[split] = as_arrow(frame)
        except TableError as error:
            problems.append(loaded.problem(("data", split), str(error)))
    if problems:
        raise SpecError(problems)
    return replace(loaded, frames={**loaded.frames, **frames})


def as_arrow(frame: Any) -> Any:
    """A frame as a pyarrow.Table. Raises TableError where it is none, or holds what Arrow has no type for."""
    import pyarrow

    kind = f"{type(frame).__module__.partition('.')[0]}.{type(frame).__name__}"
    try:
        if kind == "pandas.DataFrame":
            return _decoded(_of_pandas(frame))
        if hasattr(frame, "__arrow_c_stream__") or hasattr(frame, "__arrow_c_array__"):
            return _decoded(pyarrow.table(frame))
    except (pyarrow.ArrowException, TypeError, ValueError) as error:
        raise TableError(f"cannot read the {kind}: {' '.join(str(error).split())}") from error
    lazy = "; collect it first" if hasattr(frame, "collect") else ""
    raise TableError(
        f"cannot read a {kind}; give a data frame of pandas, polars or Arrow, or name a file in the spec{lazy}"
    )


def _of_pandas(frame: Any) -> Any:
    """A pandas frame; an index that has a name is a column, any other is a row number and left out."""
    import pyarrow

    if any(frame.index.names):
        frame = frame.reset_index()
    doubled = frame.columns[frame.columns.duplicated()]
    if len(doubled):
        raise TypeError(f"two columns are called '{doubled[0]}'")
    named = frame.rename(columns=str) if any(not isinstance(one, str) for one in frame.columns) else frame
    return pyarrow.Table.from_pandas(named, preserve_index=False)


def _decoded(table: Any) -> Any:
    """The table with categories as their values: an engine's own enumeration type would compare unlike text."""
    import pyarrow
    from pyarrow import compute

    for k, field in enumerate(table.schema):
        if pyarrow.types.is_dictionary(field.type):
            table = table.set_column(k, field.name, compute.cast(table.column(k), field.type.value_type))
    return table.replace_schema_metadata(None).combine_chunks()


def frame_table(connection: DuckDBPyConnection, arrow: Any, split: str) -> Table:
    """The table of a split that was given as a frame. Raises TableError where the engine cannot read it."""
    return arrow_table(connection, arrow, f"the frame of {split}")


def frame_digest(arrow: Any) -> str:
    """Hexadecimal SHA-256 of a table's Arrow IPC stream: the frame's, as a file has its own."""
    import pyarrow

    found = hashlib.sha256()

    class Digesting:
        """Takes the stream's bytes without keeping them."""

        closed = False

        def write(self, data: Any) -> int:
            found.update(data)
            return len(data)

        def flush(self) -> None:
            """Nothing is held back."""

        def close(self) -> None:
            self.closed = True

    with pyarrow.ipc.new_stream(pyarrow.PythonFile(Digesting(), mode="w"), arrow.schema) as stream:
        stream.write_table(arrow)
    return found.hexdigest()
