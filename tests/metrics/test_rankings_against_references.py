"""Ranking metrics equal scikit-learn, or a plain loop over queries, on whole runs."""

import math

import numpy as np
import pytest
from conftest import run, write_csv
from sklearn.metrics import average_precision_score, label_ranking_average_precision_score, ndcg_score

QUERIES = 60
KS = (1, 3, 10)
METRICS = (
    "[ndcg, mrr, map, "
    + ", ".join(
        f"{{name: {name}, k: {k}}}"
        for k in KS
        for name in ("ndcg", "mrr", "precision", "recall", "hit_rate", "exposure", "coverage")
    )
    + "]"
)
HEAD = """\
specgen: 1
project: {{name: t, purpose: explore}}
task: {{type: ranking, target: y, prediction: p, query: q{task}}}
data: {{test: test.csv}}
models: {{candidate: {{columns: {{prediction: p}}}}, other: {{columns: {{prediction: o}}}}}}
candidate: candidate
metrics: {metrics}
"""
TAIL = "milestones: [{name: m, split: test, gates: [{metric: map, at_least: 0}]}]\n"


def rows(seed=0):
    """Queries of 1 to 14 rows with tied predictions and relevances; some have no relevant row."""
    rng = np.random.default_rng(seed)
    found = []
    for q in range(QUERIES):
        size = int(rng.choice([1, 2, 5, 14]))
        weight, market = int(rng.integers(1, 4)), str(rng.choice(["de", "fr"]))
        for _ in range(size):
            y = int(rng.choice([0, 0, 1, 3])) if q % 5 else 0
            found.append({
                "q": f"q{q}", "y": y, "p": round(y + rng.normal(), 0), "o": round(float(rng.normal()), 1),
                "w": weight, "market": market, "seller": str(rng.choice(["x", "y", "z"], p=[0.5, 0.45, 0.05])),
            })  # fmt: skip
    order = rng.permutation(len(found))
    return [found[i] for i in order]


def by_query(data, column="p"):
    """Relevances, predictions and weight of each query, as arrays."""
    for q in dict.fromkeys(row["q"] for row in data):
        mine = [row for row in data if row["q"] == q]
        yield np.array([r["y"] for r in mine], float), np.array([r[column] for r in mine]), mine[0]["w"]


def ranks(y, p):
    """Ranks with irrelevant rows first among equal predictions."""
    order = sorted(range(len(y)), key=lambda i: (-p[i], y[i] > 0))
    return {i: rank for rank, i in enumerate(order, 1)}


def of_query(name, k, y, p):
    """A metric on one query, None where it has none."""
    k = k or math.inf
    place, found = ranks(y, p), np.flatnonzero(y > 0)
    top = [i for i in found if place[i] <= k]
    if name == "precision":
        return len(top) / k
    if not len(found):
        return None
    if name == "ndcg":
        if len(y) == 1:
            return 1.0  # scikit-learn refuses to score one row
        return ndcg_score([y], [p], k=None if k == math.inf else k)
    if name == "map":
        assert average_precision_score(y > 0, p) == pytest.approx(
            label_ranking_average_precision_score([y > 0], [p]) if len(y) > 1 else 1.0, abs=1e-12
        )
        return average_precision_score(y > 0, p)
    first = min(place[i] for i in found)
    return {
        "mrr": 1 / first if first <= k else 0.0,
        "recall": len(top) / len(found),
        "hit_rate": float(first <= k),
    }[name]


def expected(data, name, k, weighted, column="p"):
    pairs = [(of_query(name, k, y, p), w if weighted else 1) for y, p, w in by_query(data, column)]
    known = [(value, w) for value, w in pairs if value is not None]
    return sum(v * w for v, w in known) / sum(w for _, w in known), len(known)


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "weighted"])
def measured(request, tmp_path_factory):
    folder, data = tmp_path_factory.mktemp("ranking"), rows()
    write_csv(folder / "test.csv", data)
    text = HEAD.format(task=", weight: w" if request.param else "", metrics=METRICS)
    text += "slices: [{by: market}, {by: seller}, {name: half, where: \"seller = 'x' AND market = 'de'\"}]\n"
    (folder / "spec.yaml").write_text(text + TAIL)
    return data, request.param, run(folder / "spec.yaml", folder / "out")


CASES = [("ndcg", None), ("mrr", None), ("map", None)] + [
    (name, k) for k in KS for name in ("ndcg", "mrr", "precision", "recall", "hit_rate")
]


@pytest.mark.parametrize(("name", "k"), CASES)
@pytest.mark.parametrize(("model", "column"), [("candidate", "p"), ("other", "o")])
@pytest.mark.parametrize("market", [None, "de"])
def test_metrics_of_queries(measured, name, k, model, column, market):
    data, weighted, called = measured
    chosen = [row for row in data if market in (None, row["market"])]
    value, queries = expected(chosen, name, k, weighted, column)
    slice_name = f"market={market}" if market else "all"
    found = called.measurement(model=model, metric=f"{name}@{k}" if k else name, slice=slice_name)
    assert found["value"] == pytest.approx(value, abs=2e-12)
    assert found["n"] == queries
    assert found["low"] <= found["value"] <= found["high"]


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize("seller", [None, "x", "z"])
def test_exposure_and_coverage_of_groups(measured, k, seller):
    data, weighted, called = measured
    seen, shown, weights = [], [], []
    for q in dict.fromkeys(row["q"] for row in data):
        mine = [row for row in data if row["q"] == q]
        for row in mine:
            above = sum(other["p"] > row["p"] for other in mine)
            tied = sum(other["p"] == row["p"] for other in mine)
            places = range(above + 1, above + tied + 1)
            if seller in (None, row["seller"]):
                seen.append(np.mean([1 / math.log2(1 + r) if r <= k else 0 for r in places]))
                shown.append(np.mean([r <= k for r in places]))
                weights.append(row["w"] if weighted else 1)
    slice_name = f"seller={seller}" if seller else "all"
    for name, values in (("exposure", seen), ("coverage", shown)):
        found = called.measurement(model="candidate", metric=f"{name}@{k}", slice=slice_name)
        assert found["value"] == pytest.approx(np.average(values, weights=weights), abs=2e-12)


def test_a_slice_that_cuts_queries_has_no_value_and_says_why(measured):
    called = measured[-1]
    for name in ("ndcg@10", "mrr", "map", "precision@3", "recall@3", "hit_rate@3"):
        found = called.measurement(model="candidate", metric=name, slice="half")
        assert found["value"] is None
        assert "only some of their rows" in found["reason"]
    assert called.measurement(model="candidate", metric="coverage@3", slice="half")["value"] is not None


def test_queries_without_a_relevant_row_are_told(measured):
    called = measured[-1]
    without = sum(not (y > 0).any() for y, _, _ in by_query(rows()))
    assert any(f"{without} of {QUERIES} queries of test" in note["text"] for note in called.results["notes"])
