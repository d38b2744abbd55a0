"""False alarms of the sanity checks on clean data: 1,000 pairs of a training and a test set of one population.

Each has categories (one with many rare ones), skewed and normal numbers, whole numbers, missing values and texts,
and a model that is right more often than chance; no times, since chance plays no part in leakage over time.
Prints, by check, how often it failed and how often it was open.

    python tests/benchmarks/sanity.py [--runs 1000] [--first 0]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1] / "checks" / "sanity"), str(Path(__file__).parents[1])]
from scenes import scene  # noqa: E402

from specgen.checks.sanity.registry import all_checks, run_check  # noqa: E402


def split(rng: np.random.Generator, n: int, first_id: int) -> pd.DataFrame:
    """Rows of the one population that both splits are drawn from."""
    x, region = rng.normal(size=n), rng.choice(list("abcdef"), n, p=[0.4, 0.25, 0.15, 0.1, 0.07, 0.03])
    y = (rng.random(n) < 1 / (1 + np.exp(-x - (region == "a")))) * 1
    s = np.clip(1 / (1 + np.exp(-x - rng.normal(size=n))), 0.001, 0.999)
    words = np.array([f"w{k}" for k in range(800)])
    income = np.where(rng.random(n) < 0.1, np.nan, rng.lognormal(8, 1, n))
    return pd.DataFrame({
        "id": first_id + np.arange(n), "y": y, "s": s, "p": (s >= 0.5) * 1, "x": x, "region": region,
        "income": income, "age": rng.integers(18, 90, n), "town": [f"t{k}" for k in rng.zipf(1.7, n)],
        "weight": rng.gamma(4, 20, n), "note": [" ".join(rng.choice(words, 9)) for _ in range(n)],
        "grade": rng.integers(1, 6, n),
    })  # fmt: skip


def main() -> None:
    """Count the alarms."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    failed: Counter[str] = Counter()
    open_: Counter[str] = Counter()
    checks, began = {n: c for n, c in all_checks().items() if not c.live}, time.perf_counter()
    alarmed = 0
    with tempfile.TemporaryDirectory() as folder:
        for run in range(asked.first, asked.first + asked.runs):
            rng = np.random.default_rng(run)
            sizes = int(rng.integers(300, 1500)), int(rng.integers(150, 800))
            frames = {
                "train": split(rng, sizes[0], 0),
                "test": split(rng, sizes[1], 10**6),
            }
            of_run = scene(Path(folder), "scored", frames)
            found = {name: run_check(check, of_run) for name, check in checks.items()}
            failed.update(name for name, one in found.items() if one.verdict == "failed")
            open_.update(name for name, one in found.items() if one.verdict == "inconclusive")
            alarmed += any(one.verdict == "failed" for one in found.values())
            for name, one in found.items():
                if one.verdict in ("failed", "inconclusive"):
                    print(f"run {run}: {name} {one.verdict}: {one.findings[0].found}", flush=True)
            of_run.connection.close()
    seconds = time.perf_counter() - began
    print(f"{asked.runs} clean pairs in {seconds:.0f} s; {alarmed} with a false alarm of any check")
    for name in checks:
        print(f"{name:<22} failed {failed[name]:>4}  open {open_[name]:>4}")


if __name__ == "__main__":
    main()
