"""What is said of a gate lies in its metric's range; slices of the same rows are one finding."""

from __future__ import annotations

from conftest import BINARY_SPEC, run

GATES = BINARY_SPEC.index("gates: [") + len("gates: [")
LABELS = ("a", "b", "c")


def test_bounds_against_a_baseline_stay_in_the_range_of_the_metric(project):
    rows = [
        {"id": f"r{i}", "region": "n", "y": "yes" if i % 2 else "no", "p": "yes" if i % 2 else "no", "s": 0.5,
         "q": "yes" if i % 4 in (1, 2) else "no"}
        for i in range(12)
    ]  # fmt: skip
    spec = BINARY_SPEC[:GATES] + "{metric: accuracy, at_least: {baseline: human, margin: 0}}]}\n"
    path = project(spec + "baselines: {human: {kind: human, column: q}}\n", rows)
    found = run(path, path.parent / "out").results["gates"][0]
    assert found["measured"] == 1.0
    assert 0.0 <= found["low"] <= found["measured"] <= found["high"] <= 1.0
    assert "and 1 by its difference from human:" in found["reason"]


def case(folder, metric):
    """Three labels of which the third is mostly missed, in a slice by condition and in another by label."""
    lines = ["y,p,part"]
    for i in range(900):
        label = LABELS[i % 3]
        lines.append(
            f"{label},{label if label != 'c' or i % 10 < 2 else 'a'},{'last' if label == 'c' else 'rest'}"
        )
    (folder / "test.csv").write_text("\n".join(lines) + "\n")
    spec = folder / "spec.yaml"
    spec.write_text(
        "specgen: 1\nproject: {name: case, purpose: explore}\ntask: {type: multiclass, target: y, prediction: p}\n"
        "data: {test: test.csv}\nmodels: {candidate: {columns: {prediction: p}}}\n"
        f"metrics: [{metric}]\nslices: [{{name: thirds, where: \"part = 'last'\"}}, {{by: y}}]\n"
        "milestones: [{name: test, split: test, gates: [{metric: accuracy, at_least: 0.5}]}]\n"
    )
    called = run(spec, folder / "out")
    return [weak["slice"] for weak in called.results["diagnosis"]["weak_slices"]]


def test_slices_of_the_same_rows_are_listed_once(tmp_path):
    assert case(tmp_path, "accuracy") == ["thirds"]


def test_means_over_classes_are_not_compared_between_slices(tmp_path):
    assert case(tmp_path, "balanced_accuracy") == []
