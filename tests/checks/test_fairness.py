"""Fairness through the command line: what is shown of groups, what is not, and what stays untouched."""

import numpy as np
import pytest
from conftest import BINARY_SPEC, binary_rows, run, write_csv

HEAD = BINARY_SPEC[: BINARY_SPEC.index("milestones")]
GATES = "milestones: [{{name: test, split: test, gates: [{gates}]}}]\n"
EASY = "{metric: accuracy, at_least: 0.1}"


def with_fairness(fairness, gates=EASY, more=""):
    return f"{HEAD}{more}fairness: [{fairness}]\n{GATES.format(gates=gates)}"


def groups_of(sizes, rates, seed=1):
    """Rows of groups with these sizes and selection rates; half of them are truly positive."""
    rng = np.random.default_rng(seed)
    rows = []
    for (group, size), rate in zip(sizes.items(), rates, strict=True):
        for i in range(size):
            chosen = "yes" if rng.random() < rate else "no"
            rows.append({"id": f"{group}{i}", "region": group, "area": f"a{i % 2}", "y": "yes" if i % 2 else "no",
                         "p": chosen, "s": 0.7 if chosen == "yes" else 0.2})  # fmt: skip
    return rows


def only_check(called):
    assert called.results is not None, called.err
    (check,) = called.results["fairness"]
    return check


def test_what_is_shown_what_is_not_and_what_is_too_few(project):
    rows = groups_of({"east": 800, "north": 800, "south": 800, "west": 6}, [0.6, 0.6, 0.3, 0.5])
    path = project(
        with_fairness("{by: region, metrics: [selection_rate], reference: north, min_rows: 10}"), rows
    )
    called = run(path, path.parent / "out")
    check = only_check(called)
    (gaps,) = check["metrics"]
    assert {g["group"]: g["verdict"] for g in gaps["groups"]} == {
        "region=east": "not shown", "region=north": "reference", "region=south": "shown", "region=west": "too few",
    }  # fmt: skip
    west = gaps["groups"][3]
    assert (west["rows"], west["difference"]) == (6, None)
    assert west["value"] is not None, "a small group is shown all the same"
    assert west["reason"] == "6 of the 10 rows that the spec asks for"
    assert check["comparisons"] == 2
    rule = {f["group"]: f["verdict"] for f in check["four_fifths"]}
    assert rule == {
        "region=east": "kept", "region=north": "kept", "region=south": "below", "region=west": "too few",
    }  # fmt: skip
    warning = next(note for note in called.results["notes"] if note["place"] == "fairness[0]")
    assert warning["level"] == "warning"
    assert warning["text"].startswith("Four-fifths rule, test: region=south is selected 0.")


def test_missing_values_are_a_group_but_not_the_reference(project):
    rows = binary_rows()
    for row in rows[:40]:
        row["region"] = ""
    path = project(with_fairness("{by: region, metrics: [recall]}"), rows)
    check = only_check(run(path, path.parent / "out"))
    assert {g["group"]: g["rows"] for g in check["metrics"][0]["groups"]} == {
        "region=(missing)": 40, "region=north": 10, "region=south": 10,
    }  # fmt: skip
    assert (check["reference"], check["chosen"]) == ("region=north", "largest")


@pytest.mark.parametrize("reference", ["[south, a1]", '"region=south & area=a1"'])
def test_intersections_and_their_reference(project, reference):
    rows = groups_of({"north": 100, "south": 100}, [0.5, 0.5])
    entry = f"{{by: [region, area], metrics: [recall, false_positive_rate], reference: {reference}}}"
    path = project(with_fairness(entry), rows)
    check = only_check(run(path, path.parent / "out"))
    assert (check["reference"], check["chosen"]) == ("region=south & area=a1", "named")
    recall = {g["group"]: g for g in check["metrics"][0]["groups"]}
    assert len(recall) == 4
    nobody = recall["region=north & area=a0"]
    assert (nobody["value"], nobody["verdict"]) == (None, "not measured"), "area a0 has no positives"
    assert nobody["reason"]


