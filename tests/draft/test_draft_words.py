"""What a draft says: what is unsure, what stands in the way, and that nothing is written over or asked off a terminal."""

import os
import pty
import select
import subprocess
import sys

import pandas as pd
import pytest
from conftest import binary_rows, call, write_csv
from data_sets import binary_without_scores, judged, missing_values, transcription
from ruamel.yaml import YAML


def rows(count=120, **columns):
    found = []
    for i, row in enumerate(binary_rows(count)):
        found.append(row | {name: value(i) for name, value in columns.items()})
    return found


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def task_of(folder):
    return YAML(typ="safe").load(folder / "spec.yaml")["task"]


def test_what_is_unsure_stands_in_the_spec_and_on_the_terminal(here):
    called = call("init", *transcription(here))
    told = "'whisper_tiny_en', since no other column is as much like 'reference'"
    assert f"check      prediction: {told}" in called.out
    text = (here / "spec.yaml").read_text()
    assert f"  # check: {told}\n  prediction: whisper_tiny_en" in text
    assert "unit: sentence_id" in text
    assert "pocketsphinx: {kind: previous, model: pocketsphinx}" in text


def test_the_positive_label_is_told_where_only_rarity_says_it(here):
    called = call("init", *binary_without_scores(here))
    assert (
        "check      positive: 'malignant' is taken for the label to find; the other one is 'benign'"
        in called.out
    )


def test_rows_without_a_score_count_as_the_worst_and_are_told(here):
    call("init", *judged(here))
    text = (here / "spec.yaml").read_text()
    assert "3 of 120 rows have none and count as 0; is higher better?" in text
    assert "{name: toxicity, column: toxicity, better: lower}" in text


def test_rows_without_a_label_are_left_out_and_told(here):
    called = call("init", *missing_values(here))
    assert "5 of 89 rows have no label and are left out; labelled.parquet has the others" in called.out
    assert len(pd.read_parquet(here / "labelled.parquet")) == 84
    again = call("init", *missing_values(here), "--out", "other.yaml")
    assert again.code == 2
    assert "labelled.parquet is there already" in again.err


def test_rare_positives_make_balanced_accuracy_the_primary_metric(here):
    write_csv(
        here / "rare.csv", [row | {"y": "yes" if i % 12 == 0 else "no"} for i, row in enumerate(rows())]
    )
    call("init", "--from", "rare.csv", "--target", "y", "--prediction", "p")
    text = (here / "spec.yaml").read_text()
    assert "# the rarer label is 8.3% of the rows, so accuracy says little\n  - balanced_accuracy" in text
    assert "{metric: balanced_accuracy, at_least: {baseline: naive}}" in text


