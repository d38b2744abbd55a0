"""The folder of a run, written whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from specgen.record.leftovers import UNFINISHED, held, remove_leftovers
from specgen.record.result import Result

RESULTS, SPEC = "results.json", "spec.yaml"
DIGITS = 12
PARTS = (float, dict, list)
ENCODER = json.JSONEncoder(ensure_ascii=False)


class FolderError(Exception):
    """The run's folder cannot be written; the message says where and why."""


@contextmanager
def new_folder(out: Path, project: str) -> Iterator[Path]:
    """A temporary folder inside `out/project`, made before anything is measured and removed at the end.

    Raises FolderError when it cannot be made there, so that a read-only place is told at once.
    """
    parent = out / folder_name(project)
    missing = [path for path in (parent, *parent.parents) if not path.exists()]
    try:
        temporary = _temporary(parent)
    except OSError as error:
        _remove_empty(missing)
        raise FolderError(f"{parent}: cannot write the run's folder: {error.strerror}") from error
    with held(temporary):
        remove_leftovers(parent)
        try:
            yield temporary
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
            _remove_empty(missing)


def _temporary(parent: Path) -> Path:
    """A new folder in `parent`; made again where another run that failed has just removed its empty parents."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=parent))
    except FileNotFoundError:
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=parent))


def _remove_empty(folders: list[Path]) -> None:
    """Remove those of the folders that this run made and that hold nothing."""
    for folder in folders:
        with suppress(OSError):  # it holds something, perhaps another run's by now
            folder.rmdir()


def write_file(folder: Path, name: str, content: str | bytes) -> None:
    """Write one file of the run, whole or not at all.

    Raises FolderError when it does not fit or may not be written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    unfinished = folder / f".{name}.unfinished"
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / name)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise FolderError(f"{folder.parent / name}: cannot write: {error.strerror}") from error


def publish(temporary: Path, run: str) -> Path:
    """Give the finished folder its name, in one step; the files become readable like any others."""
    final = temporary.parent / run
    try:
        temporary.chmod(0o755)
        temporary.rename(final)
    except OSError as error:
        why = "another came first" if final.exists() else f"cannot write: {error.strerror}"
        raise FolderError(f"{final}: {why}") from error
    return final


def folder_name(project: str) -> str:
    """The project's name as a folder: `Voice search` → `voice-search`."""
    return re.sub(r"[^\w.-]+", "-", project.lower()).strip("-.")[:80] or "project"


def to_json(result: Result) -> str:
    """The result as results.json, a line for each entry of a list; numbers with 12 significant digits.

    That is all that sums of doubles are worth, since they depend on their order beyond it.
    """
    parts = [f" {one_line(key)}: {_lines(value)}" for key, value in result.model_dump(mode="json").items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n  " + ",\n  ".join(map(one_line, value)) + "\n ]"
    return one_line(value)


def one_line(value: Any) -> str:
    """A value as JSON on one line; numbers with 12 significant digits."""
    return ENCODER.encode(_rounded(value))


def _rounded(value: Any) -> Any:
    if type(value) is float:
        return float(f"{value:.{DIGITS}g}") + 0.0
    if isinstance(value, Mapping):
        # Most parts are texts and counts, of which there are hundreds of thousands.
        return {key: _rounded(part) if type(part) in PARTS else part for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list) else value


def results_file(path: Path) -> Path:
    """The results.json of a run's folder, or the file itself."""
    return path / RESULTS if path.is_dir() else path


def read_attached(path: Path, result: Result) -> dict[str, str]:
    """Texts of the results.json that a result was read from, and of the spec.yaml beside it.

    The latter only where it is the spec of that run by its digest.
    """
    file = results_file(path)
    spec = file.parent / SPEC
    found = {RESULTS: file.read_bytes()}
    if spec.is_file() and sha256(spec.read_bytes()).hexdigest() == result.run.spec_sha256:
        found[SPEC] = spec.read_bytes()
    return {name: data.decode("utf-8") for name, data in found.items()}


def read_result(path: Path) -> Result:
    """The result in a run's folder or in a results.json.

    Raises FolderError when there is none or it is not one of ours.
    """
    file = results_file(path)
    try:
        return Result.model_validate_json(file.read_bytes())
    except OSError as error:
        raise FolderError(f"{file}: cannot read: {error.strerror}") from error
    except ValueError as error:
        raise FolderError(f"{file}: not a results.json of format 1") from error
