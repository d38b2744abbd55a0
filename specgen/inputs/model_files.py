"""Files that live models name and that are not there: a mistake of the spec, told before anything runs."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from specgen.spec.load import LoadedSpec
from specgen.spec.models import Model
from specgen.spec.problems import Problem, did_you_mean

FILES = ("skops", "onnx", "pickle", "joblib")


def model_file_problems(loaded: LoadedSpec) -> Iterator[Problem]:
    """A problem for every model file, folder, module, program and entry of `files` that does not exist."""
    folder = Path(loaded.path).parent
    for name, model in loaded.spec.models.items():
        if not model.is_live:
            continue
        for key, message in _missing(model, folder):
            yield loaded.problem(("models", name, *key), message)


def _missing(model: Model, folder: Path) -> Iterator[tuple[tuple[str | int, ...], str]]:
    kind, value = model.origin
    if kind in FILES and not (folder / value).is_file():
        yield (kind,), _no("file", folder, value)
    if kind == "mlflow" and not (folder / value).is_dir():
        yield (kind,), _no("folder", folder, value)
    if kind == "command" and (program := _program(value)) is not None and not (folder / program).exists():
        yield (kind,), _no("program", folder, program)
    for key in ("python", "train"):
        written = getattr(model, key)
        if written is not None and (message := _no_module(folder, written)):
            yield (key,), message
    for i, file in enumerate(model.files or ()):
        if not (folder / file).exists():
            yield ("files", i), _no("file", folder, file)


def _no(what: str, folder: Path, written: str) -> str:
    file = folder / written
    near = [entry.name for entry in file.parent.iterdir()] if file.parent.is_dir() else []
    return f"no {what} '{written}'{did_you_mean(file.name, near)}"


def _program(command: str) -> str | None:
    """The program where it is a path; others are looked for when the model starts."""
    try:
        first = next(iter(shlex.split(command)), "")
    except ValueError:
        return None
    return first if "/" in first else None


def _no_module(folder: Path, written: str) -> str | None:
    """Why a function's outermost module cannot be found; nothing is imported."""
    top = written.partition(":")[0].partition(".")[0]
    if PathFinder.find_spec(top, [str(folder)]) is not None or PathFinder.find_spec(top) is not None:
        return None
    near = [file.stem for file in folder.glob("*.py")]
    return f"no module '{top}' in the spec's folder or among the installed packages{did_you_mean(top, near)}"
