"""A baseline of several people's labels, some of which are missing."""

import numpy as np
import pytest
from conftest import BINARY_SPEC, run, write_csv
from sklearn.metrics import f1_score

PEOPLE = "baselines: {people: {kind: human, columns: [a1, a2, a3]}}\nslices: [{by: region}]\n"


def labelled(n=400, seed=0, missing=0.3):
    """Rows with the labels of three people, each absent on some."""
    rng = np.random.default_rng(seed)
    y = np.where(rng.random(n) < 0.4, "yes", "no")
    flip = {"yes": "no", "no": "yes"}
    rows = []
    for i in range(n):
        row = {"id": f"r{i}", "y": y[i], "region": "north" if i % 3 else "south", "s": 0.5}
        row["p"] = y[i] if rng.random() < 0.8 else flip[y[i]]
        for person, chance in (("a1", 0.95), ("a2", 0.85), ("a3", 0.75)):
            there = rng.random() > missing
            row[person] = (y[i] if rng.random() < chance else flip[y[i]]) if there else ""
        rows.append(row)
    return rows


def people_of(row):
    return [row[one] for one in ("a1", "a2", "a3") if row[one]]


def test_the_baseline_is_the_mean_over_people_of_each_row(project):
    rows = labelled()
    path = project(BINARY_SPEC.replace("[accuracy]", "[accuracy, f1]") + PEOPLE, rows)
    called = run(path, path.parent / "out")
    assert called.results is not None, called.err
    known = [row for row in rows if people_of(row)]
    for part in ("all", "region=north", "region=south"):
        chosen = [row for row in known if part in ("all", f"region={row['region']}")]
        value = np.mean([np.mean([one == row["y"] for one in people_of(row)]) for row in chosen])
        mine = np.mean([row["p"] == row["y"] for row in chosen])
        gap = next(b for b in called.results["baselines"] if b["slice"] == part and b["metric"] == "accuracy")
        assert gap["value"] == pytest.approx(value, abs=1e-11)
        assert gap["measured"] == pytest.approx(mine, abs=1e-11)
        assert gap["gap"] == pytest.approx(value - mine, abs=1e-11)
        assert gap["gap_low"] < gap["gap"] < gap["gap_high"]
        assert called.measurement(model="people", slice=part, metric="accuracy")["value"] == pytest.approx(
            value
        )


def test_a_metric_of_counts_pools_the_labels(project):
    rows = labelled()
    path = project(BINARY_SPEC.replace("[accuracy]", "[accuracy, f1]") + PEOPLE, rows)
    called = run(path, path.parent / "out")
    pooled = [(row["y"], one, 1 / len(people_of(row))) for row in rows for one in people_of(row)]
    y, said, weight = zip(*pooled, strict=True)
    expected = f1_score(y, said, pos_label="yes", sample_weight=weight)
    assert called.measurement(model="people", slice="all", metric="f1")["value"] == pytest.approx(expected)


def test_each_person_and_their_agreement(project):
    rows = labelled()
    path = project(BINARY_SPEC + PEOPLE, rows)
    (found,) = run(path, path.parent / "out").results["agreements"]
    for person in ("a1", "a2", "a3"):
        own = [row for row in rows if row[person]]
        assert found["labelled"][person] == len(own)
        told = next(v for v in found["values"] if (v["person"], v["metric"]) == (person, "accuracy"))
        assert told["value"] == pytest.approx(np.mean([row[person] == row["y"] for row in own]))
        assert (told["n"], told["method"]) == (len(own), "wilson")
    assert found["shared"] == sum(len(people_of(row)) > 1 for row in rows)
    assert found["alpha"]["low"] < found["alpha"]["value"] < found["alpha"]["high"]
    pairs = [
        np.mean([a == b for i, a in enumerate(people_of(row)) for b in people_of(row)[i + 1 :]])
        for row in rows if len(people_of(row)) > 1
    ]  # fmt: skip
    assert found["pairwise"]["value"] == pytest.approx(np.mean(pairs))


def test_who_is_missing_is_told(project):
    path = project(BINARY_SPEC + PEOPLE, labelled())
    notes = [note["text"] for note in run(path, path.parent / "out").results["notes"]]
    assert any("of 400 rows of test, a1 " in text and "anybody did" in text for text in notes)
    assert not any("not evaluated" in text for text in notes)


