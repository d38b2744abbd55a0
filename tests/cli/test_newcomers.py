"""Mistakes that people make in their first specs, and data as it really comes: told, and the rest still measured."""

import pytest
from conftest import BINARY_SPEC, binary_rows, call, run, write_csv

GATE_BESIDE = "{metric: accuracy, slices: every, at_least: {baseline: b}}"
TIMED = BINARY_SPEC.replace("id: id", "id: id, time: at")


def rows(n=200, **columns):
    found = []
    for i in range(n):
        y = "yes" if i % 3 else "no"
        row = {"id": f"r{i}", "y": y, "p": y if i % 5 else "no", "s": 0.9 if i % 3 else 0.1}
        row |= {"a1": y if i % 7 else "no", "a2": y if i % 2 else ""}
        found.append(row | {name: value(i) if callable(value) else value for name, value in columns.items()})
    return found


def texts(called):
    assert called.results is not None, called.err
    return " ".join(note["text"] for note in called.results["notes"])


def test_people_who_labelled_a_later_split_only(tmp_path):
    """The reference for irreducible error has its values on test, the ladder begins at train."""
    spec = BINARY_SPEC.replace("data: {test: test.csv}", "data: {train: train.csv, test: test.csv}")
    (tmp_path / "spec.yaml").write_text(spec + "baselines: {people: {kind: human, columns: [a1, a2]}}\n")
    write_csv(tmp_path / "test.csv", rows())
    write_csv(tmp_path / "train.csv", [{k: r[k] for k in ("id", "y", "p", "s")} for r in rows()])
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    assert called.code != 4, called.err
    first = called.results["diagnosis"]["rungs"][0]
    assert (first["upper"], first["upper_split"], first["lower"]) == ("people", "test", "train")


@pytest.mark.parametrize(
    ("baseline", "told"),
    [
        ("{kind: human, columns: [a1, a1]}", "baselines.b.columns[1]: 'a1' stands there twice"),
        (
            "{kind: literature, values: [{metric: accuracy, value: 0.5}, {metric: accuracy, value: 0.6, slice: all}]}",
            "baselines.b.values[1]: 'accuracy' is given twice for the same rows",
        ),
        ("{kind: human, columns: [a1, a22]}", "columns[1]: no column 'a22' in data.test; did you mean 'a2'?"),
    ],
)
def test_baselines_that_cannot_be_meant(project, baseline, told):
    path = project(BINARY_SPEC + f"baselines: {{b: {baseline}}}\n", rows())
    called = call("validate", path)
    assert called.code == 2
    assert told in called.err


def test_validate_tells_every_column_that_the_data_lacks(project):
    spec = BINARY_SPEC.replace("id: id", "id: idd, unit: usr, weight: wgt")
    called = call("validate", project(spec, rows()))
    assert called.code == 2
    for key, name in (("id", "idd"), ("unit", "usr"), ("weight", "wgt")):
        assert f"task.{key}: no column '{name}' in data.test" in called.err


@pytest.mark.parametrize("baseline", ["column: a3", "columns: [a3, a4]"])
def test_people_who_labelled_nothing_are_told(project, baseline):
    path = project(BINARY_SPEC + f"baselines: {{b: {{kind: human, {baseline}}}}}\n", rows(a3="", a4=""))
    called = run(path, path.parent / "out")
    warned = [note["text"] for note in called.results["notes"] if note["level"] == "warning"]
    assert any("so nothing is compared" in text for text in warned), warned


def test_published_values_that_meet_nothing_are_told(project):
    values = "{metric: f1, value: 0.5, n: 9}, {metric: accuracy, value: 0.5, n: 9, slice: region=west}"
    spec = (
        BINARY_SPEC
        + f"slices: [{{by: region}}]\nbaselines: {{b: {{kind: literature, values: [{values}]}}}}\n"
    )
    path = project(spec, rows(region=lambda i: "north" if i % 2 else "south"))
    told = texts(run(path, path.parent / "out"))
    assert "b: f1 is published, but not among 'metrics'" in told
    assert "b: accuracy is published for region=west, of which no split has a row" in told


def test_times_that_are_all_missing_end_no_run(project):
    path = project(TIMED, rows(at=""))
    called = run(path, path.parent / "out")
    assert called.code != 4, called.err
    assert "200 rows with no time are left out" in texts(called)


def test_production_whose_label_is_empty_has_no_labels(tmp_path):
    spec = TIMED.replace("data: {test: test.csv}", "data: {test: test.csv, production: new.csv}")
    (tmp_path / "spec.yaml").write_text(spec + "drift: {reference: test}\n")
    write_csv(tmp_path / "test.csv", rows(at=lambda i: f"2024-{1 + i // 50:02}-11"))
    new = rows(at=lambda i: f"2024-{6 + i // 50:02}-11")
    write_csv(tmp_path / "new.csv", [row | {"y": ""} for row in new])
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    assert "data.production was not evaluated: its column 'y' is empty" in texts(called)
    followed = {one["splits"][0]: one["labelled"] for one in called.results["over_time"]}
    assert followed == {"test": True, "production": False}
    assert "label" not in {one["role"] for one in called.results["drift"][0]["columns"]}


