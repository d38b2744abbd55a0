"""What an adapter is given, what it gives, and which there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from specgen.models.outputs import Outputs

if TYPE_CHECKING:
    import pyarrow as pa

# Rows in (the model's features, in their order); out whatever `normalise` reads: a frame, an Arrow
# table, a mapping of columns, an array, or a pair of predictions and scores.
Predict: TypeAlias = "Callable[[pa.Table], Any]"


@dataclass(frozen=True)
class Given:
    """What an adapter makes a model of. `value` stands behind the adapter's key, `keys` are all of the model's."""

    kind: str
    value: str
    keys: Mapping[str, Any]
    outputs: Outputs
    folder: Path
    trust_pickle: bool = False

    @property
    def path(self) -> Path:
        """The value as a path, which starts at the spec's folder."""
        return self.folder / self.value

    @property
    def features(self) -> tuple[str, ...]:
        """Columns that the model is given; none named: all that are sent."""
        return tuple(self.keys.get("features") or ())


@dataclass(frozen=True)
class Loaded:
    """A model that is ready. `fit` makes a predictor trained anew on rows and labels, where that is possible."""

    predict: Predict
    fit: Callable[[pa.Table, pa.Array], Predict] | None = None


Load: TypeAlias = Callable[[Given], Loaded]
_LOADS: dict[str, Load] = {}


class LoadError(Exception):
    """Why a model cannot be loaded and what to do, in words for the spec's writer."""


def adapter(kind: str) -> Callable[[Load], Load]:
    """Register the `load` of a kind: the model's key in the spec and the name of the adapter's file."""

    def register(load: Load) -> Load:
        _LOADS[kind] = load
        return load

    return register


def needed(library: str, extra: str) -> Any:
    """An installed library, imported. Raises LoadError, which names the extra that installs it."""
    try:
        return import_module(library)
    except ModuleNotFoundError as error:
        if error.name != library.partition(".")[0]:
            raise
        raise LoadError(f"{library} is not installed; pip install 'specgen[{extra}]'") from error


def load(given: Given) -> Loaded:
    """Load a model with the adapter of its kind; the spec's `train` function trains it anew, where there is one.

    Raises LoadError, and whatever the model raises.
    """
    import_module(f"specgen.models.adapters.{given.kind}")
    loaded = _LOADS[given.kind](given)
    train = given.keys.get("train")
    if train is None:
        return loaded
    from specgen.models.adapters.frames import frame_of, labels_of, named, predictor

    function = named(given.folder, train)
    return replace(
        loaded, fit=lambda rows, labels: predictor(function(frame_of(rows), labels_of(labels)), train)
    )


def file_of(given: Given) -> Path:
    """The model's file. Raises LoadError where there is none."""
    if not given.path.is_file():
        raise LoadError(f"no file '{given.value}'")
    return given.path


def trusted_file(given: Given) -> Path:
    """The model's file, which may run any code. Raises LoadError unless the run trusts it."""
    if not given.trust_pickle:
        raise LoadError(
            f"a {given.kind} file can run any code when it is read; save the model with skops or as ONNX,"
            " or run with --trust-pickle if you trust it"
        )
    return file_of(given)
