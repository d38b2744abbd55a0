"""Members of zip files that are compressed by Zstandard, which Python reads itself only from 3.14 on."""

from __future__ import annotations

import zipfile
from pathlib import Path

ZSTANDARD = 93
LOCAL_HEADER = 30
LARGEST = 2**31


def member(archive: zipfile.ZipFile, file: Path, name: str) -> bytes:
    """A member's bytes, whatever it is compressed by.

    Raises zipfile.BadZipFile where it cannot be read, or unpacks to more than 2 GB.
    """
    info = archive.getinfo(name)
    if info.file_size > LARGEST:
        raise zipfile.BadZipFile(f"{name} is larger than {LARGEST // 2**30} GB")
    if info.compress_type != ZSTANDARD:
        return archive.read(name)
    import pyarrow

    with file.open("rb") as stream:
        stream.seek(info.header_offset)
        head = stream.read(LOCAL_HEADER)
        # Lengths of the name and of the extra field (APPNOTE.TXT 4.3.7).
        stream.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
        packed = stream.read(info.compress_size)
    try:
        with pyarrow.CompressedInputStream(pyarrow.BufferReader(packed), "zstd") as unpacked:
            return bytes(unpacked.read(info.file_size))
    except (OSError, pyarrow.ArrowException) as error:
        raise zipfile.BadZipFile(f"{name} cannot be unpacked: {error}") from error
