"""Mistakes in multilabel specs and data are told with their place."""

import pytest
from conftest import call, run, write_csv

SPEC = """\
specgen: 1
project: {name: small, purpose: explore}
task: {type: multilabel, target: [a, b], prediction: [pa, pb], id: id}
data: {test: test.csv}
models:
  candidate: {columns: {prediction: [pa, pb]}}
metrics: [micro_f1]
milestones:
  - {name: test, split: test, gates: [{metric: micro_f1, at_least: 0.1}]}
"""


def rows(count=12, **changed):
    made = [
        {"id": f"r{i:02d}", "a": i % 2, "b": int(i % 3 == 0), "pa": i % 2, "pb": 0, "n": i}
        for i in range(count)
    ]
    made[3] |= changed
    return made


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"a": "yes"}, "data.test: 1 row with a label that is not 0 or 1 in column 'a': 'yes' in row 'r03'"),
        ({"b": ""}, "data.test: 1 row with a label that is not 0 or 1 in column 'b': 'r03'"),
        ({"a": 0.5}, "data.test: 1 row with a label that is not 0 or 1 in column 'a': '0.5' in row 'r03'"),
        (
            {"pb": 2},
            "1 row of data.test with a prediction that is not 0 or 1 in column 'pb': '2' in row 'r03'",
        ),
        (
            {"pa": ""},
            "1 row of data.test with a prediction that is not 0 or 1 in column 'pa': nothing in row 'r03'",
        ),
    ],
)
def test_values_that_are_no_labels(tmp_path, changed, told):
    write_csv(tmp_path / "test.csv", rows(**changed))
    (tmp_path / "spec.yaml").write_text(SPEC)
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    assert called.code == 2
    assert told in called.err


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("target: [a, b]", "target: [a, bb]", "task.target[1]: no column 'bb' in data.test; did you mean 'b'?"),
        ("target: [a, b]", "target: [a, A]", "task.target: a column stands there twice; name each once"),
        ("prediction: [pa, pb], id", "prediction: [pa], id", "task.prediction: 1 given for 2 target columns; give one each"),
        (
            "columns: {prediction: [pa, pb]}",
            "columns: {prediction: [pa]}",
            "models.candidate.columns.prediction: 1 given for 2 target columns; give one each",
        ),
        (
            "columns: {prediction: [pa, pb]}",
            "columns: {prediction: pa}",
            "models.candidate.columns.prediction: expected a list of columns for a multilabel task, got 'pa'",
        ),
        ("columns: {prediction: [pa, pb]}", "columns: {prediction: [pa, pc]}", "models.candidate.columns.prediction[1]: no column 'pc' in data.test"),
        ("[micro_f1]", "[f1]", "'f1' is about one label in a multilabel task; add label: ..., or take macro_f1 or micro_f1"),
        ("[micro_f1]", "[{name: recall, label: c}]", "metrics[0].label: no label 'c' in the data"),
        ("[micro_f1]", "[{name: macro_f1, label: a}]", "metrics[0].label: 'macro_f1' is about all labels; remove 'label'"),
        ("[micro_f1]", "[{name: auc, label: a}]", "'auc' needs probabilities; name their column in task.score"),
        (
            "milestones:",
            "baselines: {person: {kind: human, column: pa}}\nmilestones:",
            "baselines.person.column: a multilabel task has a column a label; write columns: [...]",
        ),
        (
            "milestones:",
            "baselines: {person: {kind: human, columns: [pa, pz]}}\nmilestones:",
            "baselines.person.columns[1]: no column 'pz' in data.test",
        ),
    ],
)  # fmt: skip
def test_columns_and_metrics_that_do_not_fit(tmp_path, old, new, told):
    write_csv(tmp_path / "test.csv", rows())
    (tmp_path / "spec.yaml").write_text(SPEC.replace(old, new))
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    assert called.code == 2
    assert told in called.err


def test_truth_values_names_of_labels_and_business_values(tmp_path):
    made = [{**row, "a": str(bool(row["a"])), "pa": "true" if row["pa"] else "FALSE"} for row in rows()]
    write_csv(tmp_path / "test.csv", made)
    text = SPEC.replace("id: id}", "labels: [first, second], id: id}").replace(
        "metrics: [micro_f1]", "metrics: [{name: recall, label: first}]"
    )
    text += "business: [{name: cost, per_row: 'CASE WHEN pb <> b THEN 3 ELSE 0 END', better: lower}]\n"
    (tmp_path / "spec.yaml").write_text(text)
    assert call("validate", tmp_path / "spec.yaml").code == 0
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    assert called.measurement(metric="recall", label="first")["value"] == 1
    assert called.measurement(metric="recall", label="second")["value"] == 0
    assert called.measurement(metric="cost")["value"] == 1, "four of twelve rows miss b"


def test_the_report_has_a_table_of_labels(tmp_path):
    write_csv(tmp_path / "test.csv", rows())
    (tmp_path / "spec.yaml").write_text(SPEC)
    called = run(tmp_path / "spec.yaml", tmp_path / "out", formats="html")
    html = (called.folder / "report.html").read_text()
    assert "Metrics of each label" in html
    assert "Micro F1" in html
