"""Rankings do not depend on the order of rows or on names, and a weight of 2 is a query twice."""

import random
from itertools import count

import pytest
from conftest import run, write_csv
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SPEC = """\
specgen: 1
project: {name: t, purpose: explore}
task: {type: ranking, target: y, prediction: p, query: q, weight: w}
data: {test: test.csv, shuffled: shuffled.csv, copied: copied.csv}
models: {candidate: {columns: {prediction: p}}}
metrics: [ndcg, {name: ndcg, k: 2}, mrr, map, {name: precision, k: 2}, {name: recall, k: 2},
          {name: hit_rate, k: 1}, {name: exposure, k: 2}, {name: coverage, k: 2}]
milestones: [{name: m, split: test, gates: [{metric: mrr, at_least: 0}]}]
"""
COUNT = count()
ROW = st.tuples(st.integers(0, 2), st.integers(0, 2))
QUERIES = st.lists(st.lists(ROW, min_size=1, max_size=4), min_size=2, max_size=5).filter(
    lambda queries: any(y for rows in queries for y, _ in rows)
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries=QUERIES, weights=st.lists(st.integers(1, 3), min_size=5, max_size=5), seed=st.integers(0, 99))
def test_order_and_weights(tmp_path, queries, weights, seed):
    rows = [{"q": q, "y": y, "p": p, "w": weights[q]} for q, mine in enumerate(queries) for y, p in mine]
    write_csv(tmp_path / "test.csv", rows)
    write_csv(tmp_path / "shuffled.csv", random.Random(seed).sample(rows, len(rows)))
    copies = [row | {"q": f"{row['q']}.{copy}", "w": 1} for row in rows for copy in range(int(row["w"]))]
    write_csv(tmp_path / "copied.csv", copies)
    (tmp_path / "spec.yaml").write_text(SPEC)
    found = run(tmp_path / "spec.yaml", tmp_path / f"out{next(COUNT)}").results["measurements"]
    values = {(m["split"], m["metric"]): m for m in found}
    for metric in {m["metric"] for m in found}:
        test, shuffled, copied = (values[split, metric] for split in ("test", "shuffled", "copied"))
        ends = ("value", "low", "high")
        assert {k: test[k] for k in ("n", "rows", "method")} == {
            k: shuffled[k] for k in ("n", "rows", "method")
        }
        # The order of sums is that of the rows, and bounds rest on differences of them.
        assert [shuffled[k] for k in ends] == [
            k if k is None else pytest.approx(k, rel=1e-7) for k in map(test.get, ends)
        ]
        assert copied["value"] == pytest.approx(test["value"], abs=1e-11)
