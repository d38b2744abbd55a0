"""Rows as models expect them, and the Python names that a spec gives."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specgen.models.adapters.registry import LoadError, Predict

if TYPE_CHECKING:
    import pyarrow as pa


def frame_of(rows: pa.Table) -> Any:
    """The rows as a pandas DataFrame, numbered from 0; decimals as floats."""
    import pyarrow as pa

    # A cast of nothing would be a tenth of a fast model's call.
    if not any(map(pa.types.is_decimal, rows.schema.types)):
        return rows.to_pandas()
    schema = pa.schema(
        [pa.field(f.name, pa.float64()) if pa.types.is_decimal(f.type) else f for f in rows.schema]
    )
    return rows.cast(schema).to_pandas()


def labels_of(labels: pa.Array) -> Any:
    """The labels as a NumPy array: of one dimension, or one column a label in a multilabel task."""
    import numpy as np
    import pyarrow as pa

    if pa.types.is_list(labels.type) or pa.types.is_fixed_size_list(labels.type):
        return np.asarray(labels.to_pylist())
    return labels.to_numpy(zero_copy_only=False)


def named(folder: Path, name: str) -> Any:
    """What `package.module:name` names, imported with the spec's folder first. Raises LoadError."""
    module_name, _, attribute = name.partition(":")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        found = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise
        what = f"no module '{error.name}' in the spec's folder or among the installed packages"
        raise LoadError(what) from error
    for part in attribute.split("."):
        if not hasattr(found, part):
            from specgen.spec.problems import did_you_mean

            raise LoadError(f"'{module_name}' has no '{attribute}'{did_you_mean(part, dir(found))}")
        found = getattr(found, part)
    return found


def predictor(found: Any, name: str) -> Predict:
    """A function, or a class or an object with `predict`, as a predictor of Arrow rows.

    It is called with a pandas DataFrame of the features, or with the Arrow table where it has the
    attribute `arrow = True`. Raises LoadError.
    """
    instance = found() if isinstance(found, type) else found
    function = getattr(instance, "predict", instance)
    if not callable(function):
        raise LoadError(f"'{name}' is neither a function nor a class or object with 'predict'")
    if getattr(function, "arrow", False) or getattr(instance, "arrow", False):
        return lambda rows: function(rows)
    import pandas  # noqa: F401 - imported with the model, not within its first call

    return lambda rows: function(frame_of(rows))
