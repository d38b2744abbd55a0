"""A scikit-learn estimator in a pickle, which may run any code: `pickle: model.pkl`."""

from __future__ import annotations

from specgen.models.adapters import estimator
from specgen.models.adapters.registry import Given, Loaded, adapter, trusted_file


@adapter("pickle")
def load(given: Given) -> Loaded:
    """The estimator, where the run trusts pickles."""
    import pickle
    import sys

    path = trusted_file(given)
    sys.path.insert(0, str(given.folder))
    with path.open("rb") as file:
        return estimator.loaded(pickle.load(file), given)
