"""`specgen plan` on whole projects: with and without predictions, labels and data."""

import json
from pathlib import Path

import pytest
from conftest import BINARY_SPEC, ROOT, binary_rows, call, run, write_csv

from specgen.stats.power import rows_for_proportion

GATES = BINARY_SPEC.index("gates: [") + len("gates: [")
FILES = "models:\n  candidate: {predictions: 'preds-{split}.csv'}\n"
COLUMNS = "models:\n  candidate: {columns: {prediction: p, score: s}}\n"


def planned(project, gates, more="", rows=None, *options, files=False):
    """The plan of a small project with these gates, by gate, and the whole plan."""
    spec = (BINARY_SPEC[:GATES] + gates + "]}\n" + more).replace("[accuracy]", "[accuracy, recall]")
    path = project(spec.replace(COLUMNS, FILES) if files else spec, rows)
    called = call("plan", path, "--format", "json", *options)
    assert called.code == 0, called.err
    found = json.loads(called.out)
    return [gate for stage in found["milestones"] for gate in stage["gates"]], found


def rows_of(count, **fields):
    """Rows that have no predictions; one in ten is positive."""
    return [{"id": f"r{i}", "region": "north" if i % 4 else "south", "y": "no" if i % 10 else "yes", **fields}
            for i in range(count)]  # fmt: skip


def test_measured_values_are_the_assumption(project):
    (gate,), _ = planned(project, "{metric: accuracy, at_least: 0.7}", "", binary_rows(60))
    (member,) = gate["members"]
    assert (member["rows"], member["n"], member["assumed"]) == (60, 60, 0.75)
    assert member["assumption"] == "as candidate measures now"
    assert member["rows_needed"] > 60
    assert not gate["settled"]
    assert f"where about {member['rows_needed']:,} are needed to pass if it truly is 0.75" in gate["reason"]
    assert f"about {member['rows_needed'] - 60:,} more rows" in gate["remedy"]


def test_without_predictions_it_assumes_and_says_so(project):
    (accuracy, recall), whole = planned(
        project,
        "{metric: accuracy, at_least: 0.9}, {metric: recall, at_least: 0.9}",
        "",
        rows_of(300),
        files=True,
    )
    assert accuracy["members"][0]["assumed"] == pytest.approx(0.95)
    assert accuracy["members"][0]["assumption"] == "half of the errors that the bound allows"
    assert accuracy["settled"]
    assert recall["members"][0]["n"] == 30  # only positive rows count
    assert recall["members"][0]["rows_needed"] == 10 * accuracy["members"][0]["rows_needed"]
    assert whole["notes"] == ["test: no predictions of candidate (there is no file yet)"]


def test_the_run_refuses_what_the_plan_takes(project):
    path = project(BINARY_SPEC.replace(COLUMNS, FILES), rows_of(40))
    assert call("plan", path).code == 0
    assert run(path, path.parent / "out").code == 2


def test_without_labels_rows_count(project):
    rows = [{key: row[key] for key in ("id", "region")} for row in rows_of(250)]
    (accuracy, recall), whole = planned(
        project, "{metric: accuracy, at_least: 0.9}, {metric: recall, at_least: 0.9}", "", rows, files=True
    )
    assert accuracy["members"][0]["n"] == 250
    assert (recall["members"][0]["n"], recall["settled"]) == (None, False)
    assert "no labels" in recall["reason"]
    assert "no labels yet; planned as if all 250 rows get one" in whole["notes"][-1]


def test_half_labelled_counts_all_rows_and_keeps_the_prevalence(project):
    rows = [dict(row, y=row["y"] if i < 100 else "") for i, row in enumerate(rows_of(400))]
    (recall,), whole = planned(project, "{metric: recall, at_least: 0.8}", "", rows, files=True)
    assert recall["members"][0]["n"] == 40
    assert "100 of 400 rows have labels" in whole["notes"][-1]


