"""What the tests share: the command line run in process, and small projects written to a folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from typer.testing import CliRunner

from specgen.cli.app import app

# How long an example takes is the machine's business.
settings.register_profile("specgen", deadline=None)
settings.load_profile("specgen")

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Called:
    """A finished command: its exit code, what it wrote, and the result of the run if there is one."""

    code: int
    out: str
    err: str
    results: dict[str, Any] | None
    folder: Path | None

    def measurement(self, **wanted: object) -> dict[str, Any]:
        """The one measurement with these fields."""
        found = [m for m in (self.results or {})["measurements"] if all(m[k] == v for k, v in wanted.items())]
        assert len(found) == 1, f"{len(found)} measurements have {wanted}"
        return found[0]


def call(*arguments: object) -> Called:
    """Run `specgen` with these arguments, in this process."""
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Called(result.exit_code, result.stdout, result.stderr, None, None)


def run(spec: Path, out: Path, *options: object, formats: str = "json") -> Called:
    """`specgen run` of a spec, with its results.json read back."""
    called = call("run", spec, "--out", out, "--format", formats, *options)
    found = sorted(out.glob("*/*/results.json"), key=lambda f: f.stat().st_mtime_ns) if out.is_dir() else []
    if not found:
        return called
    return Called(called.code, called.out, called.err, json.loads(found[-1].read_text()), found[-1].parent)


def write_csv(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    """Write rows as CSV; the first row names the columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


BINARY_SPEC = """\
specgen: 1
project: {name: small, purpose: explore}
task: {type: binary, target: y, positive: "yes", prediction: p, score: s, id: id}
data: {test: test.csv}
models:
  candidate: {columns: {prediction: p, score: s}}
metrics: [accuracy]
milestones:
  - {name: test, split: test, gates: [{metric: accuracy, at_least: 0.5}]}
"""


def binary_rows(count: int = 60) -> list[dict[str, object]]:
    """Rows of a small binary task, three quarters right."""
    rows: list[dict[str, object]] = []
    for i in range(count):
        label = "yes" if i % 3 == 0 else "no"
        right = i % 4 != 1
        predicted = label if right else ("no" if label == "yes" else "yes")
        score = (0.7 + (i % 7) / 30) if predicted == "yes" else (0.1 + (i % 5) / 30)
        rows.append(
            {
                "id": f"r{i:03d}",
                "region": "north" if i % 2 else "south",
                "y": label,
                "p": predicted,
                "s": score,
            }
        )
    return rows


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Write a spec and its rows to a folder; gives the spec's path."""

    def write(spec: str = BINARY_SPEC, rows: Sequence[dict[str, object]] | None = None, **files: str) -> Path:
        write_csv(tmp_path / "test.csv", rows if rows is not None else binary_rows())
        for name, text in files.items():
            target = tmp_path / name.replace("__", ".")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        path = tmp_path / "spec.yaml"
        path.write_text(spec)
        return path

    return write
