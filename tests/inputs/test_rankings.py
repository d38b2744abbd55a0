"""What can be wrong with the rows of a ranking, its key examples and its naive baseline, on whole runs."""

import pytest
from conftest import run, write_csv

SPEC = """\
specgen: 1
project: {name: t, purpose: explore}
task: {type: ranking, target: y, prediction: p, query: q%s}
data: {%stest: test.csv}
models: {candidate: {columns: {prediction: p}}}
metrics: [{name: ndcg, k: 5}, mrr]
%s
milestones: [{name: m, split: test, gates: [{metric: mrr, at_least: 0}]}]
"""
NAIVE = "baselines: {naive: {kind: naive}}"


def rows(**changed):
    """Thirty queries of four rows, of which one is relevant; `changed` replaces a column's values by row."""
    found = []
    for i in range(120):
        row = {"id": f"r{i}", "q": f"q{i // 4}", "y": int(i % 4 == 1), "p": (i * 7) % 5, "item": f"i{i % 4}",
               "w": 1 + i // 4, "user": f"u{i // 12}", "grade": i % 3}  # fmt: skip
        found.append(row | {name: change(i, row) for name, change in changed.items()})
    return found


def called(folder, task="", extra="", data=None, train=None):
    write_csv(folder / "test.csv", data or rows())
    if train:
        write_csv(folder / "train.csv", train)
    (folder / "spec.yaml").write_text(SPEC % (task, "train: train.csv, " if train else "", extra))
    return run(folder / "spec.yaml", folder / "out")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"y": lambda i, _: -1 if i == 3 else 1}, "1 row with no relevance (a number of 0 or more) in column 'y'"),
        ({"y": lambda i, _: "" if i == 3 else 1}, "no relevance (a number of 0 or more)"),
        ({"q": lambda i, r: "" if i in (3, 9) else r["q"]}, "2 rows with no value in column 'q'"),
        ({"p": lambda i, _: "nan" if i == 3 else 1.5}, "1 row of data.test with a prediction that is no number"),
        ({"y": lambda *_: 0}, "task.target: no row of data.test is relevant: column 'y' is 0 throughout"),
    ],
)  # fmt: skip
def test_unusable_rows_are_told(tmp_path, changed, told):
    found = called(tmp_path, data=rows(**changed))
    assert found.code == 2
    assert told in found.err


@pytest.mark.parametrize(
    ("task", "changed", "told"),
    [
        (", weight: w", {"w": lambda i, _: i % 2}, "task.weight: 30 queries of data.test with several values of 'w'"),
        (", unit: user", {"user": lambda i, _: "a" if i == 0 else "b"}, "task.unit: 1 query of data.test with several"),
        (", item: itme", {}, "task.item: no column 'itme' in data.test; did you mean 'item'?"),
    ],
)  # fmt: skip
def test_columns_that_do_not_fit_queries_are_told(tmp_path, task, changed, told):
    found = called(tmp_path, task, data=rows(**changed))
    assert found.code == 2
    assert told in found.err


def test_units_hold_whole_queries_and_are_what_n_counts(tmp_path):
    assert called(tmp_path / "a", ", unit: user").measurement(metric="mrr")["n"] == 10
    assert called(tmp_path / "b").measurement(metric="mrr")["n"] == 30


@pytest.mark.parametrize("ids", ["ids: [q1, q2]", "where: \"q = 'q1' OR q = 'q2'\""])
def test_key_examples_are_queries(tmp_path, ids):
    found = called(tmp_path, extra=f"key_examples: [{{name: navigational, {ids}}}]")
    numbers = found.measurement(metric="mrr", slice="navigational")
    assert (numbers["n"], numbers["rows"]) == (2, 8)


def test_ids_of_rows_are_no_key_examples(tmp_path):
    found = called(tmp_path, ", id: id", "key_examples: [{name: navigational, ids: [r1, q2]}]")
    assert found.code == 2
    assert "1 of 2 ids are in no split: 'r1'; the ids of a ranking task's examples are queries" in found.err


def test_naive_ties_all_rows_without_items(tmp_path):
    found = called(tmp_path, extra=NAIVE)
    assert found.measurement(model="naive", metric="mrr")["value"] == 0.25, "the relevant one of four is last"
    assert "tied" in found.results["baseline_sources"][0]["description"]


def test_naive_sorts_by_popularity_in_training(tmp_path):
    found = called(tmp_path, ", item: item", NAIVE, train=rows())
    assert found.measurement(model="naive", metric="mrr", split="test")["value"] == 1
    assert "most popular item of train" in found.results["baseline_sources"][0]["description"]


def test_naive_knows_no_popularity_of_the_test_itself(tmp_path):
    found = called(tmp_path, ", item: item", NAIVE)
    assert found.measurement(model="naive", metric="mrr")["value"] == 0.25


def test_a_person_is_measured_on_the_queries_labelled_whole(tmp_path):
    person = rows(h=lambda i, r: "" if i in (0, 5) else r["y"])
    found = called(tmp_path, extra="baselines: {person: {kind: human, column: h}}", data=person)
    numbers = found.measurement(model="person", metric="mrr")
    assert (numbers["n"], numbers["value"]) == (28, 1)


def test_a_perfect_ranking_is_exactly_one(tmp_path):
    graded = rows(y=lambda i, _: i % 3, p=lambda i, _: i % 3)
    text = SPEC.replace("metric: mrr, at_least: 0", "metric: ndcg@5, at_least: 1, evidence: point")
    write_csv(tmp_path / "test.csv", graded)
    (tmp_path / "spec.yaml").write_text(text % ("", "", ""))
    assert run(tmp_path / "spec.yaml", tmp_path / "out").code == 0
