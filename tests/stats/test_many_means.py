"""Means of many slices on arrays equal those of one slice after the other."""

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from specgen.pipeline.measured import measured
from specgen.spec.load import load_spec
from specgen.stats.many import shown_many
from specgen.stats.measure import measure

SPEC = """\
specgen: 1
project: {name: small, purpose: explore}
task: {TASK}
data: {test: test.parquet}
models: {candidate: {columns: {COLUMNS}}}
metrics: [METRICS]
slices: [{by: region}]
milestones:
  - {name: test, split: test, gates: [{metric: FIRST, at_most: 1}]}
"""


def project(folder, task, columns, metrics, rng, n=6000):
    """Slices of 1 to about 60 rows, some of which are all alike."""
    region = rng.integers(0, 200, n)
    score, noise = rng.random(n), rng.lognormal(0, 1, n)
    rows = {
        "region": region.astype(str),
        "y": np.where(rng.random(n) < score, 1, 0),
        "s": np.where(region < 10, 0.5, score),
        "t": np.round(10 + rng.normal(0, 2, n), 2),
        "p": np.round(10 + np.where(region < 10, 0, noise), 2),
    }
    parquet.write_table(pa.table(rows), folder / "test.parquet")
    text = SPEC.replace("TASK", task).replace("COLUMNS", columns).replace("METRICS", ", ".join(metrics))
    (folder / "spec.yaml").write_text(text.replace("FIRST", metrics[0]))
    return folder / "spec.yaml"


@pytest.mark.parametrize(
    ("task", "columns", "metrics"),
    [
        ("type: binary, target: y, positive: 1, score: s", "score: s", ("brier", "log_loss")),
        ("type: regression, target: t, prediction: p", "prediction: p", ("mae", "bias", "mape", "rmse")),
    ],
)
def test_arrays_equal_single_slices(tmp_path, task, columns, metrics):
    spec = project(tmp_path, task, columns, metrics, np.random.default_rng(4))
    found = measured(load_spec(spec), None, 0, lambda _: None)
    cells = found.cells["test"]
    for use in found.uses[: len(metrics)]:
        many = shown_many(use, cells, list(cells.rows), "candidate", 0.95)
        assert (len(many) > 150) == (use.key != "rmse"), use.key
        for name, shown in many.items():
            one = measure(use, cells, name, "candidate", 0)
            assert (shown.n, shown.method) == (one.n, one.method), (use.key, name)
            assert shown.value == pytest.approx(one.value, rel=1e-12)
            # Of one slice the derivatives are taken numerically.
            low, high = one.shown.interval(0.95)
            near = 1e-4 * (high - low)
            assert (shown.low, shown.high) == pytest.approx((low, high), abs=near), (use.key, name)