def test_prevalence_comes_from_a_labelled_split(project):
    more = "  - {name: next, split: pilot, gates: [{metric: recall, at_least: 0.8}]}\n"
    spec = BINARY_SPEC.replace("data: {test: test.csv}", "data: {test: test.csv, pilot: pilot.csv}") + more
    path = project(spec.replace(COLUMNS, FILES), rows_of(100))
    write_csv(path.parent / "pilot.csv", [{"id": f"p{i}"} for i in range(500)])
    found = json.loads(call("plan", path, "--format", "json").out)
    (member,) = found["milestones"][1]["gates"][0]["members"]
    assert member["n"] == 50
    assert "as frequent as in test" in member["spread"]


def test_missing_data_tells_what_it_takes(project):
    path = project()
    (path.parent / "test.csv").unlink()
    called = call("plan", path)
    assert called.code == 0
    assert "data.test is not there: no file 'test.csv'" in called.out
    assert (
        f"it takes about {rows_for_proportion(0.75, 0.5, 0.05)} rows that count to pass if it truly is 0.75"
        in called.out
    )


def test_few_rows_in_a_slice_and_all_together(project):
    (gate,), _ = planned(project, "{metric: accuracy, slices: every, at_least: 0.9}",
                         "slices: [{by: region, min_rows: 100}]\n", rows_of(300), files=True)  # fmt: skip
    members = {m["name"]: m for m in gate["members"]}
    assert members["region=north"]["settled"]
    assert members["region=south"]["reason"] == "75 rows, fewer than the 100 asked for"
    assert 0 < gate["together"] < members["region=north"]["chance"]
    assert members["region=south"]["rows_together"] > members["region=south"]["rows_needed"]


def test_slices_that_pass_alone_may_not_pass_together(project):
    (gate,), _ = planned(project, "{metric: accuracy, slices: every, at_least: 0.9}", "slices: [{by: region}]\n",
                         [dict(row, region=f"r{i % 5}") for i, row in enumerate(rows_of(1100))], files=True)  # fmt: skip
    assert all(m["settled"] for m in gate["members"])
    assert not gate["settled"]
    assert "all pass together with probability" in gate["reason"]
    assert "more rows" in gate["remedy"]


@pytest.mark.parametrize(
    ("gate", "settled", "reason"),
    [
        ("{metric: accuracy, at_least: 1.0}", False, "no number of rows proves exactly 1"),
        ("{metric: accuracy, at_least: 0.0}", True, ""),
        ("{metric: accuracy, at_least: 0.99}", False, "even without one error it takes 299 that count"),
        ("{metric: accuracy, at_least: 0.7, evidence: point}", True, ""),
        ("{metric: f1, at_least: 0.8}", False, "not known before there are predictions"),
        ("{metric: accuracy, by: region, gap_at_most: 0.01}", False, "no gap at all"),
        ("{metric: accuracy, by: region, ratio_at_least: 0.9}", False, "a ratio of groups needs their level"),
        ("{metric: auc, at_least: 0.6}", True, ""),
        ("{metric: brier, at_most: 0.5}", True, ""),
        ("{metric: accuracy, at_least: {baseline: naive, margin: -0.2}}", True, ""),
        ("{metric: accuracy, at_least: {baseline: doctor, margin: -0.01}}", False, "if it truly is 0.95"),
    ],
)  # fmt: skip
def test_each_kind_of_gate(project, gate, settled, reason):
    more = "baselines:\n  naive: {kind: naive}\n  doctor: {kind: human, values: [{metric: accuracy, value: 0.95, n: 400}]}\n"
    (found,), _ = planned(project, gate, more, rows_of(160), files=True)
    assert found["settled"] == settled, found
    assert reason in found["reason"]


def test_sanity_gates_need_no_plan(project):
    spec = BINARY_SPEC.replace("{metric: accuracy, at_least: 0.5}", "{sanity: all}") + "sanity: all\n"
    (gate,) = json.loads(call("plan", project(spec), "--format", "json").out)["milestones"][0]["gates"]
    assert not gate["settled"]
    assert "whatever the number of rows" in gate["reason"]