def test_groups_of_fairness_are_no_slices_of_the_spec(project):
    """Neither gates over every slice nor measurements nor the ranking of gaps know them."""
    more = "slices: [{by: area}]\nbaselines: {naive: {kind: naive}}\n"
    gates = "{metric: accuracy, slices: every, at_least: 0.1}"
    rows = groups_of({"north": 60, "south": 60}, [0.5, 0.5])
    path = project(with_fairness("{by: region, metrics: [recall]}", gates, more), rows)
    results = run(path, path.parent / "out").results
    assert [m["name"] for m in results["gates"][0]["members"]] == ["area=a0", "area=a1"]
    for part in ("measurements", "baselines"):
        assert not [one for one in results[part] if one["slice"].startswith("region")]
    assert not [one for one in results["slices"] if one["family"] == "region"]
    assert [g["group"] for g in results["fairness"][0]["metrics"][0]["groups"]] == [
        "region=north",
        "region=south",
    ]
    assert {m["metric"] for m in results["measurements"]} == {"accuracy"}, "recall is compared only"


@pytest.mark.parametrize(
    "gate",
    [
        "{metric: recall, by: region, gap_at_most: 0.9}",
        '{metric: recall, by: "region & area", gap_at_most: 0.9}',
        '{metric: accuracy, slice: "region=south & area=a1", at_least: 0.01}',
    ],
)
def test_gates_may_be_about_groups_of_fairness(project, gate):
    rows = groups_of({"north": 200, "south": 200}, [0.5, 0.5])
    for i, row in enumerate(rows):
        row["area"] = f"a{i // 2 % 2}"
    entries = "{by: region, metrics: [recall]}, {by: [region, area], metrics: [recall]}"
    path = project(with_fairness(entries, gate), rows)
    called = run(path, path.parent / "out")
    assert called.results is not None, called.err
    assert called.results["gates"][0]["verdict"] == "pass"


def test_one_group_has_nothing_to_compare(project):
    path = project(with_fairness("{by: region, metrics: [recall]}"), groups_of({"north": 60}, [0.5]))
    called = run(path, path.parent / "out", formats="json,html")
    check = only_check(called)
    assert check["reason"] == "every row of data.test has region=north: there is nothing to compare"
    assert any("region could not be compared" in note["text"] for note in called.results["notes"])
    assert "there is nothing to compare" in (called.folder / "report.html").read_text()


