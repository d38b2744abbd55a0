"""Drift through the command line: what is found, what is told of bad columns, and what gates say."""

from __future__ import annotations

import json

import numpy as np
import pyarrow
import pytest
from conftest import run
from pyarrow import parquet

from specgen.record.result import Result
from specgen.report.html import render_html

SPEC = """\
specgen: 1
project: {{name: drifting, purpose: explore}}
task: {{type: binary, target: y, positive: 1, prediction: p, score: s, id: id{task}}}
data: {{train: train.parquet, test: test.parquet, production: production.parquet}}
models:
  candidate: {{{model}}}
metrics: [accuracy]
drift: {{reference: train{drift}}}
milestones:
  - {{name: test, split: test, gates: [{gates}]}}
"""
COLUMNS = "columns: {prediction: p, score: s}"


def rows(seed: int, n: int = 1500, **columns: object) -> dict[str, object]:
    """A split: a label, a prediction that is right four times of five, numbers and categories."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    p = np.where(rng.random(n) < 0.8, y, 1 - y)
    found: dict[str, object] = {
        "id": np.arange(n) + 10_000 * seed, "y": y, "p": p, "s": np.clip(p * 0.6 + rng.random(n) * 0.4, 0, 1),
        "age": rng.normal(40, 10, n), "region": rng.choice(["north", "south", "west"], n, p=[0.5, 0.3, 0.2]),
    }  # fmt: skip
    return {name: column for name, column in (found | columns).items() if column is not None}


@pytest.fixture
def drifting(tmp_path):
    """Write the splits and the spec, run it, and give back what was called."""

    def write(
        train=None,
        test=None,
        production=None,
        *,
        gates="{drift: all}",
        task="",
        model=COLUMNS,
        drift="",
        ok=True,
    ):
        given = {
            "train": train or rows(1),
            "test": test or rows(2),
            "production": production or rows(3, y=None),
        }
        for split, columns in given.items():
            parquet.write_table(pyarrow.table(columns), tmp_path / f"{split}.parquet")
        spec = tmp_path / "spec.yaml"
        spec.write_text(SPEC.format(gates=gates, task=task, model=model, drift=drift))
        called = run(spec, tmp_path / f"out{len(list(tmp_path.glob('out*')))}")
        assert (called.results is not None) == ok, called.err
        return called

    return write


def split(called, name="test"):
    """The drift of a split, by column."""
    found = next(one for one in called.results["drift"] if one["split"] == name)
    return {column["name"]: column for column in found["columns"]}, found["not_compared"]


def notes(called) -> str:
    return "\n".join(note["text"] for note in called.results["notes"])


def test_no_drift_is_a_pass(drifting):
    called = drifting()
    gate = called.results["gates"][0]
    assert (gate["verdict"], called.code) == ("pass", 0)
    assert {m["name"] for m in gate["members"]} == {
        "age, PSI", "region, PSI", "y, PSI", "p, PSI", "s, PSI", "all columns together, AUC"
    }  # fmt: skip
    assert "None of 6 comparisons of test with train shows drift" in gate["reason"]


def test_splits_without_labels_are_compared_with_their_predictions(drifting):
    columns, lacking = split(drifting(production=rows(3, y=None, p=np.ones(1500, int))), "production")
    assert {"age", "region", "p", "s", "all columns together"} == set(columns)
    assert columns["p"]["role"] == "prediction"
    assert columns["p"]["state"] == "drifted"
    assert columns["p"]["changed"].startswith("1: 5")
    assert lacking == {}


def test_a_shifted_column_fails_the_gate_and_names_what_changed(drifting):
    called = drifting(test=rows(2, age=np.random.default_rng(5).normal(50, 10, 1500)))
    gate, (columns, _) = called.results["gates"][0], split(called)
    assert (gate["verdict"], called.code) == ("fail", 1)
    assert columns["age"]["state"] == "drifted"
    assert "median 39" in columns["age"]["changed"]
    assert columns["age"]["wasserstein"] == pytest.approx(1.0, abs=0.1)
    assert gate["members"][0]["name"].startswith("age")
    assert "No drift was promised" in called.results["reasons"][0]
    assert called.results["changes"][0].startswith("Find out why age")
    assert columns["all columns together"]["drivers"] == ["age"]


def test_a_correlation_that_is_gone_is_found_by_all_columns_together_alone(drifting):
    def pair(seed, rho):
        x = np.random.default_rng(seed).multivariate_normal([0, 0], [[1, rho], [rho, 1]], 3000)
        return rows(seed, 3000, width=x[:, 0], height=x[:, 1])

    columns, _ = split(drifting(pair(1, 0.9), pair(2, 0.0)))
    drifted = {name for name, column in columns.items() if column["state"] == "drifted"}
    assert drifted == {"all columns together"}
    assert set(columns["all columns together"]["drivers"]) == {"width", "height"}


def test_one_column_is_judged_by_itself(drifting):
    moved = rows(2, region=np.repeat(["north", "east"], 750))
    called = drifting(test=moved, gates="{drift: age}, {drift: REGION}, {drift: y}")
    assert [gate["verdict"] for gate in called.results["gates"]] == ["pass", "fail", "pass"]
    column = split(called)[0]["region"]
    assert (column["new_categories"], column["new_rows"], column["vanished_categories"]) == (1, 750, 2)
    assert column["changed"].startswith("new category east: 50% of rows")


def test_few_rows_are_inconclusive_never_a_pass(drifting):
    called = drifting(rows(1, 30), rows(2, 30), rows(3, 30, y=None))
    gate = called.results["gates"][0]
    assert (gate["verdict"], called.code) == ("inconclusive", 3)
    joint = next(m for m in gate["members"] if m["name"] == "all columns together")
    assert (joint["verdict"], joint["reason"]) == (
        "inconclusive", "Not compared: 30 rows are fewer than the 100 that it takes.",
    )  # fmt: skip


def test_open_gates_say_how_many_rows_would_settle_them(drifting):
    called = drifting(rows(1, 20_000), rows(2, 60), gates="{drift: region}")
    gate = called.results["gates"][0]
    assert gate["verdict"] == "inconclusive"
    assert gate["more_examples"] > 0
    assert called.results["changes"][0] == (
        f"Compare about {gate['more_examples']:,} more rows of test to settle whether it drifted."
    )


def test_own_limits(drifting):
    far = rows(2, age=np.random.default_rng(5).normal(46, 10, 1500))
    loose = drifting(test=far, drift=", at_most: {psi: 2.0, auc: 0.9}", gates="{drift: age}")
    tight = drifting(
        test=far, drift=", at_most: {psi: 0.05, ks: 0.1, total_variation: 0.1}", gates="{drift: age}"
    )
    assert loose.results["gates"][0]["verdict"] == "pass"
    gate = tight.results["gates"][0]
    assert gate["verdict"] == "fail"
    assert {m["name"] for m in gate["members"]} == {"age, PSI", "age, KS"}
    assert {e["measure"] for e in split(tight)[0]["region"]["effects"]} == {"psi", "total_variation"}


def test_unit_errors_of_few_rows_are_seen(drifting):
    """One row in ten times 1,000 leaves nine tenths where they were, and lies beyond the range."""
    age = np.random.default_rng(5).normal(40, 10, 1500)
    age[:150] *= 1000
    column = split(drifting(test=rows(2, age=age)))[0]["age"]
    assert column["state"] == "drifted"
    assert column["beyond_range"] == pytest.approx(0.1, abs=0.01)
    assert "of rows beyond train's range" in column["changed"]


@pytest.mark.parametrize("value", [7, 7.5, "same"])
def test_constant_columns_are_compared(drifting, value):
    constant = np.repeat(np.array([value]), 1500)
    columns, _ = split(
        drifting(rows(1, fixed=constant), rows(2, fixed=constant), rows(3, y=None, fixed=constant))
    )
    assert (columns["fixed"]["state"], columns["fixed"]["effects"][0]["value"]) == ("stable", 0)


def test_a_constant_that_changes_is_drift(drifting):
    years = [np.repeat(2015 + k, 1500) for k in range(3)]
    called = drifting(rows(1, year=years[0]), rows(2, year=years[1]), rows(3, y=None, year=years[2]))
    assert split(called)[0]["year"]["state"] == "drifted"


def test_columns_without_values(drifting):
    nothing = np.full(1500, np.nan)
    some = np.random.default_rng(0).normal(size=1500)
    called = drifting(
        rows(1, never=nothing, gone=some),
        rows(2, never=nothing, gone=nothing),
        rows(3, y=None, never=nothing, gone=some),
    )
    columns, lacking = split(called)
    assert lacking["never"] == "neither split has a value in it"
    assert (columns["gone"]["state"], columns["gone"]["missing"]) == ("drifted", 1.0)
    assert columns["gone"]["changed"].startswith("missing 0.0% → 100%")
    assert "never not compared, since neither split has a value in it" in notes(called)


def test_a_million_categories(drifting):
    def names(seed):
        return np.char.add("user ", np.random.default_rng(seed).permutation(1_000_000)[:200_000].astype(str))

    called = drifting(
        *(rows(k, 200_000, name=names(k), y=None if k == 3 else np.arange(200_000) % 2) for k in (1, 2, 3))
    )
    column = split(called)[0]["name"]
    assert (column["kind"], column["state"]) == ("text", "stable")
    assert [cell["name"] for cell in column["cells"]] == ["any value"]


def test_many_categories_keep_the_frequent_ones_apart(drifting):
    def codes(seed, share):
        rng = np.random.default_rng(seed)
        return np.where(rng.random(4000) < share, "often", rng.integers(0, 1000, 4000).astype(str))

    same = split(drifting(rows(1, 4000, code=codes(1, 0.3)), rows(2, 4000, code=codes(2, 0.3))))[0]["code"]
    more = split(drifting(rows(1, 4000, code=codes(1, 0.3)), rows(2, 4000, code=codes(2, 0.6))))[0]["code"]
    assert (same["state"], more["state"]) == ("stable", "drifted")
    assert more["changed"].endswith("often: 29% → 60%") or "often: 3" in more["changed"]


def test_columns_that_one_split_lacks(drifting):
    called = drifting(rows(1, only=np.arange(1500)), rows(2, new=np.arange(1500)))
    columns, lacking = split(called)
    assert called.results["gates"][0]["verdict"] == "pass"
    assert set(columns) >= {"age", "region"}
    assert lacking == {"only": "test has no such column", "new": "train has no such column"}
    assert "Drift of test: only not compared, since test has no such column." in notes(called)


def test_a_named_column_that_one_split_lacks_is_an_error(drifting):
    called = drifting(
        rows(1, only=np.arange(1500)), gates="{drift: all}, {drift: only}", drift=", columns: [age, only]"
    )
    assert [gate["verdict"] for gate in called.results["gates"]] == ["error", "error"]
    assert "test has no such column" in called.results["gates"][0]["reason"]


def test_different_types_are_compared_as_texts_and_told(drifting):
    code = np.arange(1500) % 3
    called = drifting(rows(1, code=code), rows(2, code=code.astype(str)), rows(3, y=None, code=code))
    assert split(called)[0]["code"]["state"] == "stable"
    assert split(called, "production")[0]["code"]["state"] == "stable"
    assert "Column code holds numbers in train and texts in test; it is compared as texts." in notes(called)


def test_times_and_lists_are_told_and_left_out(drifting):
    more = {"day": pyarrow.array(np.repeat(np.datetime64("2026-01-01"), 1500)), "tags": [["a"]] * 1500}

    _, lacking = split(drifting(rows(1, **more), rows(2, **more), rows(3, y=None, **more)))
    assert lacking["day"] == "it holds times, and later rows have later ones"
    assert lacking["tags"] == "it holds lists or records, not single values"


def test_dependent_rows_are_no_drift(drifting):
    """Forty speakers a split, each with an age and a region of their own: 60 rows each say little more than one."""

    def speakers(seed):
        rng = np.random.default_rng(100 + seed)
        who = np.repeat(np.arange(40) + 1000 * seed, 60)
        age, region = np.repeat(rng.normal(40, 10, 40), 60), np.repeat(rng.choice(["n", "s"], 40), 60)
        return rows(seed, 2400, speaker=who, age=age, region=region)

    given = speakers(1), speakers(2), speakers(3)
    alone = split(drifting(*given, gates="{drift: age}"))[0]
    units = split(drifting(*given, gates="{drift: age}", task=", unit: speaker"))[0]
    assert alone["age"]["state"] == "drifted"
    assert units["age"]["state"] == "open"
    assert units["age"]["n"] == pytest.approx(40, rel=0.1)
    assert alone["age"]["n"] == 2400
    assert "speaker" not in units


def test_weights_count(drifting):
    """Rows drawn twice as often with half the weight are no drift."""
    rng = np.random.default_rng(4)
    region = rng.choice(["north", "south", "west"], 1500, p=[2 / 3, 0.2, 2 / 15])
    weight = np.where(region == "north", 0.5, 1.0)
    ones = np.ones(1500)
    given = rows(1, w=ones), rows(2, region=region, w=weight), rows(3, w=ones, y=None)
    plain = split(drifting(*given))[0]["region"]
    weighted = split(drifting(*given, task=", weight: w"))[0]["region"]
    assert plain["effects"][0]["value"] > 5 * weighted["effects"][0]["value"]
    assert weighted["n"] < 1500


def test_predictions_in_files(drifting, tmp_path):
    predictions = {}
    for seed, name in ((1, "train"), (2, "test"), (3, "production")):
        given = rows(seed)
        held = given["p"] if name != "production" else np.zeros(1500, int)
        parquet.write_table(
            pyarrow.table({"id": given["id"], "p": held, "s": given["s"]}), tmp_path / f"preds-{name}.parquet"
        )
        predictions[name] = rows(seed, p=None, s=None, y=None if name == "production" else given["y"])
    called = drifting(*predictions.values(), model="predictions: 'preds-{split}.parquet'")
    assert split(called)[0]["p"]["state"] == "stable"
    assert split(called, "production")[0]["p"]["state"] == "drifted"


def test_a_split_that_was_not_compared_is_an_error(drifting):
    called = drifting(drift=", current: production")
    gate = called.results["gates"][0]
    assert (gate["verdict"], called.code) == ("error", 1)
    assert gate["reason"] == "Not measured: data.test was not compared with train."


@pytest.mark.parametrize(
    ("drift", "gates", "message"),
    [
        (
            ", columns: [agee]",
            "{drift: all}",
            "8:37: drift.columns[0]: no column 'agee' in data.train; did you mean 'age'?",
        ),
        (
            "",
            "{drift: regoin}",
            "10:47: milestones[0].gates[0].drift: no column 'regoin' in data.train; did you mean 'region'?",
        ),
        (
            ", current: train",
            "{drift: all}",
            "8:36: drift.current: 'train' is the reference itself; name another split",
        ),
        (", at_most: {pssi: 1}", "{drift: all}", "drift.at_most.pssi: unknown key; did you mean 'psi'?"),
        (", at_most: {auc: 0.5}", "{drift: all}", "drift.at_most.auc: expected a number above 0.5"),
    ],
)
def test_mistakes_have_their_place(drifting, drift, gates, message):
    called = drifting(drift=drift, gates=gates, ok=False)
    assert called.code == 2
    assert message in called.err


def test_the_same_seed_gives_the_same_drift(drifting):
    first, second = drifting(), drifting()
    assert first.results["drift"] == second.results["drift"]


def test_the_report_shows_it(drifting):
    called = drifting(test=rows(2, age=np.random.default_rng(5).normal(50, 10, 1500)))
    page = render_html(Result.model_validate_json(json.dumps(called.results)))
    assert 'id="drift"' in page
    assert "of 6 comparisons with train show drift: age" in page
    assert "population stability index" in page


def test_units_that_are_all_alike_count_their_rows(drifting):
    """Every store sells every product each week: no variance between stores is no reason to compare nothing."""
    panel = {"unit": np.repeat(np.arange(30), 50), "week": np.tile(np.repeat(["w1", "w2"], 25), 30)}
    called = drifting(
        train=rows(1, **panel), test=rows(2, **panel), production=rows(3, **panel), task=", unit: unit"
    )
    for one in called.results["drift"]:
        week = next(column for column in one["columns"] if column["name"] == "week")
        assert week["effects"][0]["value"] == pytest.approx(0, abs=1e-12)
        assert week["n"] == 1500


def test_new_categories_that_are_each_rare_are_never_called_stable(drifting):
    """Seventy old categories, seventy others later, each too rare to stand by itself: pooled, both look alike."""
    old = {"shop": np.array([f"old {i % 70}" for i in range(300)])}
    new = {"shop": np.array([f"new {i % 70}" for i in range(300)])}
    called = drifting(
        train=rows(1, 300, **old), test=rows(2, 300, **new), production=rows(3, 300, y=None, **old),
        gates="{drift: shop}",
    )  # fmt: skip
    states = {
        one["split"]: {c["name"]: c["state"] for c in one["columns"]} for one in called.results["drift"]
    }
    assert states["test"]["shop"] != "stable"
    assert states["production"]["shop"] == "stable"
    gate = called.results["gates"][0]
    assert gate["verdict"] == "inconclusive"
    assert "70 new categories" in str(gate)
