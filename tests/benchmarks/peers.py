"""The same question put to others: Fairlearn's MetricFrame with bootstrap, and pandas with scikit-learn.

    python tests/benchmarks/peers.py [--rows 1000000]

The peers get their rows in memory, and specgen has to read its file; the peers answer less: four metrics of
twenty slices with intervals, four of all slices without. What would take too long to wait for is measured in
part and multiplied, and the table says so.
"""

import argparse
import itertools
import tempfile
import time
from pathlib import Path

import pandas as pd
from big_rows import VALUES, write_rows, write_spec
from sklearn import metrics as sk

import specgen.cli  # noqa: F401 - sets the garbage collector as the command does
from specgen.pipeline.check import checked_spec
from specgen.pipeline.evaluate import evaluate

REPLICATES = 1000
PART = 2
METRICS = {
    "accuracy": sk.accuracy_score, "precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score,
}  # fmt: skip


def fairlearn_replicate(frame: pd.DataFrame) -> float:
    """Seconds of one bootstrap replicate of twenty slices, from a run of PART of them."""
    from fairlearn.metrics import MetricFrame

    def seconds(**bootstrap: object) -> float:
        start = time.perf_counter()
        MetricFrame(
            metrics=METRICS, y_true=frame["y"], y_pred=frame["p"], sensitive_features=frame["e"], **bootstrap
        )
        return time.perf_counter() - start

    values = seconds()
    return (seconds(n_boot=PART, ci_quantiles=[0.025, 0.975], random_state=0) - values) / PART


def pandas_all_slices(frame: pd.DataFrame) -> float:
    """Seconds of a group-by over scikit-learn's metrics for every slice of one and two columns."""

    def of_slice(rows: pd.DataFrame) -> pd.Series:
        return pd.Series(
            {name: function(rows["y"], rows["p"], **_quiet(name)) for name, function in METRICS.items()}
        )

    start = time.perf_counter()
    for by in [[name] for name in VALUES] + [list(pair) for pair in itertools.combinations(VALUES, 2)]:
        frame.groupby(by, observed=True)[["y", "p"]].apply(of_slice)
    return time.perf_counter() - start


def _quiet(name: str) -> dict[str, float]:
    return {} if name == "accuracy" else {"zero_division": 0.0}


def specgen_run(spec: Path) -> float:
    """Seconds to read the file and measure twelve metrics of all slices with intervals, the fastest of three."""
    found = []
    for _ in range(3):
        start = time.perf_counter()
        evaluate(checked_spec(spec))
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        file = write_rows(Path(folder) / "rows.parquet", rows)
        ours = specgen_run(write_spec(Path(folder) / "spec.yaml", file))
        frame = pd.read_parquet(file)
        replicate, grouped = fairlearn_replicate(frame), pandas_all_slices(frame)
    print(f"{rows:,} rows")
    print(f"{'':<92} {'s':>10} {'÷ specgen':>10}")
    for name, seconds in (
        ("specgen: 2,459 + 20 slices × 12 metrics, intervals, gates; file to result", ours),
        (
            f"Fairlearn MetricFrame: 20 slices × 4 metrics, one bootstrap replicate (of {PART} measured)",
            replicate,
        ),
        (f"  the same with {REPLICATES:,} replicates (replicate × {REPLICATES:,})", replicate * REPLICATES),
        ("pandas groupby over scikit-learn: 2,459 slices × 4 metrics, no intervals", grouped),
    ):
        print(f"{name:<92} {seconds:>10.2f} {seconds / ours:>10.1f}", flush=True)


if __name__ == "__main__":
    main()
