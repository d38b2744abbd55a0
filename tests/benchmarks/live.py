"""What isolation costs: 100,000 rows of 10 features through a session against the same call in process.

    python tests/benchmarks/live.py

Both take turns in one run, so that a busy machine slows both; the ratio of medians is what is told, with
the time in the model's process and that of transport apart.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# As in the model's process, so that both are measured alike; it is read when a library with OpenMP is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import pandas as pd
import pyarrow as pa
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier

from specgen.models.limits import Limits
from specgen.models.outputs import Outputs
from specgen.models.session import open_session
from specgen.spec.models import Model

ROWS, FEATURES, ROUNDS = 100_000, 10, 15
MOST = 0.10


def seconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def main() -> None:
    """Measure and print; exit code 1 when isolation costs more than a tenth."""
    random = np.random.default_rng(0)
    names = tuple(f"x{j}" for j in range(FEATURES))
    frame = pd.DataFrame(random.normal(size=(ROWS, FEATURES)), columns=names)
    label = np.where(frame.sum(axis=1) + random.normal(size=ROWS) > 0, "yes", "no")
    estimator = HistGradientBoostingClassifier(random_state=0).fit(frame, label)
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    outputs = Outputs("binary", (), ("s",), ("no", "yes"), "yes")

    def plain() -> object:
        return estimator.predict_proba(rows.to_pandas())[:, 1]

    with tempfile.TemporaryDirectory() as folder:
        skops.io.dump(estimator, Path(folder) / "m.skops")
        trusted = tuple(skops.io.get_untrusted_types(file=Path(folder) / "m.skops"))
        model = Model(skops="m.skops", features=names, trusted=trusted)
        with open_session(model, outputs, Path(folder), Limits()) as session:
            assert np.array_equal(session.predict(rows).table["s"].to_numpy(), plain())
            own, isolated, inside = [], [], []
            for _ in range(ROUNDS):
                own.append(seconds(plain))
                began = time.perf_counter()
                answer = session.predict(rows)
                isolated.append(time.perf_counter() - began)
                inside.append(answer.seconds)
            ratios = [theirs / ours for ours, theirs in zip(own, isolated, strict=True)]
            ratio = statistics.median(isolated) / statistics.median(own)
            around = statistics.median([whole - part for whole, part in zip(isolated, inside, strict=True)])
            print(f"{ROWS:,} rows × {FEATURES} features, {ROUNDS} turns each, medians")
            print(
                f"in process {statistics.median(own) * 1e3:.1f} ms, isolated {statistics.median(isolated) * 1e3:.1f} ms"
            )
            print(f"of it outside the model's call {around * 1e3:.1f} ms; start {session.start_s:.2f} s")
            print(f"overhead {ratio - 1:+.1%} (median of paired ratios {statistics.median(ratios) - 1:+.1%})")
            print(f"not isolated: {', '.join(session.not_isolated) or 'nothing'}")
            raise SystemExit(ratio - 1 > MOST)


if __name__ == "__main__":
    main()
