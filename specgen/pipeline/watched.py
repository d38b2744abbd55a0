"""The files that a spec's verdict depends on, and whether they have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from glob import glob
from pathlib import Path

from specgen.inputs.load_tests import load_test_path
from specgen.models.artifact import artifact
from specgen.spec.load import LoadedSpec

Stamps = Mapping[Path, tuple[int, int, int]]


def stamps(spec: Path, loaded: LoadedSpec | None) -> Stamps:
    """Time, size and number of every file there is of a spec: itself, and, where it could be read, what it names."""
    found = {}
    for file in (spec, *(_named(loaded) if loaded else ())):
        with suppress(OSError):  # it goes away just now
            stat = file.stat()
            found[file] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


def changed(before: Stamps, after: Stamps) -> tuple[Path, ...]:
    """Files that are new, gone or not what they were."""
    return tuple(sorted(file for file in {*before, *after} if before.get(file) != after.get(file)))


def _named(loaded: LoadedSpec) -> Iterator[Path]:
    folder = Path(loaded.path).parent
    for written in _patterns(loaded):
        found = glob(written, root_dir=folder, recursive=True)  # noqa: PTH207 - pathlib takes no absolute ones
        yield from (folder / name for name in found)
    for model in loaded.spec.models.values():
        if model.is_live:
            yield from artifact(model, folder)
    if (load_test := load_test_path(loaded)) is not None:
        yield load_test


def _patterns(loaded: LoadedSpec) -> Iterator[str]:
    spec = loaded.spec
    for source in spec.data.values():
        yield source.path or (source.url or "").partition(":///")[2]
    for model in spec.models.values():
        yield from ((model.predictions or "").replace("{split}", split) for split in spec.data)
    yield from (part.ids for part in spec.key_examples if isinstance(part.ids, str))
