"""Rare classes: prevalence, support, per-class metrics, and the model that never says a class."""

import numpy as np
import pytest
from conftest import BINARY_SPEC, run, write_csv
from sklearn.metrics import precision_score, recall_score
from statsmodels.stats.proportion import proportion_confint

from specgen.stats.shrinkage import shrunken_proportions


def binary(n=2000, rate=0.02, seed=0):
    rng = np.random.default_rng(seed)
    ill = rng.random(n) < rate
    said = np.where(ill, rng.random(n) < 0.6, rng.random(n) < 0.03)
    word = {True: "yes", False: "no"}
    return [
        {"id": i, "y": word[bool(a)], "p": word[bool(b)], "s": 0.5, "site": f"s{i % 8}"}
        for i, (a, b) in enumerate(zip(ill, said, strict=True))
    ]


def test_a_rare_class_beside_the_model_that_never_says_it(project):
    rows = binary()
    path = project(BINARY_SPEC, rows)
    found = {one["label"]: one for one in run(path, path.parent / "out").results["class_supports"]}
    y, p = ([row[key] for row in rows] for key in ("y", "p"))
    rare = found["yes"]
    assert (rare["rows"], rare["rare"], rare["few"]) == (y.count("yes"), True, False)
    assert rare["prevalence"] == pytest.approx(y.count("yes") / 2000)
    assert rare["right_never"] == pytest.approx(1 - y.count("yes") / 2000)
    assert rare["right"] == pytest.approx(np.mean(np.array(y) == np.array(p)))
    assert rare["ahead"]["value"] == pytest.approx(rare["right"] - rare["right_never"])
    assert rare["ahead"]["low"] < rare["ahead"]["value"] < rare["ahead"]["high"]
    assert rare["recall"]["value"] == pytest.approx(recall_score(y, p, pos_label="yes"))
    assert rare["precision"]["value"] == pytest.approx(precision_score(y, p, pos_label="yes"))
    hits = sum(a == b == "yes" for a, b in zip(y, p, strict=True))
    low, high = proportion_confint(hits, y.count("yes"), method="wilson")
    assert (rare["recall"]["low"], rare["recall"]["high"]) == pytest.approx((low, high))
    assert not found["no"]["rare"]
    assert found["no"]["recall"]["value"] == pytest.approx(recall_score(y, p, pos_label="no"))


def test_too_few_rows_to_tell(project):
    path = project(BINARY_SPEC, binary(400, 0.02))
    found = {one["label"]: one for one in run(path, path.parent / "out").results["class_supports"]}
    assert (found["yes"]["few"], found["no"]["few"]) == (True, False)
    assert found["yes"]["rows"] < 30


def test_each_of_several_labels(tmp_path):
    rng = np.random.default_rng(1)
    rows = []
    for i in range(600):
        a, b = int(rng.random() < 0.5), int(rng.random() < 0.03)
        rows.append(
            {
                "id": i,
                "a": a,
                "b": b,
                "pa": a if rng.random() < 0.9 else 1 - a,
                "pb": b if rng.random() < 0.95 else 1 - b,
            }
        )
    write_csv(tmp_path / "test.csv", rows)
    (tmp_path / "spec.yaml").write_text(
        "specgen: 1\nproject: {name: small, purpose: explore}\n"
        "task: {type: multilabel, target: [a, b], prediction: [pa, pb], id: id}\ndata: {test: test.csv}\n"
        "models: {candidate: {columns: {prediction: [pa, pb]}}}\nmetrics: [macro_f1]\nbaselines: {naive: {kind: naive}}\n"
        "milestones: [{name: test, split: test, gates: [{metric: macro_f1, at_least: 0}]}]\n"
    )
    found = {
        one["label"]: one for one in run(tmp_path / "spec.yaml", tmp_path / "out").results["class_supports"]
    }
    for label in ("a", "b"):
        y, p = ([row[key] for row in rows] for key in (label, f"p{label}"))
        assert found[label]["recall"]["value"] == pytest.approx(recall_score(y, p))
        assert found[label]["right"] == pytest.approx(np.mean(np.array(y) == np.array(p)))
        assert found[label]["right_never"] == pytest.approx(1 - np.mean(y))
    assert (found["a"]["rare"], found["b"]["rare"]) == (False, True)


def test_the_class_that_pays_most(project):
    """Accuracy is the sum of recall × prevalence, so the potentials of all classes are the whole gap."""
    rows = [dict(row, q=row["y"] if i % 10 else "no") for i, row in enumerate(binary(3000, 0.3, 5))]
    path = project(
        BINARY_SPEC + "baselines: {person: {kind: human, column: q}, naive: {kind: naive}}\n", rows
    )
    results = run(path, path.parent / "out").results
    gaps = {one["label"]: one for one in results["class_gaps"]}
    assert {one["baseline"] for one in results["class_gaps"]} == {"person"}, "a naive rule is no aim"
    whole = next(b for b in results["baselines"] if b["baseline"] == "person")
    assert sum(one["gap"] * one["prevalence"] for one in gaps.values()) == pytest.approx(whole["gap"])
    assert gaps["yes"]["p_first"] > 0.99
    assert gaps["yes"]["potential_low"] < gaps["yes"]["potential"] < gaps["yes"]["potential_high"]


def test_slices_without_a_gate_have_shrunken_values(project):
    rows = binary(400, 0.3, 2)
    path = project(BINARY_SPEC + "slices: [{by: site}, {name: even, where: id % 2 = 0}]\n", rows)
    results = run(path, path.parent / "out").results
    found = {m["slice"]: m for m in results["measurements"] if m["metric"] == "accuracy"}
    sites = [f"site=s{k}" for k in range(8)]
    hits = [round(found[site]["value"] * found[site]["n"]) for site in sites]
    expected = shrunken_proportions(hits, [found[site]["n"] for site in sites])
    assert [found[site]["shrunken"] for site in sites] == pytest.approx(expected)
    assert found["all"]["shrunken"] is None
    assert found["even"]["shrunken"] is None
