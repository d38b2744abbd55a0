"""What a check of a run, or of a report that was sent around, has found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Literal

from specgen.record.digests import SUMS, DamagedSumsError, read_sums


@dataclass(frozen=True)
class Checked:
    """One thing that was looked at: as it was, changed, impossible to check, or only worth saying."""

    kind: Literal["same", "changed", "unknown", "note"]
    what: str
    text: str


def file_checked(file: Path, sha256: str, what: str, since: str) -> Checked:
    """A file against the digest that it had."""
    try:
        with file.open("rb") as opened:
            same = file_digest(opened, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return Checked("unknown", what, "is not there, so that it could not be checked")
    except OSError as error:
        return Checked("unknown", what, f"could not be read: {error.strerror}")
    return Checked("same", what, since) if same else Checked("changed", what, f"is no longer {since}")


def sums_checked(folder: Path, within: str, must: tuple[str, ...]) -> Iterator[Checked]:
    """The files of a folder against its SHA256SUMS, which must list those of `must`; `within` begins their names."""
    try:
        known = read_sums(folder)
    except DamagedSumsError as error:
        yield Checked("changed", f"{within}{SUMS}", f"is no longer as it was written: {error}")
        return
    if known is None:
        yield Checked(
            "unknown", f"{within}{SUMS}", f"is not there, so that {' and '.join(must)} could not be checked"
        )
        return
    for name in must:
        if name not in known:
            yield Checked("changed", f"{within}{SUMS}", f"no longer lists {name}")
    for name, digest in known.items():
        found = file_checked(folder / name, digest, f"{within}{name}", "as it was written")
        lost = found.kind == "unknown" and not (folder / name).exists()
        yield Checked("changed", f"{within}{name}", "is gone") if lost else found
    for one in sorted(folder.iterdir()):
        if one.is_file() and one.name not in {*known, SUMS} and not one.name.startswith("."):
            yield Checked(
                "note", f"{within}{one.name}", "was not written by specgen here, and is not checked"
            )
