"""A scikit-learn estimator in a joblib file, which may run any code: `joblib: model.joblib`."""

from __future__ import annotations

from specgen.models.adapters import estimator
from specgen.models.adapters.registry import Given, Loaded, adapter, trusted_file


@adapter("joblib")
def load(given: Given) -> Loaded:
    """The estimator, where the run trusts pickles."""
    import sys

    import joblib

    path = trusted_file(given)
    sys.path.insert(0, str(given.folder))
    return estimator.loaded(joblib.load(path), given)
