"""How long `specgen history` takes over 2,000 runs, in a process of its own, and what runs without a summary cost.

python tests/benchmarks/history.py [RUNS]
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOUND_S = 2.0


def main() -> None:
    """Evaluate the census showcase once, lay its run out many times, and read them all."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        _specgen("run", ROOT / "specs/census/spec.yaml", "--out", out / "one", "--format", "md", "--quiet")
        one = next((out / "one").glob("*/*/results.json")).parent
        with_summaries = _laid_out(one, out / "short", count, summaries=True)
        without = _laid_out(one, out / "long", count // 10, summaries=False)
        size = (one / "results.json").stat().st_size
        print(
            f"{count:,} runs; results.json {size / 1e6:.2f} MB, summary.json {(one / 'summary.json').stat().st_size:,} B"
        )
        for name, runs in (
            (f"{count:,} runs", with_summaries),
            (f"{count // 10:,} runs without summaries", without),
        ):
            seconds = min(_timed(runs) for _ in range(3))
            print(f"  {name:36} {seconds:5.2f} s")
            if runs == with_summaries:
                print("  within 2 s" if seconds < BOUND_S else "  TOO SLOW: 2 s were promised")
        print(f"  largest process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


def _laid_out(one: Path, out: Path, count: int, *, summaries: bool) -> Path:
    """Runs an hour apart; results.json is one and the same file, which costs as much to read as another."""
    known = json.loads((one / "summary.json").read_text())
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for k in range(count):
        at = start + timedelta(hours=k)
        run = f"{at:%Y%m%dT%H%M%SZ}-{k:04x}"
        folder = out / "census-employment" / run
        folder.mkdir(parents=True)
        for name in ("results.json", "spec.yaml", "outcomes.parquet"):
            os.link(one / name, folder / name)
        if summaries:
            moved = {"run": run, "started": at.isoformat(), "verdict": ("go", "no-go", "inconclusive")[k % 3]}
            (folder / "summary.json").write_text(json.dumps(known | moved))
    return out


def _timed(runs: Path) -> float:
    clock = time.perf_counter()
    _specgen("history", runs)
    return time.perf_counter() - clock


def _specgen(*arguments: object) -> None:
    subprocess.run([sys.executable, "-m", "specgen.cli", *map(str, arguments)], cwd=ROOT, capture_output=True)


if __name__ == "__main__":
    main()
