"""Any program that reads rows and writes predictions: `command: ./predict.sh`, run once a call."""

from __future__ import annotations

import errno
import json
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from specgen.models.adapters.registry import Given, Loaded, LoadError, adapter
from specgen.models.failure import ModelFailure

if TYPE_CHECKING:
    import pyarrow as pa


@adapter("command")
def load(given: Given) -> Loaded:
    """The command, split into words as a shell does but without one, started in the spec's folder.

    It reads the rows on standard input and writes as many to standard output: JSON lines, or with
    `format: arrow` an Arrow IPC stream.
    """
    try:
        words = shlex.split(given.value)
    except ValueError as error:
        raise LoadError(f"cannot be split into words: {error}") from None
    if not words:
        raise LoadError("the command is empty")
    where = given.folder / words[0] if "/" in words[0] else shutil.which(words[0])
    if where is None or shutil.which(str(where)) is None:
        exists = where is not None and given.folder.joinpath(words[0]).is_file()
        why = f"'{words[0]}' may not be executed; chmod +x it" if exists else f"no program '{words[0]}'"
        raise LoadError(why)
    written, read = (_arrow, _from_arrow) if given.keys.get("format") == "arrow" else (_lines, _from_lines)

    def predict(rows: pa.Table) -> Any:
        try:
            done = subprocess.run(
                [str(where), *words[1:]], input=written(rows), capture_output=True, cwd=given.folder, check=False,
            )  # fmt: skip
        except OSError as error:
            why = f"'{words[0]}' cannot be started: {error.strerror}"
            hint = (
                "; is the program that its first line (#!) names there?" if error.errno != errno.E2BIG else ""
            )
            raise ModelFailure("start", why + hint) from None
        if done.returncode != 0:
            code = done.returncode
            how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
            last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise ModelFailure("exception", f"the command {how}{': ' if last else ''}{last[:200]}")
        return read(done.stdout)

    return Loaded(predict)


def _arrow(rows: pa.Table) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    found: bytes = sink.getvalue().to_pybytes()
    return found


def _from_arrow(written: bytes) -> pa.Table:
    import pyarrow as pa

    try:
        return pa.ipc.open_stream(pa.py_buffer(written)).read_all()
    except pa.ArrowException:
        raise _garbage("no Arrow stream", written) from None


def _lines(rows: pa.Table) -> bytes:
    """One JSON object a row; a number that is none is null, a time is ISO text."""
    import pyarrow as pa

    names = rows.column_names
    columns = [
        _plain(column) if pa.types.is_floating(column.type) else column.to_pylist() for column in rows.columns
    ]
    lines = [json.dumps(dict(zip(names, row, strict=True)), default=str, ensure_ascii=False)
             for row in zip(*columns, strict=True)]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def _plain(column: pa.ChunkedArray) -> list[float | None]:
    import pyarrow.compute as pc

    found: list[float | None] = pc.if_else(pc.is_finite(column), column, None).to_pylist()
    return found


def _from_lines(written: bytes) -> Any:
    try:
        rows = [json.loads(line) for line in written.decode().splitlines() if line.strip()]
    except ValueError:
        raise _garbage("no JSON lines", written) from None
    if not rows or not all(isinstance(row, dict) for row in rows):
        return rows
    return {
        name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)
    }


def _garbage(what: str, written: bytes) -> ModelFailure:
    start = written[:80].decode(errors="replace").split("\n")[0]
    return ModelFailure(
        "output", f"{what} on standard output: {''.join(c for c in start if c.isprintable())!r}"
    )
