"""Labels in doubt: those of cleanlab's confident learning, where labels were changed, and few where none was."""

import numpy as np
import pandas as pd
import pytest
from cleanlab.filter import find_label_issues
from conftest import call, run

SPEC = """\
specgen: 1
project: {{name: doubts, purpose: explore}}
task: {{type: {task}, target: y, id: id, score: {score}, {more}}}
data: {{{split}: dev.csv}}
models: {{candidate: {{columns: {{score: {score}}}}}}}
metrics: [accuracy]
error_analysis: {{columns: [x], examples: 20}}
milestones: [{{name: only, split: {split}, gates: [{{metric: accuracy, at_least: 0.5}}]}}]
"""


def softmax_rows(n=3000, classes=4, noise=0.05, apart=4.0, seed=0):
    """Normal classes with their true posterior as scores, and a share of labels changed to another."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, n)
    x = rng.normal(size=(n, classes)) + apart * np.eye(classes)[y]
    scores = np.exp(apart * x)
    scores /= scores.sum(axis=1, keepdims=True)
    changed = rng.random(n) < noise
    given = np.where(changed, (y + rng.integers(1, classes, n)) % classes, y)
    return given, scores, changed


def doubted(tmp_path, given, scores, split="dev"):
    classes = scores.shape[1]
    data = pd.DataFrame({"id": np.arange(len(given)), "x": 0, "y": given})
    if classes == 2:
        data["s"] = scores[:, 1]
        score, more = "s", "positive: 1"
        task = "binary"
    else:
        data = data.join(pd.DataFrame(scores, columns=[f"s{j}" for j in range(classes)]))
        score, task = f"[{', '.join(f's{j}' for j in range(classes))}]", "multiclass"
        more = f"labels: [{', '.join(map(str, range(classes)))}]"
    data.to_csv(tmp_path / "dev.csv", index=False)
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC.format(task=task, score=score, more=more, split=split))
    return run(spec, tmp_path / "out"), spec


def all_doubts(tmp_path, spec):
    out = tmp_path / "doubts.csv"
    assert call("errors", "export", spec, "--doubts", "--rows", 100_000, "--out", out).code == 0
    return pd.read_csv(out)


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("apart", [1.0, 4.0])
def test_doubts_are_those_of_cleanlab(tmp_path, classes, apart):
    given, scores, _ = softmax_rows(classes=classes, apart=apart)
    called, spec = doubted(tmp_path, given, scores)
    scores = pd.read_csv(tmp_path / "dev.csv").filter(regex="^s").to_numpy()
    scores = np.column_stack([1 - scores, scores]) if classes == 2 else scores
    issues = find_label_issues(given, scores, filter_by="confident_learning", n_jobs=1)
    issues &= scores.argmax(axis=1) != given
    assert set(all_doubts(tmp_path, spec).id) == set(np.flatnonzero(issues))
    assert called.results["label_doubts"]["count"] == issues.sum()


def test_changed_labels_are_found_and_said_to_be_beyond_chance(tmp_path):
    given, scores, changed = softmax_rows()
    called, spec = doubted(tmp_path, given, scores)
    found = all_doubts(tmp_path, spec)
    hits = changed[found.id].sum()
    assert hits / len(found) > 0.95
    assert hits / changed.sum() > 0.9
    assert called.results["label_doubts"]["beyond_chance"]
    assert [row["id"] for row in called.results["label_doubts"]["listed"]] == found.id.head(50).astype(
        str
    ).tolist()


@pytest.mark.parametrize("apart", [0.7, 1.5, 4.0])
def test_right_labels_are_doubted_no_more_than_chance_says(tmp_path, apart):
    given, scores, _ = softmax_rows(noise=0, apart=apart)
    found = doubted(tmp_path, given, scores)[0].results["label_doubts"]
    assert not found["beyond_chance"]
    assert abs(found["count"] - found["expected"]) <= 4 * np.sqrt(found["expected"]) + 1


def test_labels_of_train_are_never_doubted_and_the_run_says_why(tmp_path):
    given, scores, _ = softmax_rows(400)
    called, spec = doubted(tmp_path, given, scores, split="train")
    assert called.results["label_doubts"] is None
    assert any("Labels of train are not doubted" in note["text"] for note in called.results["notes"])
    exported = call("errors", "export", spec, "--doubts", "--out", tmp_path / "d.csv")
    assert exported.code == 2
    assert "labels of train are not doubted" in exported.err
