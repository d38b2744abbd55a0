"""The engine on many rows: the pass against a bare scan of the same columns, whole commands, and their memory.

    python tests/benchmarks/engine.py [--rows 10000000] [--more 100000000]

Everything in one run, side by side; `--more` makes a second file and shows that time is linear in rows.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from big_rows import METRICS, SCORED, VALUES, write_rows, write_spec

from specgen.inputs.load import load_inputs
from specgen.metrics.uses import spec_uses
from specgen.pipeline.check import checked_spec, judged_splits, open_checked
from specgen.pipeline.passes import split_cells

SPECGEN = Path(sys.executable).with_name("specgen")


def fastest(action: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of some runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        found.append(time.perf_counter() - start)
    return min(found)


def scans(file: Path, score: bool) -> tuple[Callable[[], object], Callable[[], object]]:
    """DuckDB's bare scans of every column that the pass reads: with its values read out, and with sums of them.

    The second is as little as can be asked: texts are summed by their lengths, which are computed of a
    dictionary's entries and not of rows.
    """
    columns = [*VALUES, "y", "p", "age", *(["s"] if score else [])]
    summed = ", ".join(f"sum(length({name}))" if name in VALUES else f"sum({name})" for name in columns)
    connection = duckdb.connect(config={"threads": os.cpu_count() or 1})

    def read() -> int:
        batches = connection.sql(f"SELECT {', '.join(columns)} FROM '{file}'").to_arrow_reader(1_000_000)
        return sum(batch.num_rows for batch in batches)

    return read, lambda: connection.execute(f"SELECT {summed} FROM '{file}'").fetchall()


def passing(spec: Path) -> Callable[[], object]:
    """The pass alone: what is left of a split's rows, for every slice."""
    loaded = checked_spec(spec)
    connection, tables = open_checked(loaded)
    rows = load_inputs(connection, loaded, tables, judged_splits(loaded, None)).rows["test"]
    return lambda: split_cells(rows, loaded.spec, spec_uses(loaded.spec, rows.labels))


# A process of its own starts the command: the peak of a process that was large when it forked says nothing.
LAUNCH = (
    "import resource, subprocess, sys, time; start = time.perf_counter();"
    " code = subprocess.run(sys.argv[1:]).returncode; seconds = time.perf_counter() - start;"
    " print(code, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
)


def command(spec: Path, out: Path) -> tuple[float, float]:
    """Seconds from cold start to results.json, and peak memory in MB, of the whole command."""
    arguments = [str(SPECGEN), "run", str(spec), "--format", "json", "--out", str(out), "--quiet"]
    launched = subprocess.run(
        [sys.executable, "-c", LAUNCH, *arguments], capture_output=True, text=True, check=True
    )
    code, seconds, memory = launched.stdout.split()
    if code != "0":
        raise SystemExit(f"the model meets its gate, so exit code 0 was expected, not {code}")
    return float(seconds), float(memory)


def row(name: str, value: float, unit: str, promise: str) -> None:
    print(f"{name:<66} {value:>9.2f} {unit:<6} {promise}", flush=True)


def measured(folder: Path, rows: int) -> tuple[float, float]:
    """Print all figures of a file of so many rows; gives the seconds of the two commands."""
    file = write_rows(folder / f"{rows}.parquet", rows)
    counts = write_spec(folder / "counts.yaml", file)
    scores = write_spec(folder / "scores.yaml", file, (*METRICS, *SCORED))
    print(
        f"\n{rows:,} rows, 2,459 slices of one and two columns, 20 by condition, {len(METRICS) + 1} count metrics"
    )
    for name, spec, score, promise in (
        ("counts", counts, False, "at most 3"),
        ("counts, 1,024-bin histograms and loss moments", scores, True, "at most 5"),
    ):
        read, summed = (fastest(one) for one in scans(file, score))
        passed = fastest(passing(spec))
        row(f"bare scan, values read out{' (with the score)' if score else ''}", read, "s", "")
        row("bare scan, sums", summed, "s", "")
        row(f"pass, {name}", passed, "s", "")
        row("  ÷ bare scan, values read out", passed / read, "×", promise)
        row("  ÷ bare scan, sums", passed / summed, "×", "")
    taken = []
    for name, spec in (("counts", counts), ("counts and scores", scores)):
        seconds, memory = command(spec, folder / "out")
        row(
            f"whole command, {name}: start-up to results.json",
            seconds,
            "s",
            "under 8" if rows <= 10_000_000 else "",
        )
        row("  peak memory", memory, "MB", "under 2,000" if rows <= 10_000_000 else "under 4,000")
        taken.append(seconds)
    return taken[0], taken[1]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--more", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        first = measured(Path(folder), asked.rows)
        if asked.more:
            second = measured(Path(folder), asked.more)
            print()
            row("rows, more ÷ fewer", asked.more / asked.rows, "×", "")
            row("seconds of the counts command, more ÷ fewer", second[0] / first[0], "×", "at most the rows'")
            row("seconds of the scores command, more ÷ fewer", second[1] / first[1], "×", "at most the rows'")


if __name__ == "__main__":
    main()
