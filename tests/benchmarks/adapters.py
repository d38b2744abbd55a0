"""One pipeline through every adapter on 100,000 rows: how far answers lie apart, and how long each takes.

`python tests/benchmarks/adapters.py [ROWS]`
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.models.estimators import people, pipeline
from tests.models.same_model import answers

ROWS = 100_000


def main() -> None:
    """Print a line for each pipeline and adapter."""
    warnings.simplefilter("ignore")
    rows = people(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS, seed=5)
    frame = rows.to_pandas()
    print(f"{rows.num_rows:,} rows; seconds of predict and predict_proba where the adapter has both")
    print(f"{'':32}{'load s':>8}{'in model s':>12}{'in all s':>10}{'labels differ':>15}{'scores apart':>14}")
    for kind in ("trees", "logistic"):
        labels, scores = pipeline(kind).predict(frame), pipeline(kind).predict_proba(frame)[:, 1]
        with tempfile.TemporaryDirectory() as folder:
            for name, said in answers(kind, rows, Path(folder)):
                apart = np.abs(said.scores - scores).max()
                other = "none given" if said.labels is None else int((np.array(said.labels) != labels).sum())
                times = f"{said.start_s:8.2f}{said.seconds:12.2f}{said.total_s:10.2f}"
                print(f"{kind + ', ' + name:32}{times}{other:>15}{apart:14.1e}", flush=True)


if __name__ == "__main__":
    main()
