"""The files that a live model consists of."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specgen.spec.models import Model

NO_PART = ("__pycache__",)


def artifact(model: Model, folder: Path) -> tuple[Path, ...]:
    """Files of a live model that are there: the named one, a function's module and package, a command's, `files`.

    `folder` is the spec's. A model behind an address has none but those that `files` names.
    """
    kind, value = model.origin
    places = [folder / name for name in model.files or ()]
    functions = [name for name in (value if kind == "python" else None, model.train) if name]
    places += [place for name in functions for place in _module(name, folder)]
    if kind == "command":
        places += [folder / word for word in _words(value) if word and not Path(word).is_absolute()]
    elif kind not in ("python", "http"):
        # An ONNX model may keep its weights in a file beside it, which `files` names.
        places.append(folder / value)
    return tuple(sorted({file.resolve() for file in _files(places)}))


def artifact_mb(model: Model, folder: Path) -> float:
    """Size of the model's files in megabytes (2^20 bytes)."""
    return sum(file.stat().st_size for file in artifact(model, folder)) / (1 << 20)


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_file():
            yield place
        elif place.is_dir():
            yield from (file for file in place.rglob("*") if file.is_file() and not _left_out(file, place))


def _left_out(file: Path, place: Path) -> bool:
    return any(part in NO_PART or part.startswith(".") for part in file.relative_to(place).parts)


def _module(name: str, folder: Path) -> Iterator[Path]:
    """The package that a function's module is in, or the module and all modules beside it in the spec's folder."""
    top = name.partition(":")[0].partition(".")[0]
    found = PathFinder.find_spec(top, [str(folder), *sys.path])
    if found is None:
        return
    yield from map(Path, found.submodule_search_locations or ())
    if found.origin is not None and not found.submodule_search_locations:
        yield Path(found.origin)
        if Path(found.origin).parent == folder:
            yield from folder.glob("*.py")


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []
