"""Key examples one by one, on every task."""

import pytest
from conftest import BINARY_SPEC, binary_rows, run, write_csv

from specgen.inputs.examples import MOST_EXAMPLES

HEAD = "specgen: 1\nproject: {name: small, purpose: explore}\n"
TAIL = "milestones: [{name: test, split: test, gates: [{metric: %s, at_least: 0}]}]\n"


def examples(folder, task, rows, keys, metric, wanted=("id", "label", "prediction", "ok")):
    """What is told of each key example."""
    spec = f"{HEAD}task: {task}\ndata: {{test: test.csv}}\nmetrics: [{metric}]\nkey_examples: [{keys}]\n"
    if "prediction:" in task:
        column = (
            task.partition("prediction: ")[2].partition("]")[0] + "]"
            if "prediction: [" in task
            else task.partition("prediction: ")[2].partition(",")[0]
        )
        spec += f"models: {{candidate: {{columns: {{prediction: {column}}}}}}}\n"
    write_csv(folder / "test.csv", rows)
    (folder / "spec.yaml").write_text(
        spec + TAIL % (metric if isinstance(metric, str) and "{" not in metric else "iou")
    )
    called = run(folder / "spec.yaml", folder / "out")
    assert called.results is not None, called.err
    return [tuple(one[key] for key in wanted) for one in called.results["key_examples"]]


def test_labels_with_their_scores(project):
    path = project(BINARY_SPEC + "key_examples: [{name: vip, ids: [r000, r001, r002]}]\n")
    found = run(path, path.parent / "out").results["key_examples"]
    rows = {row["id"]: row for row in binary_rows()}
    assert {one["id"] for one in found} == {"r000", "r001", "r002"}
    assert [one["ok"] for one in found] == sorted(one["ok"] for one in found), "wrong ones come first"
    for one in found:
        row = rows[one["id"]]
        assert (one["label"], one["prediction"], one["ok"]) == (row["y"], row["p"], row["y"] == row["p"])
        assert one["score"] == pytest.approx(row["s"])
        assert (one["name"], one["split"]) == ("vip", "test")


def test_classes_by_condition(tmp_path):
    rows = [{"id": i, "y": "abc"[i % 3], "p": "abc"[i % 2]} for i in range(9)]
    keys = "{name: few, where: id < 3}"
    task = "{type: multiclass, target: y, prediction: p, id: id}"
    assert examples(tmp_path, task, rows, keys, "accuracy") == [
        ("2", "c", "a", False),
        ("0", "a", "a", True),
        ("1", "b", "b", True),
    ]


def test_several_labels(tmp_path):
    rows = [{"id": i, "a": 1, "b": i % 2, "pa": 1, "pb": int(i > 0)} for i in range(4)]
    task = "{type: multilabel, target: [a, b], prediction: [pa, pb], id: id}"
    found = examples(tmp_path, task, rows, "{name: k, ids: ['0', '1', '2']}", "subset_accuracy")
    assert found == [("2", "a", "a, b", False), ("0", "a", "a", True), ("1", "a, b", "a, b", True)]


def test_numbers_the_farthest_off_first(tmp_path):
    rows = [{"id": i, "y": float(i), "p": i + 0.5 * i * (-1) ** i} for i in range(5)]
    task = "{type: regression, target: y, prediction: p, id: id}"
    found = examples(
        tmp_path,
        task,
        rows,
        "{name: k, ids: ['1', '2', '4']}",
        "mae",
        ("id", "label", "prediction", "ok", "error"),
    )
    assert found == [("4", "4", "6", None, 2.0), ("2", "2", "3", None, 1.0), ("1", "1", "0.5", None, -0.5)]


def test_transcripts(tmp_path):
    rows = [
        {"id": "u1", "said": "call mum", "heard": "call  mum"},
        {"id": "u2", "said": "play jazz", "heard": "lay jazz"},
        {"id": "u3", "said": "stop", "heard": ""},
    ]
    task = "{type: transcription, target: said, prediction: heard, id: id}"
    found = examples(
        tmp_path,
        task,
        rows,
        "{name: k, ids: [u1, u2, u3]}",
        "wer",
        ("id", "label", "prediction", "ok", "error"),
    )
    assert sorted(found) == [
        ("u1", "call mum", "call  mum", True, 0.0), ("u2", "play jazz", "lay jazz", False, 1.0), ("u3", "stop", "", False, 1.0),
    ]  # fmt: skip


def test_queries(tmp_path):
    rows = [
        {"q": q, "rel": rel, "p": p}
        for q, one in {
            "a": [(1, 0.9), (0, 0.1)],
            "b": [(1, 0.5), (0, 0.5), (0, 0.7)],
            "c": [(0, 0.2), (0, 0.3)],
            "d": [(1, 1), (0, 0)],
        }.items()
        for rel, p in one
    ]
    task = "{type: ranking, target: rel, prediction: p, query: q}"
    found = examples(tmp_path, task, rows, "{name: nav, ids: [a, b, c]}", "mrr")
    assert found == [
        ("b", "1 of 3 rows relevant", "the first relevant one at rank 3", False),
        ("a", "1 of 2 rows relevant", "the first relevant one at rank 1", True),
        ("c", "0 of 2 rows relevant", None, None),
    ]


def test_scores_made_elsewhere(tmp_path):
    rows = [{"id": i, "iou": i / 10} for i in range(5)]
    found = examples(
        tmp_path,
        "{type: scores, id: id}",
        rows,
        "{name: k, ids: ['3', '1']}",
        "{name: iou, column: iou, better: higher}",
    )
    assert found == [("1", "", "0.1", None), ("3", "", "0.3", None)]


def test_a_set_of_many_is_cut_and_says_so(project):
    rows = binary_rows(MOST_EXAMPLES + 200)
    path = project(BINARY_SPEC + 'key_examples: [{name: many, where: "s >= 0"}]\n', rows)
    found = run(path, path.parent / "out").results
    assert len(found["key_examples"]) == MOST_EXAMPLES
    wrong = sum(row["y"] != row["p"] for row in rows)
    assert sum(not one["ok"] for one in found["key_examples"]) == wrong, "the wrong ones are all there"
    assert any("many has 1,200 rows of test: the 1,000 worst" in note["text"] for note in found["notes"])
