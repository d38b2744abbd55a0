"""The digests of a folder's files, in the format that `sha256sum --check` reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from specgen.record.folder import write_file

SUMS = "SHA256SUMS"
LINE = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f/\\]+)")


class DamagedSumsError(Exception):
    """SHA256SUMS is not as it was written; the message says where."""


def read_sums(folder: Path) -> dict[str, str] | None:
    """Digests by file name; None where the folder has no SHA256SUMS.

    Every character counts, so that none can change unseen. Raises DamagedSumsError.
    """
    file = folder / SUMS
    if not file.is_file():
        return None
    *lines, rest = file.read_bytes().decode("utf-8", errors="replace").split("\n")
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        match = LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise DamagedSumsError(f"line {number} is not a digest, two spaces and a file's name")
        found[match[2]] = match[1]
    if rest or not found or sorted(found) != list(found):
        raise DamagedSumsError("its lines are not complete and in order")
    return found


def write_sums(folder: Path, names: Iterable[str]) -> None:
    """Write SHA256SUMS of these files, beside those that it has already. Raises FolderError."""
    try:
        known = read_sums(folder) or {}
    except DamagedSumsError:
        return  # To write it anew would hide that something changed.
    known |= {name: sha256((folder / name).read_bytes()).hexdigest() for name in names}
    write_file(folder, SUMS, "".join(f"{known[name]}  {name}\n" for name in sorted(known)))
