"""A scikit-learn estimator in a skops file, which holds no code: `skops: model.skops`."""

from __future__ import annotations

from pathlib import Path

from specgen.models.adapters import estimator
from specgen.models.adapters.registry import Given, Loaded, LoadError, adapter, file_of, needed


@adapter("skops")
def load(given: Given) -> Loaded:
    """The estimator, if it holds only types that skops or the spec's `trusted` trusts."""
    path = file_of(given)
    io = needed("skops.io", "skops")
    return estimator.loaded(io.load(path, trusted=trusted_types(path, given.value, given)), given)


def trusted_types(path: Path, shown: str, given: Given) -> list[str]:
    """The types that the spec trusts. Raises LoadError where a skops file holds others that skops does not know."""
    from zipfile import BadZipFile

    io = needed("skops.io", "skops")
    trusted = list(given.keys.get("trusted") or ())
    try:
        untrusted = [name for name in io.get_untrusted_types(file=path) if name not in trusted]
    except (BadZipFile, KeyError) as error:
        raise LoadError(f"'{shown}' is no skops file: {error}") from None
    if untrusted:
        wanted = ", ".join([*trusted, *untrusted])
        raise LoadError(
            f"'{shown}' holds what skops does not know to be safe: {', '.join(untrusted)};"
            f" if you trust it, write trusted: [{wanted}]"
        )
    return trusted
