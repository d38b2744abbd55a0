"""What columns and values cannot bear is told at its place in the spec, by validate where it can."""

import sqlite3

import pytest
from conftest import BINARY_SPEC, binary_rows, call, run, write_csv


def refused(path, *, by_validate):
    out = path.parent / "reports"
    called = call("validate", path) if by_validate else run(path, out)
    assert called.code == 2, called.err or called.out
    assert not out.exists()
    return called.err


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("slices: [{name: x, where: \"region > 5\"}]\n", "slices[0].where: does not fit the columns of data.test"),
        ("slices: [{by: region, bins: [1, 2]}]\n", "slices[0].bins: bins need numbers; column 'region' of data.test"),
        ("key_examples: [{name: k, ids: nowhere.txt}]\n", "key_examples[0].ids: cannot read 'nowhere.txt'"),
        ("slices: [{by: region}, {name: region, where: \"s > 0.5\"}]\n", "slices[1].name: 'region' is what slices by value"),
        ("slices: [{by: region}, {name: region=north, where: \"s > 0.5\"}]\n", "'region=north' is what slices by value"),
        ("baselines: {h: {kind: human, values: [{metric: accuracy, value: 95}]}}\n", "a percentage is written 0.95"),
        ("baselines: {h: {kind: human, values: [{metric: accuracy, value: 0.9, n: 0}]}}\n", "expected a number at least 1"),
    ],
)  # fmt: skip
def test_validate_tells(project, more, told):
    assert told in refused(project(BINARY_SPEC + more), by_validate=True)


def test_mistakes_of_metrics_and_of_columns_are_told_together(project):
    spec = BINARY_SPEC.replace("[accuracy]", "[accurracy, lift, {name: cost, sql: sx, better: lower}]")
    told = refused(project(spec + "slices: [{by: regoin}]\n"), by_validate=True)
    for part in ("did you mean 'accuracy'", "'lift' needs 'at'", "no column 'sx'", "no column 'regoin'"):
        assert part in told, part


@pytest.mark.parametrize(
    ("metrics", "told"),
    [
        ("[accuracy, {name: recall, label: maybe}]", "metrics[1].label: no label 'maybe' in the data"),
        ("[accuracy, auc@3]", "metrics[1]: 'auc' takes no parameter '@3'"),
        ("[accuracy, {name: f1, beta: 2}]", "metrics[1].beta: 'f1' takes no 'beta'"),
        ("[accuracy, {name: accuracy, label: \"yes\"}]", "metrics[1].label: 'accuracy' is about all labels"),
    ],
)  # fmt: skip
def test_metrics_that_cannot_be_had(project, metrics, told):
    assert told in refused(project(BINARY_SPEC.replace("[accuracy]", metrics)), by_validate=False)


def test_scores_that_are_not_there(project):
    spec = (
        BINARY_SPEC.replace(", score: s, id", ", id")
        .replace(", score: s}", "}")
        .replace("[accuracy]", "[auc]")
    )
    assert "metrics[0]: 'auc' needs probabilities" in refused(project(spec), by_validate=True)


@pytest.mark.parametrize(
    ("per_row", "told"),
    [
        ("CASE WHEN region = 'north' THEN 1 END", "no number for 30 rows of data.test and model candidate"),
        ("1 / (s - s)", "no number for 60 rows"),
        ("CASE WHEN s > 0 THEN region END", "does not fit the values of data.test"),
    ],
)
def test_row_values_are_numbers_on_every_row(project, per_row, told):
    spec = BINARY_SPEC + f'business: [{{name: worth, per_row: "{per_row}"}}]\n'
    assert told in refused(project(spec), by_validate=False)


def test_human_labels_on_a_part_of_the_rows(project):
    rows = [{**row, "h": row["y"] if i % 2 else ""} for i, row in enumerate(binary_rows())]
    spec = BINARY_SPEC + "baselines: {human: {kind: human, column: h}}\nslices: [{by: region}]\n"
    path = project(spec.replace("at_least: 0.5", "at_least: {baseline: human, margin: -0.5}"), rows)
    called = run(path, path.parent / "out")
    (gap,) = [b for b in called.results["baselines"] if b["slice"] == "all"]
    labelled = [row for row in rows if row["h"]]
    right = sum(row["y"] == row["p"] for row in labelled) / len(labelled)
    assert gap["measured"] == pytest.approx(right), "the candidate on the rows that people labelled"
    assert gap["gap"] == pytest.approx(gap["value"] - gap["measured"])
    assert any("human labelled 30 of 60 rows of test" in note["text"] for note in called.results["notes"])
    assert not [b for b in called.results["baselines"] if b["slice"] == "region=south"], (
        "nobody labelled the south"
    )


@pytest.mark.parametrize(
    "name", ["label", "weight", "unit", "row", "t", "c", "value", "id2", "p0", "key", "order"]
)
def test_columns_may_have_any_name(project, name):
    rows = [{**row, name: i % 3} for i, row in enumerate(binary_rows())]
    more = f"slices: [{{by: {name}}}, {{name: some, where: '\"{name}\" = 1'}}]\nbaselines: {{naive: {{kind: naive}}}}\n"
    path = project(BINARY_SPEC + more, rows)
    called = run(path, path.parent / "out")
    assert called.code == 0, called.err
    assert called.measurement(slice=f"{name}=1", model="candidate")["rows"] == 20
    assert called.measurement(slice="some", model="candidate")["rows"] == 20


def test_true_and_false_in_any_case(project):
    words = {"yes": "TRUE", "no": "False"}
    rows = [{**row, "y": words[row["y"]], "p": words[row["p"]].lower()} for row in binary_rows()]
    path = project(BINARY_SPEC.replace('"yes"', "true"), rows)
    assert run(path, path.parent / "out").code == 0


@pytest.mark.parametrize(
    ("sql", "url"),
    [
        ("COPY t TO 'stolen.csv'", "duckdb:///rows.duckdb"),
        ("SELECT * FROM read_csv('test.csv')", "duckdb:///rows.duckdb"),
        ("SELECT 1; SELECT 2", "duckdb:///rows.duckdb"),
        ("ATTACH 'other.db' AS other", "sqlite:///rows.db"),
        ("DROP TABLE t", "sqlite:///rows.db"),
        ("SELECT 1", "postgresql://user:secret@host/db"),
    ],
)
def test_a_query_reads_its_database_alone(project, sql, url):
    import duckdb

    path = project(BINARY_SPEC.replace("{test: test.csv}", f'{{test: {{sql: "{sql}", url: "{url}"}}}}'))
    with duckdb.connect(str(path.parent / "rows.duckdb")) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS y")
    with sqlite3.connect(path.parent / "rows.db") as lite:
        lite.execute("CREATE TABLE t (y)")
    lite.close()
    before = sorted(p.name for p in path.parent.iterdir())
    err = refused(path, by_validate=True)
    assert "data.test: " in err
    assert "secret" not in err
    assert sorted(p.name for p in path.parent.iterdir()) == before


def test_globs_add_up_files(project):
    rows = binary_rows()
    path = project(BINARY_SPEC.replace("test.csv", "parts/*.csv"))
    write_csv(path.parent / "parts/a.csv", rows[:20])
    write_csv(path.parent / "parts/b.csv", rows[20:])
    called = run(path, path.parent / "out")
    assert called.measurement(slice="all")["rows"] == 60
    assert [f["rows"] for f in called.results["run"]["inputs"]] == [20, 40]
