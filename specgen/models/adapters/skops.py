"""A scikit-learn estimator in a skops file, which holds no code: `skops: model.skops`."""

from __future__ import annotations

from specgen.models.adapters import estimator
from specgen.models.adapters.registry import Given, Loaded, LoadError, adapter, file_of


@adapter("skops")
def load(given: Given) -> Loaded:
    """The estimator, if it holds only types that skops or the spec's `trusted` trusts."""
    path = file_of(given)
    try:
        from skops import io
    except ModuleNotFoundError:
        raise LoadError("skops is not installed; pip install 'specgen[skops]'") from None
    from zipfile import BadZipFile

    trusted = list(given.keys.get("trusted") or ())
    try:
        untrusted = [name for name in io.get_untrusted_types(file=path) if name not in trusted]
    except (BadZipFile, KeyError) as error:
        raise LoadError(f"'{given.value}' is no skops file: {error}") from None
    if untrusted:
        wanted = ", ".join([*trusted, *untrusted])
        raise LoadError(
            f"'{given.value}' holds what skops does not know to be safe: {', '.join(untrusted)};"
            f" if you trust it, write trusted: [{wanted}]"
        )
    return estimator.loaded(io.load(path, trusted=trusted), given)
