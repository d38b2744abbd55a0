"""A Python function of the spec's folder or of an installed package: `python: package.module:function`."""

from __future__ import annotations

from specgen.models.adapters.frames import named, predictor
from specgen.models.adapters.registry import Given, Loaded, adapter


@adapter("python")
def load(given: Given) -> Loaded:
    """The function, or the class or object with `predict`; called with a pandas DataFrame of the features.

    With the attribute `arrow = True` it is given the Arrow table itself.
    """
    return Loaded(predictor(named(given.folder, given.value), given.value))
