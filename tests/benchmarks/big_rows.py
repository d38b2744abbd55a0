"""Makes the rows that the engine is measured on, a million at a time: six categories, an age, label, prediction, score.

python tests/benchmarks/big_rows.py ROWS FILE.parquet
"""

import itertools
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

VALUES = {"a": 2, "b": 3, "c": 5, "d": 8, "e": 20, "f": 50}
CHUNK = 1_000_000
METRICS = (
    "accuracy", "balanced_accuracy", "precision", "recall", "specificity", "false_positive_rate",
    "false_negative_rate", "selection_rate", "f1", "mcc", "cohen_kappa",
)  # fmt: skip
SCORED = ("auc", "brier", "log_loss", "calibration_error")


def write_rows(file: Path, rows: int, seed: int = 0) -> Path:
    """Rows of a binary task; memory does not grow with their number."""
    rng = np.random.default_rng(seed)
    shares = {name: rng.dirichlet(np.full(count, 3.0)) for name, count in VALUES.items()}
    writer = None
    for start in range(0, rows, CHUNK):
        table = _chunk(rng, shares, min(CHUNK, rows - start))
        writer = writer or parquet.ParquetWriter(file, table.schema)
        writer.write_table(table, row_group_size=122_880)
    if writer:
        writer.close()
    return file


def _chunk(rng: np.random.Generator, shares: dict[str, np.ndarray], rows: int) -> pa.Table:
    columns = {}
    for name, share in shares.items():
        codes = rng.choice(len(share), rows, p=share).astype(np.int32)
        columns[name] = pa.DictionaryArray.from_arrays(codes, [f"{name}{i:02d}" for i in range(len(share))])
    label = rng.random(rows) < 0.3
    score = 1 / (1 + np.exp(-(rng.normal(0, 1, rows) + 2 * label - 1)))
    columns |= {"y": label.astype(np.int8), "p": (score >= 0.5).astype(np.int8), "s": score}
    return pa.table(columns | {"age": rng.integers(18, 90, rows).astype(np.int16)})


def write_spec(file: Path, data: Path, metrics: tuple[str, ...] = METRICS) -> Path:
    """A spec with all slices of one and two columns, and twenty by condition."""
    by = [[name] for name in VALUES] + [list(pair) for pair in itertools.combinations(VALUES, 2)]
    slices = [f"  - {{by: [{', '.join(columns)}]}}" for columns in by]
    for i in range(20):
        where = f"age >= {20 + i} AND (a = 'a00' OR e IN ('e{i:02d}', 'e{(i + 7) % 20:02d}'))"
        slices.append(f'  - {{name: condition {i}, where: "{where}"}}')
    file.write_text(
        "specgen: 1\nproject: {name: big, purpose: explore}\n"
        "task: {type: binary, target: y, positive: 1, prediction: p, score: s}\n"
        f"data: {{test: {data}}}\nmodels: {{candidate: {{columns: {{prediction: p, score: s}}}}}}\n"
        f"metrics: [{', '.join(metrics)}]\n"
        "business: [{name: payoff, payoff: {tp: 1, fp: -1, fn: -2, tn: 0}}]\n"
        "slices:\n" + "\n".join(slices) + "\n"
        "milestones: [{name: test, split: test, gates: [{metric: accuracy, at_least: 0.5}]}]\n"
    )
    return file


if __name__ == "__main__":
    write_rows(Path(sys.argv[2]), int(sys.argv[1]))
