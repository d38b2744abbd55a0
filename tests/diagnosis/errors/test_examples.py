"""Errors one by one: which rows are listed, of what, and that a report holds no more of them than was asked for."""

import json

import numpy as np
import pandas as pd
import pytest
from conftest import run

SPEC = """\
specgen: 1
project: {{name: errors, purpose: explore}}
task: {task}
data: {{dev: dev.csv, test: dev.csv}}
models: {{candidate: {{columns: {columns}}}}}
metrics: [{metric}]
slices: [{{by: region}}]
{error_analysis}
milestones: [{{name: test, split: test, gates: [{{metric: {metric}, at_{bound}: 0.5}}]}}]
"""
BINARY = {
    "task": '{type: binary, target: y, positive: "yes", prediction: p, score: s, id: id}',
    "columns": "{prediction: p, score: s}", "metric": "accuracy", "bound": "least",
}  # fmt: skip


def rows(n=600, seed=0):
    rng = np.random.default_rng(seed)
    s = rng.random(n).round(4)
    y = np.where(rng.random(n) < 0.5 + 0.8 * (s - 0.5), "yes", "no")
    return pd.DataFrame(
        {
            "id": [f"r{i:04d}" for i in range(n)], "region": rng.choice(["north", "south"], n), "y": y, "s": s,
            "p": np.where(s >= 0.5, "yes", "no"), "secret": [f"secret {i}" for i in range(n)],
        }
    )  # fmt: skip


@pytest.fixture
def analysed(tmp_path):
    """Run a spec on rows, and give back the finished command."""

    def write(data, error_analysis, formats="json", **parts):
        data.to_csv(tmp_path / "dev.csv", index=False)
        spec = tmp_path / "spec.yaml"
        spec.write_text(SPEC.format(error_analysis=error_analysis, **(BINARY | parts)))
        return run(spec, tmp_path / "out", formats=formats)

    return write


def listed(found, group="all"):
    return {
        some["kind"]: some["ids"] for one in found["groups"] if one["name"] == group for some in one["lists"]
    }


def test_lists_of_a_binary_task_are_those_that_pandas_finds(analysed):
    data = rows()
    found = analysed(data, "error_analysis: {examples: 20}").results["error_examples"]
    wrong = data[data.y != data.p].assign(
        true=lambda d: np.where(d.y == "yes", d.s, 1 - d.s), near=lambda d: (d.s - 0.5).abs()
    )
    for group, part in (("all", wrong), ("region=north", wrong[wrong.region == "north"])):
        most = 20 if group == "all" else 10
        lists = listed(found, group)
        assert lists["surest"] == part.sort_values(["true", "id"]).id.head(most).tolist()
        assert set(part.set_index("id").near[lists["nearest"]].round(9)) == set(
            part.near.nsmallest(most).round(9)
        )
        assert set(lists["random"]) <= set(part.id)
        assert len(set(lists["random"])) == most
    cells = {one["name"]: one["errors"] for one in found["groups"] if one["of"] == "cell"}
    assert cells == {
        "yes → no": int(((wrong.y == "yes")).sum()), "no → yes": int(((wrong.y == "no")).sum())
    }  # fmt: skip
    assert {row["id"] for row in found["rows"]} == {
        key for one in found["groups"] for some in one["lists"] for key in some["ids"]
    }


def test_the_order_of_rows_changes_no_list(analysed):
    data = rows()
    first = analysed(data, "error_analysis: {examples: 5}").results["error_examples"]
    other = analysed(data.sample(frac=1, random_state=3), "error_analysis: {examples: 5}").results
    assert other["error_examples"] == first


@pytest.mark.parametrize(
    ("asked", "columns"),
    [("{}", None), ("{examples: 3}", ()), ("{examples: {columns: [SECRET]}}", ("secret",))],
    ids=["none", "no columns", "one"],
)
def test_values_of_the_data_are_in_a_report_only_where_the_spec_names_the_column(analysed, asked, columns):
    called = analysed(rows(), f"error_analysis: {asked}", formats="html")
    found = called.results["error_examples"]
    assert (None if found is None else tuple(found["columns"])) == columns
    text = (called.folder / "report.html").read_text() + json.dumps(called.results["error_examples"])
    assert ("secret 1" in text) == bool(columns)


def test_long_texts_are_cut_and_what_is_shown_does_not_grow_with_the_rows(analysed):
    data = rows(3000).assign(secret="x" * 5000, region=[f"region {i % 90}" for i in range(3000)])
    found = analysed(data, "error_analysis: {examples: {rows: 50, columns: all}}").results["error_examples"]
    assert found["columns"] == ["region", "secret"]
    assert {len(row["values"][1]) for row in found["rows"]} == {200}
    assert len([one for one in found["groups"] if one["of"] == "slice"]) == 30
    assert found["left_out"] > 0
    assert max(len(some["ids"]) for one in found["groups"][1:] for some in one["lists"]) <= 10


def test_of_a_regression_the_largest_errors_are_shown_and_no_others(analysed):
    rng = np.random.default_rng(0)
    data = rows().assign(y=rng.normal(size=600).round(3), p=rng.normal(size=600).round(3)).drop(columns="s")
    found = analysed(
        data, "error_analysis: {examples: 4}", task="{type: regression, target: y, prediction: p, id: id}",
        columns="{prediction: p}", metric="mae", bound="most",
    ).results["error_examples"]  # fmt: skip
    far = (data.p - data.y).abs()
    assert listed(found) == {"largest": data.id[far.nlargest(4).index].tolist()}
    errors = {row["id"]: row["error"] for row in found["rows"]}
    assert errors[data.id[far.idxmax()]] == pytest.approx(data.p[far.idxmax()] - data.y[far.idxmax()])


def test_transcripts_with_the_most_errors_come_first_with_their_word_errors(analysed):
    data = pd.DataFrame(
        {"id": ["a", "b", "c"], "region": "x", "y": ["one two three", "four", "five six"],
         "p": ["one two three", "entirely different words", "five sex"]}
    )  # fmt: skip
    found = analysed(
        data, "error_analysis: {examples: 4, min_rows: 1}", metric="wer", bound="most",
        task="{type: transcription, target: y, prediction: p, id: id}", columns="{prediction: p}",
    ).results["error_examples"]  # fmt: skip
    assert listed(found)["largest"] == ["b", "c"]
    assert [(row["id"], row["error"]) for row in found["rows"]] == [("b", 3), ("c", 1)]


def test_an_unknown_column_is_told_with_its_place(analysed):
    called = analysed(rows(), "error_analysis: {examples: {columns: [regoin]}}")
    assert called.code == 2
    assert (
        "error_analysis.examples.columns[0]: no column 'regoin' in data.dev; did you mean 'region'?"
        in called.err
    )
