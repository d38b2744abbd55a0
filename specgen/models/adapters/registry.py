"""What an adapter is given, what it gives, and which there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


def load(given: Given) -> Loaded:
    """Load a model with the adapter of its kind. Raises LoadError, and whatever the model raises."""
    import_module(f"specgen.models.adapters.{given.kind}")
    return _LOADS[given.kind](given)