def test_paired_rows_use_the_discordance_of_now(project):
    rows = [dict(row, q=row["y"] if i % 10 else "no") for i, row in enumerate(binary_rows(200))]
    (gate,), _ = planned(project, "{metric: accuracy, at_least: {baseline: human}}",
                         "baselines: {human: {kind: human, column: q}}\n", rows)  # fmt: skip
    (member,) = gate["members"]
    assert member["difference"]
    assert member["method"] == "score test of paired rows"
    assert member["spread"] == "the share of rows where the two differ now"
    assert (member["likely"], gate["settled"]) == ("fail", True)


def test_units_count_where_rows_depend(project):
    spec = "{metric: accuracy, at_least: 0.9}"
    rows = [dict(row, site=f"s{i // 5}") for i, row in enumerate(rows_of(500))]
    path = project(
        (BINARY_SPEC[:GATES] + spec + "]}\n")
        .replace("id: id}", "id: id, unit: site}")
        .replace(COLUMNS, FILES),
        rows,
    )
    (gate,) = json.loads(call("plan", path, "--format", "json").out)["milestones"][0]["gates"]
    (member,) = gate["members"]
    assert (member["n"], member["counts"]) == (100, "units")
    assert member["rows_needed"] == pytest.approx(5 * 203, abs=5)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_weighted_rows_count_by_their_effective_number(tmp_path, kind):
    """Half of the rows weigh 3, half 1: (3 + 1)² / (9 + 1) / 2 = 0.8 of a row each; from any kind of file."""
    import pandas

    rows = [dict(row, w=3.0 if i % 2 else 1.0) for i, row in enumerate(rows_of(400))]
    frame = pandas.DataFrame(rows)
    frame.to_csv(tmp_path / "test.csv", index=False) if kind == "csv" else frame.to_parquet(
        tmp_path / "test.parquet"
    )
    spec = (
        BINARY_SPEC.replace("id: id}", "id: id, weight: w}")
        .replace(COLUMNS, FILES)
        .replace("test.csv", f"test.{kind}")
    )
    (tmp_path / "spec.yaml").write_text(spec)
    called = call("plan", tmp_path / "spec.yaml", "--format", "json")
    assert called.code == 0, called.err
    (member,) = json.loads(called.out)["milestones"][0]["gates"][0]["members"]
    assert (member["n"], member["counts"]) == (320, "effective rows")


def test_assume(project):
    (gate,), _ = planned(
        project,
        "{metric: accuracy, at_least: 0.9}",
        "",
        rows_of(100),
        "--assume",
        "accuracy=0.92",
        files=True,
    )
    assert gate["members"][0]["rows_needed"] == 1365
    assert gate["members"][0]["assumption"] == "as given by --assume"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("accurcy=0.9", "did you mean"),
        ("accuracy", "METRIC=VALUE"),
        ("accuracy=92", "a percentage is written 0.92"),
    ],
)
def test_a_wrong_assumption_is_told(project, text, message):
    called = call("plan", project(), "--assume", text)
    assert called.code == 2
    assert message in " ".join(called.err.replace("│", " ").split())


def test_a_wrong_spec_is_2(project):
    called = call("plan", project(BINARY_SPEC.replace("metrics: [accuracy]", "metrics: [acuracy]")))
    assert (called.code, called.out) == (2, "")
    assert "did you mean 'accuracy'" in called.err
    path = project(BINARY_SPEC + "slices: [{by: regoin}]\n")
    assert "did you mean 'region'" in call("plan", path).err


@pytest.mark.parametrize(("column", "settled"), [("iou", True), ("dice", False)])
def test_scores_made_elsewhere_need_no_labels(tmp_path, column, settled):
    write_csv(tmp_path / "test.csv", [{"id": i, "iou": 0.7 + i % 5 / 20} for i in range(200)])
    (tmp_path / "spec.yaml").write_text(
        "specgen: 1\nproject: {name: s, purpose: explore}\ntask: {type: scores, id: id}\ndata: {test: test.csv}\n"
        f"metrics: [{{name: m, column: {column}, better: higher}}]\n"
        "milestones:\n  - {name: test, split: test, gates: [{metric: m, at_least: 0.7}]}\n"
    )
    called = call("plan", tmp_path / "spec.yaml", "--format", "json")
    assert called.code == 0, called.err
    found = json.loads(called.out)
    (gate,) = found["milestones"][0]["gates"]
    assert gate["settled"] == settled
    assert ("before there are predictions" in gate["reason"]) == (not settled)