def test_people_who_belong_together_are_the_unit(here):
    write_csv(here / "t.csv", rows(truth=lambda i: "a" if i % 3 else "b", pred=lambda i: "a" if i % 4 else "b",
                                   patient_id=lambda i: i // 4))  # fmt: skip
    call("init", "--from", "t.csv", "--target", "truth", "--prediction", "pred")
    assert task_of(here)["unit"] == "patient_id"
    assert "rows of one 'patient_id' hang together" in (here / "spec.yaml").read_text()


def test_nothing_is_written_over_without_force(here):
    arguments = binary_without_scores(here)
    (here / "spec.yaml").write_text("mine")
    called = call("init", *arguments)
    assert called.code == 2
    assert "spec.yaml is there already; nothing was written (--force writes over it)" in called.err
    assert (here / "spec.yaml").read_text() == "mine"
    assert call("init", *arguments, "--force").code == 0
    assert task_of(here)["type"] == "binary"
    assert call("init", *arguments, "--out", "cancer.csv", "--force").code == 2, "the data itself"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--from", "tst.csv"], "no file 'tst.csv'; did you mean 'test.csv'?"),
        (["test.csv"], "test.csv is a file; to draft a spec from it: specgen init --from test.csv"),
        (["--from", "test.csv", "--target", "yy"], "--target: no column 'yy'; did you mean 'y'?"),
        (["--from", "test.csv", "--task", "binry"], "--task: no type 'binry'; did you mean 'binary'?"),
        (["--target", "y"], "--target goes with --from FILE"),
        (["--from", "test.csv", "--data", "other.csv"], "cannot be joined: no column is in both and tells rows apart"),
        (["--from", "features.csv"], "cannot tell the columns of true values and predictions; name them by --target"),
        (["--from", "predictions.csv"], "no column of true values for the predictions 'prediction' was found"),
        (["--from", "empty.csv"], "'empty.csv' has no rows"),
        (["--from", "gaps.csv"], "2 rows of data.test with a prediction that is none of the labels"),
        (["--from", "same.csv", "--target", "y"], "the target 'y' has 'no' throughout"),
        (["--from", "days.parquet", "--target", "day"], "the target 'day' holds times"),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_told(here, arguments, told):
    write_csv(here / "test.csv", rows())
    write_csv(here / "other.csv", [{"a": 1}, {"a": 2}])
    write_csv(here / "features.csv", [{"height": i * 0.7, "width": 3 - i} for i in range(50)])
    write_csv(here / "predictions.csv", [{"id": i, "prediction": "ab"[i % 2]} for i in range(50)])
    (here / "empty.csv").write_text("label,prediction\n")
    write_csv(
        here / "gaps.csv",
        [{"label": "ab"[i % 2], "prediction": "" if i < 2 else "ab"[i % 2]} for i in range(50)],
    )
    write_csv(here / "same.csv", [row | {"y": "no"} for row in rows()])
    pd.DataFrame({"day": pd.date_range("2024-01-01", periods=40), "prediction": range(40)}).to_parquet(
        here / "days.parquet"
    )
    called = call("init", *arguments)
    assert (called.code, called.out) == (2, "")
    assert told in called.err
    assert not (here / "spec.yaml").exists()
    assert not list(here.glob("init-*")), "the spec that was tried is gone"


def test_off_a_terminal_nothing_is_asked(here):
    write_csv(here / "test.csv", rows())
    command = [sys.executable, "-m", "specgen.cli", "init", "--from", "test.csv", "--target", "y"]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "[" not in done.stdout


def on_a_terminal(arguments, answers):
    """What the command writes on a terminal where people answer every question; its exit code."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "specgen.cli", *arguments])
    written = b""
    while select.select([terminal], [], [], 60)[0]:
        try:
            new = os.read(terminal, 4096)
        except OSError:
            break
        written += new
        if written.endswith(b": "):
            os.write(terminal, answers.pop(0).encode() + b"\n")
    return written.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_on_a_terminal_people_are_asked(here):
    write_csv(here / "test.csv", rows(grade=lambda i: i % 7, grade_pred=lambda i: (i % 7) + 0.5))
    answers = ["regresion", "regression", "grad", "grade", "", ""]
    written, code = on_a_terminal(["init", "--from", "test.csv"], answers)
    assert code == 0, written
    assert "no type of task 'regresion'; did you mean 'regression'?" in written
    assert "no column 'grad'; did you mean 'grade'?" in written
    assert "Predictions [grade_pred]:" in written, "the next question knows the answers before"
    assert task_of(here) == {"type": "regression", "target": "grade", "prediction": "grade_pred", "id": "id"}


def test_numbers_of_customers_and_tickets_are_ids_whatever_they_are_called(here):
    """Not 'no column tells all rows apart', and no slices by a running number."""
    for name, value in (("Customer No.", lambda i: f"C{i:05d}"), ("ticket", lambda i: 90001 + i)):
        write_csv(
            here / "rows.csv", [{k: v for k, v in r.items() if k != "id"} for r in rows(**{name: value})]
        )
        called = call("init", "--from", "rows.csv", "--force")
        assert task_of(here)["id"] == name, called.out
        assert f"by: {name}" not in (here / "spec.yaml").read_text()
