"""What must not change a number: the order of rows, weights of 2 against rows twice, unused rows."""

import numpy as np
import pytest
from conftest import BINARY_SPEC, binary_rows, run, write_csv

SPEC = BINARY_SPEC.replace(
    "metrics: [accuracy]",
    "metrics: [accuracy, recall, precision, f1, mcc, auc, brier, log_loss, average_precision, brier_skill,"
    " calibration_slope, calibration_intercept, partial_auc@0.3, lift@0.2, recall_at_precision@0.6,"
    " precision_at_recall@0.6]\nslices: [{by: region}]",
)


def values(called):
    return {(m["slice"], m["model"], m["metric"]): m["value"] for m in called.results["measurements"]}


def assert_same(first, second):
    assert first.keys() == second.keys()
    for key, value in first.items():
        assert second[key] == pytest.approx(value, abs=1e-12), key


def test_row_order(project, tmp_path):
    rows = binary_rows(90)
    one = values(run(project(SPEC, rows), tmp_path / "a"))
    np.random.default_rng(0).shuffle(rows)
    assert_same(one, values(run(project(SPEC, rows), tmp_path / "b")))


def test_weight_of_two_is_the_row_twice(project, tmp_path):
    rows = binary_rows(45)
    twice = [{**row, "id": f"{row['id']}{copy}"} for row in rows for copy in "ab"]
    one = values(run(project(SPEC, twice), tmp_path / "a"))
    weighted = [{**row, "w": 2.0} for row in rows]
    spec = SPEC.replace("id: id}", "id: id, weight: w}")
    assert_same(one, values(run(project(spec, weighted), tmp_path / "b")))


def test_slices_add_up_to_the_whole(project, tmp_path):
    called = run(project(SPEC, binary_rows(77)), tmp_path / "a")
    rows = {m["slice"]: m["rows"] for m in called.results["measurements"]}
    assert rows["region=north"] + rows["region=south"] == rows["all"] == 77


def test_rows_as_their_own_units_change_no_value(project, tmp_path):
    rows = binary_rows(60)
    one = values(run(project(SPEC, rows), tmp_path / "a"))
    spec = SPEC.replace("id: id}", "id: id, unit: id}")
    assert_same(one, values(run(project(spec, rows), tmp_path / "b")))


@pytest.mark.parametrize("suffix", ["parquet", "jsonl", "arrow"])
def test_every_file_format_reads_the_same(project, tmp_path, suffix):
    import pandas as pd

    path = project(SPEC)
    one = values(run(path, tmp_path / "a"))
    frame = pd.read_csv(path.parent / "test.csv")
    target = path.parent / f"test.{suffix}"
    writers = {
        "parquet": frame.to_parquet,
        "arrow": frame.to_feather,
        "jsonl": lambda where: frame.to_json(where, orient="records", lines=True, double_precision=15),
    }
    writers[suffix](target)
    path.write_text(SPEC.replace("test.csv", target.name))
    assert_same(one, values(run(path, tmp_path / "b")))


def test_predictions_joined_by_id_in_any_order(project, tmp_path):
    rows = binary_rows()
    path = project(SPEC, rows)
    one = values(run(path, tmp_path / "a"))
    write_csv(path.parent / "preds.csv", [{"id": r["id"], "p": r["p"], "s": r["s"]} for r in reversed(rows)])
    path.write_text(SPEC.replace("{columns: {prediction: p, score: s}}", "{predictions: preds.csv}"))
    write_csv(path.parent / "test.csv", [{k: r[k] for k in ("id", "region", "y")} for r in rows])
    assert_same(one, values(run(path, tmp_path / "b")))


def test_two_databases_give_the_same(project, tmp_path):
    import sqlite3

    import pandas as pd

    path = project(SPEC)
    one = values(run(path, tmp_path / "a"))
    with sqlite3.connect(path.parent / "rows.db") as connection:
        pd.read_csv(path.parent / "test.csv").to_sql("t", connection, index=False)
    connection.close()
    path.write_text(
        SPEC.replace("{test: test.csv}", '{test: {sql: "SELECT * FROM t", url: "sqlite:///rows.db"}}')
    )
    assert_same(one, values(run(path, tmp_path / "b")))
