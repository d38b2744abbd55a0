"""Counting straight from parquet files gives the counts of the engine's own group-bys, to the bit."""

import numpy as np
import pyarrow as pa
import pytest
from conftest import run
from pyarrow import parquet

from specgen.engine import chunks
from specgen.engine.collapse import collapse
from specgen.inputs.load import load_inputs
from specgen.metrics.uses import spec_uses
from specgen.pipeline.check import checked_spec, judged_splits, open_checked
from specgen.pipeline.passes import split_vectors

SPEC = """\
specgen: 1
project: {name: small, purpose: explore}
task: {type: TASK}
data: {test: "part*.parquet"}
models:
  candidate: {columns: {CANDIDATE}}
  other: {columns: {prediction: other}}
candidate: candidate
metrics: [accuracy, METRICS]
business: [{name: minutes, per_row: "CASE WHEN person IS NULL THEN coalesce(age, 0) ELSE value * w END", aggregate: sum}]
baselines: {naive: {kind: naive}, people: {kind: human, column: person}}
slices:
  - {name: old, where: "age >= 60 AND (region = 'north' OR flag)"}
  - {name: nowhere known, where: "region IS NULL"}
  - {name: high, where: "value > 0.5"}
  - {name: unsure, where: "s BETWEEN 0.3 AND 0.7 OR w = 2"}
  - {by: region}
  - {by: [region, age]}
  - {by: [flag, code, region]}
  - {by: age, bins: [20, 40, 60.5]}
milestones:
  - {name: test, split: test, gates: [{metric: accuracy, at_least: 0.5}]}
"""


def write(folder, n=6000, label=("no", "yes"), groups=700):
    rng = np.random.default_rng(n)
    region = pa.array([None if r == "x" else r for r in rng.choice(["north", "south", "o'east", "x"], n)])
    columns = {
        "y": pa.array(rng.choice(label, n)).dictionary_encode(),
        "p": pa.array(rng.choice(label, n)),
        "other": pa.array(rng.choice(label, n)),
        "person": pa.array(
            [None if u < 0.3 else str(v) for u, v in zip(rng.random(n), rng.choice(label, n), strict=True)]
        ),
        "s": pa.array(np.round(rng.random(n), 2)),
        "w": pa.array(rng.integers(1, 4, n).astype(np.int16)),
        "age": pa.array(rng.integers(-3, 90, n).astype(np.int8), mask=rng.random(n) < 0.05),
        "flag": pa.array(rng.random(n) < 0.3, mask=rng.random(n) < 0.1),
        "code": pa.array(rng.choice([0.5, 2.0, 1000.0], n).astype(np.float32)),
        "value": pa.array(rng.random(n)),
        "region": region,
    }
    table = pa.table(columns)
    parquet.write_table(table.slice(0, n // 2), folder / "part1.parquet", row_group_size=groups)
    parquet.write_table(
        table.slice(n // 2), folder / "part2.parquet", row_group_size=groups, use_dictionary=False
    )


def cells(folder, task, candidate, straight):
    spec = folder / "spec.yaml"
    spec.write_text(
        SPEC.replace("type: TASK", task)
        .replace(", METRICS", ", brier, log_loss" if "score" in task else "")
        .replace("{CANDIDATE}", candidate)
    )
    loaded = checked_spec(spec)
    connection, tables = open_checked(loaded)
    rows = load_inputs(connection, loaded, tables, judged_splits(loaded, None)).rows["test"]
    assert rows.direct is not None
    assert "f1" in rows.direct.cuts
    assert "m2" not in rows.direct.cuts, "a condition over a column of many values is the engine's"
    object.__setattr__(rows, "direct", rows.direct if straight else None)
    uses = spec_uses(loaded.spec, rows.labels)
    return collapse(rows, loaded.spec.task.type, split_vectors(rows, loaded.spec, uses))


@pytest.mark.parametrize(
    ("task", "candidate", "label"),
    [
        ('type: binary, target: y, positive: "yes", prediction: p', "{prediction: p}", ("no", "yes")),
        ('type: binary, target: y, positive: "1", score: s, threshold: 0.4', "{score: s}", ("0", "1")),
        ("type: multiclass, target: y, prediction: p, weight: w", "{prediction: p}", ("a", "b", "c", "d")),
    ],
)
def test_straight_from_files_equals_group_by(tmp_path, monkeypatch, task, candidate, label):
    monkeypatch.setattr(chunks, "ROWS", 1000)
    write(tmp_path, label=label)
    one, other = (cells(tmp_path, task, candidate, straight) for straight in (True, False))
    assert list(one.rows.items()) == list(other.rows.items())
    assert one.families == other.families
    assert len(one.rows) > 300
    for name in one.rows:
        mine, theirs = one.outcomes[name], other.outcomes[name]
        assert (mine.label == theirs.label).all(), name
        assert (mine.count == theirs.count).all(), name
        for model in one.models:
            assert (mine.predictions[model] == theirs.predictions[model]).all(), (name, model)
        for power in ("weight", "weight2", "weight3"):
            assert getattr(mine, power) == pytest.approx(getattr(theirs, power), rel=1e-12), name
    assert one.moments.keys() == other.moments.keys()
    assert len(one.moments) > 300
    for key, mine in one.moments.items():
        theirs = other.moments[key]
        assert (mine.rows, mine.units) == (theirs.rows, theirs.units), key
        for degree in ("first", "second", "third"):
            assert getattr(mine, degree) == pytest.approx(getattr(theirs, degree), rel=1e-9), key
        assert (mine.fourth is None) == (theirs.fourth is None), key
        if mine.fourth is not None:
            assert mine.fourth == pytest.approx(theirs.fourth, rel=1e-9), key


@pytest.mark.parametrize("layout", ["a column that one file lacks", "a folder's name", "another type"])
def test_files_that_are_not_alike_are_the_engines(tmp_path, layout):
    label, group = pa.array([0, 1] * 20), pa.array(["a", "b"] * 20)
    one, other = pa.table({"y": label, "p": label, "g": group}), pa.table({"y": label, "p": label})
    if layout == "another type":
        other = one.set_column(0, "y", label.cast(pa.int8()))
    if layout == "a folder's name":
        one = other
    for folder, table in (("g=a", one), ("g=b", other)):
        (tmp_path / folder).mkdir()
        parquet.write_table(table, tmp_path / folder / "rows.parquet")
        if layout != "a folder's name":
            (tmp_path / folder / "rows.parquet").rename(tmp_path / f"{folder[-1]}.parquet")
    files = "*/*.parquet" if layout == "a folder's name" else "*.parquet"
    spec = tmp_path / "spec.yaml"
    spec.write_text(
        "specgen: 1\nproject: {name: t, purpose: explore}\ntask: {type: binary, target: y, positive: 1, prediction: p}\n"
        f"data: {{test: '{files}'}}\nmodels: {{candidate: {{columns: {{prediction: p}}}}}}\nmetrics: [accuracy]\n"
        "slices: [{by: g}]\nmilestones: [{name: m, split: test, gates: [{metric: accuracy, at_least: 0.5}]}]\n"
    )
    called = run(spec, tmp_path / "out")
    assert called.code == 0, called.err
    assert called.measurement(slice="all")["rows"] == 80
    assert called.measurement(slice="g=a")["rows"] == {"a column that one file lacks": 20}.get(layout, 40)