def test_several_people_of_a_multilabel_task_are_several_baselines(tmp_path):
    (tmp_path / "spec.yaml").write_text(
        "specgen: 1\nproject: {name: m}\ntask: {type: multilabel, target: [a, b, c], prediction: [pa, pb, pc]}\n"
        "data: {test: t.csv}\nmodels: {m: {columns: {prediction: [pa, pb, pc]}}}\nmetrics: [micro_f1]\n"
        "baselines: {people: {kind: human, columns: [r1, r2]}}\n"
        "milestones: [{name: t, split: test, gates: [{metric: micro_f1, at_least: 0.5}]}]\n"
    )
    called = call("validate", tmp_path / "spec.yaml")
    assert "2 given for 3 target columns; give one each: they are one person's; another is" in called.err


def test_bounds_beside_a_baseline_stay_in_the_range_of_the_metric(project):
    """Of few rows a difference may be anything from -1 to 1, a recall not."""
    spec = BINARY_SPEC.replace("{metric: accuracy, at_least: 0.5}", GATE_BESIDE)
    spec += "slices: [{by: region}]\nbaselines: {b: {kind: human, column: a1}}\n"
    path = project(spec, rows(24, region=lambda i: f"r{i % 6}"))
    called = run(path, path.parent / "out")
    members = called.results["gates"][0]["members"]
    assert len(members) == 6
    for member in members:
        for key in ("low", "high", "shrunken"):
            assert member[key] is None or 0 <= member[key] <= 1, member


def test_the_days_that_a_column_was_read_as_are_told(project):
    path = project(TIMED, rows(at=lambda i: f"2024-{1 + i // 50:02}-11"))
    assert "is read as dates, 2024-01-11 to 2024-04-11." in texts(run(path, path.parent / "out"))


def test_names_metrics_and_columns_are_told_in_one_go(project):
    """A wrong split and slice do not hide a wrong metric, target, feature or column of a slice."""
    spec = BINARY_SPEC.replace("target: y", "target: yy").replace("metrics: [", "metrics: [acuracy, ")
    spec = (
        spec.replace("{metric: accuracy, at", "{metric: accuracy, slice: sued, at")
        + "slices: [{by: regoin}]\n"
    )
    called = call("validate", str(project(spec)))
    assert called.code == 2
    for message in ("no metric 'acuracy'", "no column 'yy'", "no column 'regoin'", "no slice 'sued'"):
        assert message in called.err, called.err
    called = call("validate", str(project(spec.replace("split: test", "split: tst"))))
    for message in ("no metric 'acuracy'", "no column 'yy'", "no split 'tst'"):
        assert message in called.err, called.err


@pytest.mark.parametrize("command", ["validate", "run"])
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('positive: "yes"', 'positive: "Yes"', "task.positive: the positive label 'Yes' does not occur in the data; "
         "labels are 'no', 'yes'; did you mean 'yes'?"),
        ("metrics:", "slices: [{name: late, where: \"day > DATE '2025-13-01'\"}]\nmetrics:",
         "7:42: slices[0].where: '2025-13-01' is no date"),
        ("metrics:", "slices: [{name: late, where: \"day > '2025-13-01'\"}]\nmetrics:",
         "slices[0].where: does not fit the values of data.test: date field value out of range"),
        ("metrics:", "slices: [{name: up, where: \"region IN ('North', 'up')\"}]\nmetrics:",
         "slices[0]: 'up' matches no row of any split; column 'region' has no 'North'; did you mean 'north'?"),
        ("metrics:", "slices: [{name: up, where: \"region = 'zzz'\"}]\nmetrics:",
         "column 'region' has no 'zzz', but 'north', 'south'"),
        ("{columns: {prediction: p, score: s}}", "{predictions: 'preds-{split}.csv'}",
         "models.candidate.predictions: no file 'preds-test.csv'"),
    ],
)  # fmt: skip
def test_what_rows_and_files_tell_is_told_by_validate(project, command, old, new, told):
    rows = [row | {"day": f"2025-01-{1 + i % 9:02d}"} for i, row in enumerate(binary_rows())]
    path = project(BINARY_SPEC.replace(old, new), rows)
    called = call(command, path, *(("--out", path.parent / "out") if command == "run" else ()))
    assert (called.code, called.out) == (2, "")
    assert told in called.err
    assert len(called.err.splitlines()) == 1, "once"