def test_rankings_count_queries(tmp_path):
    write_csv(tmp_path / "test.csv", [{"id": i, "q": i // 5, "rel": i % 3} for i in range(200)])
    (tmp_path / "spec.yaml").write_text(
        "specgen: 1\nproject: {name: r, purpose: explore}\n"
        "task: {type: ranking, target: rel, query: q, prediction: s, id: id}\ndata: {test: test.csv}\n"
        "models: {m: {predictions: 'p.csv'}}\nmetrics: [mrr]\n"
        "milestones:\n  - {name: test, split: test, gates: [{metric: mrr, at_least: 0.6}]}\n"
    )
    called = call("plan", tmp_path / "spec.yaml", "--format", "json")
    assert called.code == 0, called.err
    (member,) = json.loads(called.out)["milestones"][0]["gates"][0]["members"]
    assert (member["rows"], member["n"], member["counts"]) == (200, 40, "units")


@pytest.mark.parametrize("task", ["multiclass", "regression", "transcription"])
def test_other_tasks_without_labels(tmp_path, task):
    metric = {"multiclass": "accuracy", "regression": "mae", "transcription": "word_accuracy"}[task]
    bound = "at_most: 3" if task == "regression" else "at_least: 0.8"
    write_csv(tmp_path / "test.csv", [{"id": i, "kind": i % 3} for i in range(90)])
    path = Path(tmp_path / "spec.yaml")
    path.write_text(
        f"specgen: 1\nproject: {{name: t, purpose: explore}}\n"
        f"task: {{type: {task}, target: y, prediction: p, id: id}}\ndata: {{test: test.csv}}\n"
        f"models: {{m: {{predictions: 'p.csv'}}}}\nmetrics: [{metric}]\nslices: [{{by: kind}}]\n"
        f"milestones:\n  - {{name: test, split: test, gates: [{{metric: {metric}, slices: every, {bound}}}]}}\n"
    )
    called = call("plan", path, "--format", "json")
    assert called.code == 0, called.err
    (gate,) = json.loads(called.out)["milestones"][0]["gates"]
    assert [m["rows"] for m in gate["members"]] == [30, 30, 30]


@pytest.mark.parametrize("name", ["speech_baseline", "sentiment"])
def test_showcases_fit_eighty_columns(name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    called = call("plan", ROOT / "specs" / name / "spec.yaml", "--no-color")
    assert called.code == 0
    assert "\x1b" not in called.out
    table = [
        line for line in called.out.splitlines() if line.startswith("    ") and line[4] != " " and "," in line
    ]
    assert table
    assert max(map(len, table)) <= 80


def test_quiet(project):
    assert call("plan", project(), "--quiet").out == ""


def test_a_label_of_several_counts_its_own_rows(tmp_path):
    rows = [
        {"id": i, "edema": i % 3 == 0, "hernia": i % 20 == 0, "p": i % 3 == 0, "q": i % 20 in (0, 1)}
        for i in range(400)
    ]
    write_csv(tmp_path / "test.csv", [{k: int(v) for k, v in row.items()} for row in rows])
    spec = tmp_path / "spec.yaml"
    spec.write_text(
        "specgen: 1\nproject: {name: t, purpose: explore}\n"
        "task: {type: multilabel, target: [edema, hernia], prediction: [p, q], id: id}\ndata: {test: test.csv}\n"
        "models: {candidate: {columns: {prediction: [p, q]}}}\nmetrics: [{name: recall, label: hernia}]\n"
        "milestones: [{name: m, split: test, gates: [{metric: recall, label: hernia, at_least: 0.8}]}]\n"
    )
    called = call("plan", spec)
    assert called.code == 0
    assert "no labels yet" not in called.out
    assert [line.split()[2:4] for line in called.out.splitlines() if "all rows" in line] == [["400", "20"]]