def test_calibration_of_groups(project):
    path = project(with_fairness("{by: region, metrics: [calibration_error]}"))
    (gaps,) = only_check(run(path, path.parent / "out"))["metrics"]
    assert all(0 <= g["value"] <= 1 for g in gaps["groups"])
    assert gaps["groups"][1]["difference_low"] <= gaps["groups"][1]["difference"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{by: regoin, metrics: [recall]}", "fairness[0].by: no column 'regoin' in data.test; did you mean 'region'?"),
        ("{by: [region, regoin], metrics: [recall]}", "fairness[0].by[1]: no column 'regoin' in data.test"),
        ("{by: region, metrics: [recal]}", "fairness[0].metrics[0].name: no metric 'recal'; did you mean 'recall'?"),
        ("{by: region, metrics: [recall], reference: nrth}",
         "fairness[0].reference: data.test has no group 'region=nrth'; did you mean 'region=north'?"),
        ("{by: region, metrics: [recall], reference: 7}", "no group 'region=7'; did you mean 'region="),
        ("{by: region, metrics: [mae]}", "a binary task has no 'mae'"),
        ("{by: region, metrics: [{name: recall, label: maybe}]}", "no label 'maybe' in the data"),
        ("{by: region, metrics: [{name: recall, k: 3}]}", "'recall' takes no parameter '@3'"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_place(project, entry, said):
    path = project(with_fairness(entry))
    called = run(path, path.parent / "out")
    assert called.code == 2
    assert said in called.err.replace("\n", " ")


def test_a_column_of_ids_has_no_groups(project):
    path = project(with_fairness("{by: id, metrics: [recall]}"), binary_rows(300))
    called = run(path, path.parent / "out")
    assert called.code == 2
    assert "fairness[0].by: more than 200 groups in data.test; compare fewer" in called.err


def test_bins_of_the_slices_make_groups_of_a_number(project):
    rows = [{**row, "age": i} for i, row in enumerate(binary_rows(300))]
    more = "slices: [{by: age, bins: [0, 100, 200]}]\n"
    path = project(with_fairness('{by: age, metrics: [recall], reference: "[0, 100)"}', more=more), rows)
    check = only_check(run(path, path.parent / "out"))
    assert check["reference"] == "age=[0, 100)"
    assert [g["rows"] for g in check["metrics"][0]["groups"]] == [100, 100, 100]


RANKING = """\
specgen: 1
project: {name: t, purpose: explore}
task: {type: ranking, target: y, prediction: p, query: q}
data: {test: test.csv}
models: {candidate: {columns: {prediction: p}}}
metrics: [{name: ndcg, k: 5}]
fairness: [{by: seller, metrics: [{name: exposure, k: 5}, {name: coverage, k: 2}], reference: large}]
milestones: [{name: m, split: test, gates: [{metric: ndcg, at_least: 0.1}]}]
"""


def test_sellers_that_share_queries(tmp_path):
    rng = np.random.default_rng(3)
    rows = [
        {"q": q, "seller": "small" if i < 3 else "large", "y": int(rng.random() < 0.4),
         "p": round(rng.normal() - 1.0 * (i < 3), 3)}
        for q in range(150) for i in range(6)
    ]  # fmt: skip
    write_csv(tmp_path / "test.csv", rows)
    (tmp_path / "spec.yaml").write_text(RANKING)
    check = only_check(run(tmp_path / "spec.yaml", tmp_path / "out", formats="json,html"))
    exposure = check["metrics"][0]
    assert exposure["metric"] == "exposure@5"
    small = exposure["groups"][1]
    assert (small["group"], small["verdict"]) == ("seller=small", "shown")
    assert small["difference_high"] < 0
    assert exposure["largest_difference"]["value"] == pytest.approx(-small["difference"], rel=1e-9)
    # On full pages one seller's gain is the other's loss: as if independent, the interval would be narrower.
    independent = np.hypot(*((g["high"] - g["low"]) / 2 for g in exposure["groups"]))
    assert (small["difference_high"] - small["difference_low"]) / 2 > 1.2 * independent


def test_labels_of_a_multiclass_task(tmp_path):
    rng = np.random.default_rng(5)
    labels = np.array(["a", "b", "c"])
    y = rng.choice(labels, 900)
    right = rng.random(900) < np.where(np.arange(900) % 2, 0.9, 0.5)
    rows = [
        {"y": t, "p": t if ok else rng.choice(labels), "side": i % 2}
        for i, (t, ok) in enumerate(zip(y, right, strict=True))
    ]
    write_csv(tmp_path / "test.csv", rows)
    (tmp_path / "spec.yaml").write_text("""\
specgen: 1
project: {name: t, purpose: explore}
task: {type: multiclass, target: y, prediction: p}
data: {test: test.csv}
models: {candidate: {columns: {prediction: p}}}
metrics: [accuracy]
fairness: [{by: side, metrics: [accuracy, {name: recall, label: b}, {name: selection_rate, label: b}], reference: 1}]
milestones: [{name: m, split: test, gates: [{metric: accuracy, at_least: 0.1}]}]
""")
    check = only_check(run(tmp_path / "spec.yaml", tmp_path / "out"))
    accuracy, recall, _ = check["metrics"]
    assert accuracy["groups"][0]["verdict"] == "shown"
    assert (recall["label"], recall["groups"][0]["verdict"]) == ("b", "shown")
    assert {f["label"] for f in check["four_fifths"]} == {"b"}


def test_errors_of_numbers(tmp_path):
    rng = np.random.default_rng(6)
    rows = [
        {"y": 0.0, "p": round(rng.normal(0.8 if i % 2 else 0.0), 4), "side": "ab"[i % 2]} for i in range(400)
    ]
    write_csv(tmp_path / "test.csv", rows)
    (tmp_path / "spec.yaml").write_text("""\
specgen: 1
project: {name: t, purpose: explore}
task: {type: regression, target: y, prediction: p}
data: {test: test.csv}
models: {candidate: {columns: {prediction: p}}}
metrics: [rmse]
fairness: [{by: side, metrics: [mae, bias]}]
milestones: [{name: m, split: test, gates: [{metric: rmse, at_most: 9}]}]
""")
    called = run(tmp_path / "spec.yaml", tmp_path / "out", formats="json,html")
    mae, bias = only_check(called)["metrics"]
    assert [g["verdict"] for g in mae["groups"]] == ["reference", "shown"]
    assert mae["smallest_ratio"]["value"] == pytest.approx(
        mae["groups"][0]["value"] / mae["groups"][1]["value"]
    )
    assert bias["groups"][1]["difference"] == pytest.approx(0.8, abs=0.3)
    assert "Fairness" in (called.folder / "report.html").read_text()
