"""A Python function of the spec's folder or of an installed package: `python: package.module:function`."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from specgen.models.adapters.registry import LoadError, Given, Loaded, adapter

if TYPE_CHECKING:
    import pyarrow as pa


@adapter("python")
def load(given: Given) -> Loaded:
    """The function, called with a pandas DataFrame of the features; a class is made first and its `predict` called.

    A function with the attribute `arrow = True` is given the Arrow table itself.
    """
    predictor = named(given)
    if isinstance(predictor, type):
        predictor = predictor()
    function = predictor if callable(predictor) else getattr(predictor, "predict", None)
    if isinstance(predictor, object) and not _is_function(predictor) and hasattr(predictor, "predict"):
        function = predictor.predict
    if function is None:
        raise LoadError(f"'{given.value}' is neither a function nor an object with 'predict'")
    if getattr(function, "arrow", False):
        return Loaded(function)
    return Loaded(lambda rows: function(frame_of(rows)))


def frame_of(rows: pa.Table) -> Any:
    """The rows as a pandas DataFrame."""
    return rows.to_pandas()


def named(given: Given) -> Any:
    """What `package.module:name` names, imported with the spec's folder first on the path."""
    module_name, _, name = given.value.partition(":")
    if str(given.folder) not in sys.path:
        sys.path.insert(0, str(given.folder))
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not module_name.startswith(error.name):
            raise
        raise LoadError(
            f"no module '{error.name}' in the spec's folder or among the installed packages"
        ) from error
    found = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise LoadError(f"'{module_name}' has no '{name}'")
        found = getattr(found, part)
    return found


def _is_function(value: object) -> bool:
    return hasattr(value, "__code__")
