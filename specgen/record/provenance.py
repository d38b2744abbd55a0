"""Where a result comes from: inputs, versions, hardware."""

from __future__ import annotations

import os
import platform
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from specgen.inputs.load import ReadFile
from specgen.inputs.tables import sha256
from specgen.record.result import Hardware, InputFile

COMPUTING = ("specgen", "duckdb", "numpy", "scipy", "pydantic", "sqlglot", "rapidfuzz")


def run_id(started: datetime) -> str:
    """A name for the run's folder that sorts by time: `20261124T014831Z-3f9a`."""
    return f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def input_files(files: tuple[ReadFile, ...], folder: Path) -> Iterator[InputFile]:
    """Digest of every file read; its path as seen from the spec's folder."""
    for file in files:
        given = file.sha256 is not None
        path = str(file.path) if given else Path(os.path.relpath(file.path, folder)).as_posix()
        yield InputFile(path=path, sha256=file.sha256 or sha256(file.path), rows=file.rows, role=file.role)


def versions() -> dict[str, str]:
    """Versions of specgen, Python and the libraries that compute."""
    found = {"python": platform.python_version()}
    for name in COMPUTING:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed as a package"
    return found


def hardware() -> Hardware:
    """The machine: processor, cores this process may use, memory, system."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Hardware(
        cpu=_cpu(),
        cores=cores,
        memory_gb=_memory_gb(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
    )


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_gb() -> float:
    if "SC_PHYS_PAGES" not in os.sysconf_names:
        return 0.0
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)