def test_one_person_alone_is_the_same_as_a_column(project):
    """But for the method of the interval: a person's labels of all rows give the same values."""
    rows = labelled(missing=-1)
    one = "baselines: {people: {kind: human, columns: [a1]}, alone: {kind: human, column: a1}}\nslices: [{by: region}]\n"
    found = run(project(BINARY_SPEC + one, rows), project(BINARY_SPEC + one, rows).parent / "out").results
    by_slice = {(b["baseline"], b["slice"]): b for b in found["baselines"]}
    for part in ("all", "region=north", "region=south"):
        mine, theirs = by_slice["people", part], by_slice["alone", part]
        assert mine["gap"] == pytest.approx(theirs["gap"], abs=1e-11)
        assert mine["gap_low"] == pytest.approx(theirs["gap_low"], abs=0.01)


def test_labels_that_are_none_are_told_by_their_column(project):
    rows = labelled()
    rows[7]["a2"] = "maybe"
    path = project(BINARY_SPEC + PEOPLE, rows)
    called = run(path, path.parent / "out")
    assert called.code == 2
    assert (
        "baselines.people.columns: 1 row of data.test with a prediction that is none of the labels in column 'a2': 'maybe' in row 'r7'"
        in called.err
    )


def test_a_missing_column_is_told(project):
    path = project(BINARY_SPEC + PEOPLE.replace("a3", "a4"), labelled())
    called = run(path, path.parent / "out")
    assert called.code == 2
    assert (
        "no column 'a4' in data.test; did you mean 'a1'" in called.err
        or "no column 'a4' in data.test" in called.err
    )


def test_gates_may_ask_for_people(project):
    spec = BINARY_SPEC.replace("at_least: 0.5", "at_least: {baseline: people, margin: -0.3}")
    path = project(spec + PEOPLE, labelled())
    called = run(path, path.parent / "out")
    gate = called.results["gates"][0]
    assert gate["verdict"] == "pass", gate["reason"]


@pytest.mark.parametrize("task", ["regression", "transcription", "multiclass"])
def test_other_tasks(tmp_path, task):
    rng = np.random.default_rng(0)
    texts = ["call mum", "stop", "play jazz now"]
    rows = []
    for i in range(90):
        if task == "regression":
            row = {"id": i, "y": rng.normal(), "g": i % 2}
            row |= {c: row["y"] + rng.normal(0, s) for c, s in (("p", 0.5), ("a1", 0.2), ("a2", 0.4))}
        elif task == "transcription":
            row = {"id": i, "y": texts[i % 3], "g": i % 2}
            row |= {
                c: texts[i % 3] if rng.random() < k else "stop it"
                for c, k in (("p", 0.7), ("a1", 0.9), ("a2", 0.8))
            }
        else:
            row = {"id": i, "y": "abc"[i % 3], "g": i % 2}
            row |= {
                c: "abc"[i % 3] if rng.random() < k else "a"
                for c, k in (("p", 0.7), ("a1", 0.9), ("a2", 0.8))
            }
        row["a2"] = "" if i % 5 == 0 else row["a2"]
        rows.append(row)
    metric = {"regression": "mae", "transcription": "wer", "multiclass": "macro_f1"}[task]
    write_csv(tmp_path / "test.csv", rows)
    (tmp_path / "spec.yaml").write_text(
        f"specgen: 1\nproject: {{name: small, purpose: explore}}\ntask: {{type: {task}, target: y, prediction: p, id: id}}\n"
        "data: {test: test.csv}\nmodels: {candidate: {columns: {prediction: p}}}\n"
        f"metrics: [{metric}]\nbaselines: {{people: {{kind: human, columns: [a1, a2]}}}}\nslices: [{{by: g}}]\n"
        f"milestones: [{{name: test, split: test, gates: [{{metric: {metric}, {'at_least: 0' if task == 'multiclass' else 'at_most: 9'}}}]}}]\n"
    )
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    assert called.results is not None, called.err
    (found,) = called.results["agreements"]
    assert found["labelled"] == {"a1": 90, "a2": 72}
    assert (found["alpha"] is None) == (task == "transcription")
    assert (found["pairwise"] is None) == (task == "regression")
    gap = next(b for b in called.results["baselines"] if b["slice"] == "all")
    assert gap["gap_low"] < gap["gap"] < gap["gap_high"]
    if task == "regression":
        expected = np.mean(
            [np.mean([abs(float(row[c]) - row["y"]) for c in ("a1", "a2") if row[c] != ""]) for row in rows]
        )
        assert gap["value"] == pytest.approx(expected)
