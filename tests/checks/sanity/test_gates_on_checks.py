"""Sanity checks through the command line: names, gates, what is run, and what a report says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import call, run

from specgen.checks.sanity.registry import check_names
from specgen.record.result import Result
from specgen.report.html import render_html

SPEC = """\
specgen: 1
project: {name: checked, purpose: explore}
task: {type: binary, target: y, positive: 1, prediction: p, id: id}
data: {train: train.parquet, test: test.parquet}
models: {candidate: {columns: {prediction: p}}}
metrics: [accuracy]
milestones:
  - {name: test, split: test, gates: [GATE]}
"""


def rows(seed: int, n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    return pd.DataFrame(
        {
            "id": np.arange(n) + seed * 1000,
            "y": y,
            "p": np.where(rng.random(n) < 0.8, y, 1 - y),
            "x": rng.normal(size=n),
        }
    )


@pytest.fixture
def checked(tmp_path: Path):
    def write(gate: str, more: str = "", leak: bool = False):
        train, test = rows(1), rows(2)
        if leak:
            test.loc[:79, ["x", "y"]] = train.loc[:79, ["x", "y"]].to_numpy()
            test = test.astype({"y": int})
        train.to_parquet(tmp_path / "train.parquet")
        test.to_parquet(tmp_path / "test.parquet")
        (tmp_path / "spec.yaml").write_text(SPEC.replace("GATE", gate) + more)
        return run(tmp_path / "spec.yaml", tmp_path / "out")

    return write


def test_all_checks_pass_on_clean_data(checked) -> None:
    called = checked("{sanity: all}")
    assert called.code == 0
    gate = called.results["gates"][0]
    assert (gate["verdict"], gate["gate"]) == ("pass", "every sanity check")
    found = {one["name"]: one["verdict"] for one in called.results["sanity"]}
    assert set(found) == set(check_names())
    assert found["time_leakage"] == "not_applicable"


def test_a_failed_check_fails_the_gate(checked) -> None:
    called = checked("{sanity: all}", leak=True)
    assert called.code == 1
    gate = called.results["gates"][0]
    assert gate["verdict"] == "fail"
    assert gate["members"][0]["name"] == "Rows shared between splits"
    assert "80 of 400 rows of test (20.00%) stand in train too" in gate["members"][0]["reason"]
    html = render_html(Result.model_validate(called.results))
    assert "Take the shared rows out of test" in html
    assert "checks failed: rows shared between splits" in html


def test_a_named_check_alone_is_run(checked) -> None:
    called = checked("{sanity: shared_ids}", leak=True)
    assert called.code == 0
    assert [one["name"] for one in called.results["sanity"]] == ["shared_ids"]


def test_a_named_check_that_is_not_applicable_is_an_error(checked) -> None:
    called = checked("{sanity: time_leakage}")
    assert (called.code, called.results["gates"][0]["verdict"]) == (1, "error")
    called = checked("{sanity: all}", "sanity: [time_leakage, shared_ids]\n")
    assert (called.code, called.results["gates"][0]["verdict"]) == (1, "error")
    assert checked("{sanity: all}", "sanity: {all: true, except: [time_leakage]}\n").code == 0


def test_checks_without_a_gate_only_show(checked) -> None:
    called = checked("{metric: accuracy, at_least: 0.5}", "sanity: all\n", leak=True)
    assert called.code == 0
    assert any(one["verdict"] == "failed" for one in called.results["sanity"])


@pytest.mark.parametrize(
    ("gate", "more", "message"),
    [
        ("{sanity: shared_row}", "", "milestones[0].gates[0].sanity: no sanity check 'shared_row'; did you mean 'shared_rows'?"),
        ("{sanity: all}", "sanity: [leak]\n", "sanity[0]: no sanity check 'leak'; `specgen checks` lists them"),
        ("{sanity: all}", "sanity: {all: true, except: [shared_id]}\n", "sanity.except[0]: no sanity check 'shared_id'; did you mean 'shared_ids'?"),
        ("{sanity: shared_rows}", "sanity: [shared_ids]\n", "gates[0].sanity: 'shared_rows' is not among the checks under 'sanity'; add it there"),
    ],
)  # fmt: skip
def test_names_that_are_no_checks(checked, gate: str, more: str, message: str) -> None:
    called = checked(gate, more)
    assert called.code == 2
    assert message in called.err


def test_the_checks_are_listed() -> None:
    listed = call("checks").out
    assert all(name in listed for name in check_names())
    assert "Chance" not in call("checks", "shared_rows").out
    assert "no sanity check 'shared'" in call("checks", "shared").err
