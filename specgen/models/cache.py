"""Predictions kept by digest of model, data and libraries, so that a second run need not predict again."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specgen.models.artifact import artifact
from specgen.models.outputs import Outputs, as_json
from specgen.models.session import Answer

if TYPE_CHECKING:
    import pyarrow as pa

    from specgen.spec.models import Model

FOLDER = ".specgen"
VARIABLE = "SPECGEN_CACHE"
# Keys of a model that do not change what it predicts.
NO_MATTER = {"limits"}
DIGEST = 64


def cache_folder(folder: Path) -> Path:
    """Where predictions are kept: SPECGEN_CACHE, or `.specgen` in the spec's folder."""
    return Path(os.environ.get(VARIABLE) or folder / FOLDER) / "predictions"


def digest(model: Model, outputs: Outputs, folder: Path, rows: pa.Table) -> str | None:
    """What predictions of these rows depend on, in 64 hexadecimal digits.

    The model's keys and files, the task's columns, the rows of its features, Python, the installed
    packages and specgen's own part in it. None where they depend on what cannot be seen: a model behind
    an address or with a network. A Python function's or command's own data files count where `files` names
    them; without it, those of the spec's folder count by size and time.
    """
    network = model.limits is not None and model.limits.network
    if model.http is not None or network:
        return None
    found = hashlib.sha256()
    keys = model.model_dump(mode="json", exclude_none=True, exclude=NO_MATTER)
    _add(
        found, [keys, as_json(outputs), sys.version, platform.machine(), _installed(), _states(model, folder)]
    )
    own = sorted(Path(__file__).parent.rglob("*.py"))
    for file in (*artifact(model, folder), *own):
        with file.open("rb") as opened:
            _add(found, [file.name, hashlib.file_digest(opened, "sha256").hexdigest()])
    found.update(_rows_digest(rows.select(list(model.features)) if model.features else rows))
    return found.hexdigest()


def kept(cache: Path, key: str) -> Answer | None:
    """The predictions kept under a digest; None where there are none, or they are damaged."""
    import pyarrow as pa

    try:
        raw = (cache / f"{key}.arrow").read_bytes()
        body = memoryview(raw)[DIGEST:]
        if hashlib.sha256(body).hexdigest().encode() != raw[:DIGEST]:
            return None
        table = pa.ipc.open_stream(pa.py_buffer(body)).read_all()
        return Answer(table.replace_schema_metadata(None), float(table.schema.metadata[b"seconds"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(cache: Path, key: str, answer: Answer) -> None:
    """Keep predictions under a digest, whole or not at all; nothing where the folder cannot be written."""
    import pyarrow as pa

    table = answer.table.replace_schema_metadata({"seconds": repr(answer.seconds)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    body = sink.getvalue().to_pybytes()
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        (cache.parent / ".gitignore").write_text("*\n")
        with tempfile.NamedTemporaryFile(dir=cache, delete=False) as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + body)
        Path(file.name).replace(cache / f"{key}.arrow")


def _add(found: Any, value: object) -> None:
    found.update(json.dumps(value, sort_keys=True).encode() + b"\0")


def _rows_digest(rows: pa.Table) -> bytes:
    import pyarrow as pa

    found = hashlib.sha256()
    plain = rows.combine_chunks().replace_schema_metadata(None)
    with pa.ipc.new_stream(pa.PythonFile(_Hashing(found), "w"), plain.schema) as writer:
        writer.write_table(plain)
    return found.digest()


class _Hashing:
    """A file that keeps nothing but the digest of what is written to it."""

    closed = False

    def __init__(self, digest: Any) -> None:
        self._digest = digest

    def write(self, data: Any) -> int:
        self._digest.update(data)
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def _installed() -> list[str]:
    """Installed packages with their versions, by the names of their folders: no file is read."""
    found = []
    for place in filter(os.path.isdir, sys.path):
        found += [name for name in os.listdir(place) if name.endswith((".dist-info", ".egg-info"))]  # noqa: PTH208
    return sorted(found)


def _states(model: Model, folder: Path) -> list[tuple[str, int, int]]:
    """Size and time of what a function or command may read in the spec's folder: all but specs and reports.

    Changing a gate must not make a model predict again.
    """
    if model.files is not None or (model.python is None and model.command is None):
        return []
    found = []
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        hidden = any(part.startswith((".", "__")) or part == "reports" for part in parts)
        if not hidden and file.is_file() and not _is_spec(file):
            state = file.stat()
            found.append((str(file.relative_to(folder)), state.st_size, state.st_mtime_ns))
    return found


def _is_spec(file: Path) -> bool:
    if file.suffix not in (".yaml", ".yml"):
        return False
    with file.open("rb") as opened:
        return any(line.startswith(b"specgen:") for line in opened.read(1 << 14).splitlines())