def test_mistakes_of_rows_stand_beside_all_others(project):
    rows = [*binary_rows(), binary_rows(1)[0]]
    spec = BINARY_SPEC.replace('"yes"', '"Yes"').replace("split: test", "split: tst")
    spec += "slices: [{name: east, where: \"region = 'east'\"}, {by: regoin}]\n"
    called = call("validate", project(spec, rows))
    paths = [line.split(": ")[1] for line in called.err.splitlines()]
    assert paths == ["task.positive", "data.test", "milestones[0].split", "slices[0]", "slices[1].by"]


def test_of_large_files_only_the_first_rows_are_looked_at(project, monkeypatch):
    monkeypatch.setattr("specgen.pipeline.beforehand.SMALL", 10)
    rows = [row | {"day": "2025-01-01"} for row in binary_rows()]
    where = (
        "slices: [{name: late, where: \"day > '2025-13-01'\"}, {name: east, where: \"region = 'east'\"}]\n"
    )
    called = call("validate", project(BINARY_SPEC + where, rows))
    assert [line.split(": ")[1] for line in called.err.splitlines()] == ["slices[0].where"]


def test_predictions_of_later_milestones_may_come_later(project):
    spec = BINARY_SPEC.replace("{columns: {prediction: p, score: s}}", "{predictions: 'preds-{split}.csv'}")
    spec = spec.replace("data: {test: test.csv}", "data: {test: test.csv, final: test.csv}")
    spec += "  - {name: final, split: final, gates: [{metric: accuracy, at_least: 0.5}]}\n"
    path = project(spec)
    write_csv(
        path.parent / "preds-test.csv", [{"id": r["id"], "p": r["p"], "s": r["s"]} for r in binary_rows()]
    )
    assert run(path, path.parent / "out", "--milestone", "test").code == 0
    assert "no file 'preds-final.csv'" in call("validate", path).err


MISTAKES = """\
specgen: 1
project: {name: small}
task: {type: binary, target: y, positive: "Yes", prediction: p, score: s, id: id}
data: {test: test.csv, dev: dev.csv}
models: {candidate: {predictions: preds.csv}}
metrics: [acuracy]
slices:
  - {name: a, where: "Store Name = 's1'"}
  - {by: regoin}
  - {name: b, where: "region = 'North'"}
milestones:
  - {name: test, split: tst, gates: [{metric: accuracy, at_least: high}]}
"""
TOLD = (
    "task.positive", "data.dev", "models.candidate.predictions", "metrics[0].name", "slices[0].where",
    "slices[1].by", "slices[2]", "milestones[0].split", "milestones[0].gates[0].at_least",
)  # fmt: skip


@pytest.mark.parametrize("command", ["validate", "run"])
@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        ("", "", ()),
        ("high", "0.5", ("milestones[0].gates[0].at_least",)),
        ("Store Name", "region", ("slices[0].where",)),
        # Without a task nothing can be said of columns, which splits without labels need not have.
        ("type: binary", "type: binry", ("task.positive", "models.candidate.predictions", "metrics[0].name",
                                         "slices[1].by", "slices[2]")),
    ],
)  # fmt: skip
def test_mistakes_of_every_kind_are_told_at_once(project, command, old, new, gone):
    path = project(MISTAKES.replace(old, new) if old else MISTAKES, binary_rows())
    called = call(command, path)
    paths = [line.split(": ")[1] for line in called.err.splitlines()]
    wanted = [one for one in TOLD if one not in gone]
    if new == "region":
        wanted.insert(wanted.index("slices[1].by"), "slices[0]")
    if new.endswith("binry"):
        wanted.insert(0, "task.type")
    assert (called.code, paths) == (2, wanted)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("at_least: 0.5", "at_least: 75%", "expected a number, got '75%'; write 0.75"),
        ("at_least: 0.5", "at_least: 99.5 %", "got '99.5 %'; write 0.995"),
        ("at_least: 0.5", "at_least: 0.5, confidence: 95%", "confidence: expected a number, got '95%'; write 0.95"),
        ("metrics:", "slices: [{name: s, where: \"y = 'no' AND Store Name = 'a b'\"}]\nmetrics:",
         "cannot read the SQL near 'Name'; a name with spaces stands in double quotes: \"Store Name\""
         " (\\\"Store Name\\\" in a text in such quotes)"),
        ("metrics:", "slices: [{name: s, where: \"y = 'a b' AND = 'no'\"}]\nmetrics:", "cannot read the SQL near ''no''\n"),
    ],
)  # fmt: skip
def test_what_to_write_instead_is_said(project, old, new, told):
    called = call("validate", project(BINARY_SPEC.replace(old, new)))
    assert told in called.err
    assert len(called.err.splitlines()) == 1


def test_the_quotes_that_the_hint_asks_for_work(project):
    rows = [row | {"Store Name": "a b"} for row in binary_rows()]
    where = 'slices: [{name: s, where: "\\"Store Name\\" = \'a b\'"}]\nmetrics:'
    assert call("validate", project(BINARY_SPEC.replace("metrics:", where), rows)).code == 0
