"""Values, largest differences and smallest ratios of groups are those of Fairlearn's MetricFrame."""

import numpy as np
import pandas as pd
import pytest
from conftest import run
from fairlearn import metrics as fair
from sklearn import metrics as sk

SPEC = """\
specgen: 1
project: {{name: t, purpose: explore}}
task: {{type: binary, target: y, positive: 1, prediction: p{weight}}}
data: {{test: test.csv}}
models: {{candidate: {{columns: {{prediction: p}}}}}}
metrics: [accuracy]
fairness:
  - {{by: gender, metrics: [selection_rate, recall, false_positive_rate, precision, accuracy]}}
  - {{by: [gender, region], metrics: [selection_rate, recall, false_positive_rate, precision, accuracy]}}
milestones: [{{name: m, split: test, gates: [{{metric: accuracy, at_least: 0.1}}]}}]
"""
THEIRS = {
    "selection_rate": fair.selection_rate, "recall": sk.recall_score, "precision": sk.precision_score,
    "false_positive_rate": fair.false_positive_rate, "accuracy": sk.accuracy_score,
}  # fmt: skip


def random_rows(seed):
    rng = np.random.default_rng(seed)
    count = 3000
    frame = pd.DataFrame({"gender": rng.choice(["f", "m", "x"], count, p=[0.45, 0.45, 0.1]),
                          "region": rng.choice(["north", "south"], count)})  # fmt: skip
    frame["y"] = rng.random(count) < np.where(frame["gender"] == "m", 0.5, 0.3)
    frame["p"] = np.where(
        rng.random(count) < np.where(frame["region"] == "north", 0.8, 0.65), frame["y"], ~frame["y"]
    )
    frame["w"] = rng.gamma(2.0, 0.5, count).round(4) + 0.01
    return frame.astype({"y": int, "p": int})


@pytest.fixture(scope="module", params=["plain", "weighted"])
def compared(request, tmp_path_factory):
    """The checks of a run by columns, and Fairlearn's frame by columns."""
    folder = tmp_path_factory.mktemp(request.param)
    rows = random_rows(7)
    rows.to_csv(folder / "test.csv", index=False)
    weighted = request.param == "weighted"
    (folder / "spec.yaml").write_text(SPEC.format(weight=", weight: w" if weighted else ""))
    results = run(folder / "spec.yaml", folder / "out").results
    parameters = {name: {"sample_weight": rows["w"]} for name in THEIRS} if weighted else None
    frames = {
        by: fair.MetricFrame(metrics=THEIRS, y_true=rows["y"], y_pred=rows["p"], sensitive_features=rows[list(by)],
                             sample_params=parameters)
        for by in (("gender",), ("gender", "region"))
    }  # fmt: skip
    weights = {"sample_weight": rows["w"]} if weighted else {}
    return {tuple(check["by"]): check for check in results["fairness"]}, frames, rows, weights


def test_values_of_groups(compared):
    checks, frames, _, _ = compared
    for by, check in checks.items():
        for gaps in check["metrics"]:
            theirs = frames[by].by_group[gaps["metric"]]
            for group in gaps["groups"]:
                key = tuple(part.partition("=")[2] for part in group["group"].split(" & "))
                assert group["value"] == pytest.approx(theirs[key if len(key) > 1 else key[0]], abs=1e-9)
            assert len(gaps["groups"]) == len(theirs)


def test_largest_differences_and_smallest_ratios(compared):
    checks, frames, _, _ = compared
    for by, check in checks.items():
        difference, ratio = frames[by].difference(), frames[by].ratio()
        for gaps in check["metrics"]:
            metric = gaps["metric"]
            assert gaps["largest_difference"]["value"] == pytest.approx(difference[metric], abs=1e-9)
            assert gaps["smallest_ratio"]["value"] == pytest.approx(ratio[metric], abs=1e-9)


def test_differences_and_ratios_to_the_reference(compared):
    """Fairlearn has no group to refer to: its values are set apart by hand."""
    checks, frames, rows, _ = compared
    largest = rows["gender"].value_counts().idxmax()
    check = checks["gender",]
    assert check["reference"] == f"gender={largest}"
    for gaps in check["metrics"]:
        theirs = frames["gender",].by_group[gaps["metric"]]
        for group in gaps["groups"]:
            value = theirs[group["group"].partition("=")[2]]
            if group["verdict"] == "reference":
                assert group["difference"] is None
                continue
            assert group["difference"] == pytest.approx(value - theirs[largest], abs=1e-9)
            assert group["ratio"] == pytest.approx(value / theirs[largest], abs=1e-9)
            assert group["difference_low"] < group["difference"] < group["difference_high"]
            assert group["ratio_low"] < group["ratio"] < group["ratio_high"]
        others = theirs.drop(largest)
        apart = float((others - theirs[largest]).abs().max())
        ratios = others / theirs[largest]
        assert gaps["difference_to_reference"]["value"] == pytest.approx(apart, abs=1e-9)
        least = float(np.minimum(ratios, 1 / ratios).min())
        assert gaps["ratio_to_reference"]["value"] == pytest.approx(least, abs=1e-9)


def test_equalized_odds_and_demographic_parity(compared):
    checks, _, rows, weights = compared
    for by, check in checks.items():
        arguments = {"sensitive_features": rows[list(by)], **weights}
        odds = fair.equalized_odds_difference(rows["y"], rows["p"], **arguments)
        assert check["equalized_odds_difference"]["value"] == pytest.approx(odds, abs=1e-9)
        rates = check["metrics"][0]
        parity = fair.demographic_parity_difference(rows["y"], rows["p"], **arguments)
        assert rates["largest_difference"]["value"] == pytest.approx(parity, abs=1e-9)
        ratio = fair.demographic_parity_ratio(rows["y"], rows["p"], **arguments)
        assert rates["smallest_ratio"]["value"] == pytest.approx(ratio, abs=1e-9)
