"""Many rows: slices read off score histograms, and entries that stand for rows alike."""

import json

import numpy as np
import pyarrow as pa
import pytest
from conftest import run
from pyarrow import parquet

from specgen.engine import binned
from specgen.engine.samples import Sample
from specgen.metrics.registry import metrics_of
from specgen.pipeline.measured import measured
from specgen.spec.load import load_spec
from specgen.stats.many import shown_many
from specgen.stats.measure import measure
from specgen.stats.sampled import sample_estimate

SPEC = """\
specgen: 1
project: {name: small, purpose: explore}
task: {type: binary, target: y, positive: 1, score: s}
data: {test: test.parquet}
models: {candidate: {columns: {score: s}}}
metrics: [auc, average_precision, calibration_error, calibration_slope, brier_skill, {name: lift, at: 0.1}]
baselines: {naive: {kind: naive}}
slices:
  - {by: region}
  - {name: odd, where: "value > 0.5"}
milestones:
  - {name: test, split: test, gates: [{metric: auc, slice: region=a, at_least: 0.6}]}
"""
NAMES = ("auc", "average_precision", "partial_auc", "lift", "brier_skill", "calibration_error",
         "calibration_slope", "calibration_intercept")  # fmt: skip


def write(folder, n=9000):
    rng = np.random.default_rng(3)
    label = rng.random(n) < 0.3
    score = 1 / (1 + np.exp(-(rng.normal(0, 1, n) + 2 * label - 1)))
    columns = {
        "y": label.astype(np.int8),
        "s": score,
        "region": rng.choice(["a", "b", "c"], n),
        "value": rng.random(n),
    }
    parquet.write_table(pa.table(columns), folder / "test.parquet")
    (folder / "spec.yaml").write_text(SPEC)
    return folder / "spec.yaml"


def test_binned_slices_are_close_and_named_ones_exact(tmp_path, monkeypatch):
    spec = write(tmp_path)
    exact = run(spec, tmp_path / "exact").results["measurements"]
    monkeypatch.setattr(binned, "BINNED_FROM", 1000)
    called = run(spec, tmp_path / "binned")
    assert json.dumps(called.results), "no NaN"
    assert len(called.results["measurements"]) == len(exact)
    for one, other in zip(exact, called.results["measurements"], strict=True):
        key = (one["model"], one["slice"], one["metric"])
        assert (other["model"], other["slice"], other["metric"]) == key
        if one["slice"] in ("region=a", "odd"):
            assert other == one, "a gate names it, or no histogram has it"
        elif one["value"] is not None:
            assert "1,024 bins" in other["method"]
            assert [other[k] for k in ("value", "low", "high")] == pytest.approx(
                [one[k] for k in ("value", "low", "high")], abs=0.01
            ), key
            assert (other["n"], other["rows"]) == (one["n"], one["rows"])
        if one["metric"] == "auc" and "within" in other["method"]:
            assert abs(other["value"] - one["value"]) <= float(other["method"].split("within ")[1]) * 1.1


@pytest.mark.parametrize("name", NAMES)
def test_entries_stand_for_rows_alike(name):
    rng = np.random.default_rng(5)
    copies, score = rng.integers(2, 9, 60), rng.random(60)
    label = (rng.random(60) < 0.3 + 0.4 * score).astype(float)
    entries = Sample({"score": score, "label": label}, copies.astype(float), None, False, copies)
    rows = Sample(
        {k: np.repeat(v, copies) for k, v in entries.values.items()}, np.ones(copies.sum()), None, False
    )
    metric = metrics_of("binary")[name]
    given = dict.fromkeys(metric.parameters, 0.2)
    one, other = (
        sample_estimate(metric.function(sample, **given), sample, metric.low, metric.high, 0)
        for sample in (entries, rows)
    )
    assert (one.value, one.n) == (pytest.approx(other.value, abs=1e-12), other.n)
    assert one.shown.interval(0.95) == pytest.approx(
        other.shown.interval(0.95), abs=2e-3 if "slope" in name else 1e-6
    )


def test_areas_of_many_slices_are_those_of_each(tmp_path, monkeypatch):
    """On arrays and one by one, down to slices of a few rows, of one label, or told apart without an error."""
    monkeypatch.setattr(binned, "BINNED_FROM", 1000)
    rng = np.random.default_rng(5)
    n, few = 3000, rng.integers(0, 400, 3000)
    label = np.where(few < 20, few % 2 == 0, rng.random(n) < 0.3)
    score = np.where(few < 10, label * 0.9, 1 / (1 + np.exp(-(rng.normal(0, 1, n) + label))))
    rows = {"y": label.astype(np.int8), "s": score, "region": few.astype(str), "value": rng.random(n)}
    parquet.write_table(pa.table(rows), tmp_path / "test.parquet")
    (tmp_path / "spec.yaml").write_text(SPEC)
    found = measured(load_spec(tmp_path / "spec.yaml"), None, 0, lambda _: None)
    cells, use = found.cells["test"], found.uses[0]
    names = [name for name in cells.rows if name != "region=a"]
    many = shown_many(use, cells, names, "candidate", 0.95)
    assert len(many) > 100
    for name in names:
        one = measure(use, cells, name, "candidate", 0)
        if name not in many:
            continue
        assert (many[name].value, many[name].n) == (pytest.approx(one.value, abs=1e-12), one.n), name
        assert many[name].method == one.method
        assert (many[name].low, many[name].high) == pytest.approx(one.shown.interval(0.95), abs=1e-9), name
    left = [name for name in names if name not in many and measure(use, cells, name, "candidate", 0).shown]
    assert all(
        "no spread" in measure(use, cells, name, "candidate", 0).method for name in left if name != "odd"
    )
