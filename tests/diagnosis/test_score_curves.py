"""Curves of scores and calibration in whole runs, against counts by hand."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import run, write_csv
from sklearn import metrics as reference

SPEC = """\
specgen: 1
project: {name: curves, purpose: explore}
task: {type: binary, target: y, positive: 1, score: s, id: id, threshold: 0.4}
data: {test: test.csv}
models:
  candidate: {columns: {score: s}}
  previous: {columns: {score: old}}
candidate: candidate
metrics: [accuracy, recall, precision]
baselines: {naive: {kind: naive}, before: {kind: previous, model: previous}}
milestones:
  - {name: test, split: test, gates: [{metric: accuracy, at_least: 0.5}]}
"""


def rows() -> list[dict[str, object]]:
    """Calibrated scores, and older ones that say less and are all too high."""
    rng = np.random.default_rng(3)
    score = rng.beta(0.8, 3, 1500).round(4)
    label = (rng.random(1500) < score).astype(int)
    old = np.clip(0.5 + 0.4 * score + rng.normal(0, 0.1, 1500), 0, 1).round(4)
    columns = zip(score.tolist(), label.tolist(), old.tolist(), strict=True)
    return [{"id": k, "y": y, "s": s, "old": o} for k, (s, y, o) in enumerate(columns)]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("curves")
    write_csv(folder / "test.csv", rows())
    (folder / "spec.yaml").write_text(SPEC)
    return run(folder / "spec.yaml", folder / "out", formats="html").results


def test_scores_that_differ_have_a_curve_and_the_naive_baselines_one_number_has_none(results):
    assert [one["model"] for one in results["score_curves"]] == ["candidate", "previous"]


def test_areas_are_measured_though_no_metric_asks_for_them(results):
    table = rows()
    for one, column in zip(results["score_curves"], ("s", "old"), strict=True):
        label, score = [row["y"] for row in table], [row[column] for row in table]
        assert one["auc"]["value"] == pytest.approx(reference.roc_auc_score(label, score))
        assert one["auc"]["low"] < one["auc"]["value"] < one["auc"]["high"]
        average = reference.average_precision_score(label, score)
        assert one["average_precision"]["value"] == pytest.approx(average)
        assert one["base_rate"] == pytest.approx(np.mean(label))


def test_the_point_in_use_is_that_of_the_models_own_predictions(results):
    measured = {(m["model"], m["metric"]): m["value"] for m in results["measurements"] if m["slice"] == "all"}
    for one in results["score_curves"]:
        used = one["in_use"]
        assert used["recall"] == pytest.approx(measured[one["model"], "recall"])
        assert used["precision"] == pytest.approx(measured[one["model"], "precision"])
        # It lies on the curve, between the points of the thresholds beside it.
        above = [k for k, at in enumerate(one["thresholds"]) if at >= 0.4][-1]
        assert one["recall"][above] - 1e-5 <= used["recall"] <= one["recall"][above + 1] + 1e-5


def test_calibration_is_the_share_of_positives_among_neighbouring_scores(results):
    (found,) = results["calibrations"]
    table = rows()
    assert len(found["bins"]) == 10
    assert sum(one["rows"] for one in found["bins"]) == 1500
    assert sum(one["share"] for one in found["bins"]) == pytest.approx(1)
    for one in found["bins"]:
        inside = [row for row in table if one["low"] <= row["s"] <= one["high"]]
        assert one["rows"] == len(inside)
        assert one["predicted"] == pytest.approx(np.mean([row["s"] for row in inside]))
        observed = one["observed"]
        assert observed["value"] == pytest.approx(np.mean([row["y"] for row in inside]))
        assert observed["low"] < one["predicted"] < observed["high"] or one["predicted"] < 0.05
    assert found["error"]["low"] == 0


def test_each_of_several_labels_has_its_confusion(tmp_path):
    rng = np.random.default_rng(5)
    names = ("a", "b")
    table = [
        {"id": k} | {n: int(rng.random() < 0.3) for n in names} | {f"p_{n}": int(rng.random() < 0.4) for n in names}
        for k in range(200)
    ]  # fmt: skip
    write_csv(tmp_path / "test.csv", table)
    (tmp_path / "spec.yaml").write_text(
        "specgen: 1\nproject: {name: several, purpose: explore}\n"
        "task: {type: multilabel, target: [a, b], prediction: [p_a, p_b], id: id}\n"
        "data: {test: test.csv}\nmodels:\n  candidate: {columns: {prediction: [p_a, p_b]}}\nmetrics: [micro_f1]\n"
        "milestones: [{name: test, split: test, gates: [{metric: micro_f1, at_least: 0.1}]}]\n"
    )
    called = run(tmp_path / "spec.yaml", tmp_path / "out", formats="html")
    found = {one["label"]: one for one in called.results["confusions"]}
    assert set(found) == {"a", "b"}
    for name in names:
        counts = [
            [sum(row[name] == y and row[f"p_{name}"] == p for row in table) for p in (0, 1)] for y in (0, 1)
        ]
        assert found[name]["counts"] == counts
    assert "false alarm" in (called.folder / "report.html").read_text()
