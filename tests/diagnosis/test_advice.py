"""What is said of projects whose truth is known, and of ends of the ladder that are missing."""

import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import run, write_csv

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

from constructed_cases import CASES, write_case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_first_advice_is_about_what_was_built_in(tmp_path, case):
    called = run(write_case(tmp_path, case, seed=2), tmp_path / "out")
    found = called.results["diagnosis"]
    assert case.says in found["advice"][0], found["advice"]
    assert (found["lead"] is None) == ("No step" in case.says), found["lead"]
    beaten = any("no longer known" in text for text in found["advice"])
    assert beaten == (case.name == "better than people")
    assert any("No baseline says" in text for text in found["advice"]) == (case.person is None)


def regression(folder, splits, baselines="", metrics="mae", rows=800):
    """A regression project: `splits` gives each split's error, None for one without labels."""
    rng = np.random.default_rng(5)
    for split, error in splits.items():
        y = rng.normal(10, 3, rows)
        lines = [
            {"y": f"{a:.4f}", "p": f"{a + e:.4f}", "h": f"{a + h:.4f}"}
            for a, e, h in zip(y, rng.normal(0, error or 1, rows), rng.normal(0, 1, rows), strict=True)
        ]
        if error is None:
            lines = [{"p": line["p"], "h": line["h"]} for line in lines]
        write_csv(folder / f"{split}.csv", lines)
    data = ", ".join(f"{split}: {split}.csv" for split in splits)
    spec = folder / "spec.yaml"
    spec.write_text(
        "specgen: 1\nproject: {name: case, purpose: explore}\n"
        "task: {type: regression, target: y, prediction: p}\n"
        f"data: {{{data}}}\nmodels: {{candidate: {{columns: {{prediction: p}}}}}}\nmetrics: [{metrics}]\n"
        f"{baselines}\n"
        "milestones: [{name: test, split: test, gates: [{metric: mae, at_most: 100}]}]\n"
    )
    return spec


def rungs(called):
    return [(r["cause"], r["upper"], r["lower"], r["finding"]) for r in called.results["diagnosis"]["rungs"]]


def test_less_is_better_and_a_split_is_missing(tmp_path):
    spec = regression(tmp_path, {"dev": 2, "test": 2}, "baselines: {human: {kind: human, column: h}}")
    called = run(spec, tmp_path / "out")
    assert rungs(called)[0] == ("avoidable bias and variance", "human", "dev", "shown")
    first = called.results["diagnosis"]["rungs"][0]
    assert first["gap"] == pytest.approx(first["lower_value"] - first["upper_value"])
    assert first["low"] < first["gap"] < first["high"]
    assert "without a measured train split" in called.results["diagnosis"]["advice"][0]


def test_variance_of_an_error(tmp_path):
    called = run(regression(tmp_path, {"train": 1, "test": 2}), tmp_path / "out")
    assert rungs(called) == [("variance", "train", "test", "shown")]


def test_a_split_without_labels_is_told_and_not_guessed(tmp_path):
    called = run(regression(tmp_path, {"test": 1, "production": None}), tmp_path / "out")
    assert rungs(called) == [("shift", "test", "production", "not measured")]
    assert "y" in called.results["diagnosis"]["rungs"][0]["reason"]


def test_a_published_value_is_the_upper_end(tmp_path):
    baselines = "baselines: {paper: {kind: literature, source: {title: A paper}, values: [{metric: mae, value: 0.8}]}}"
    called = run(regression(tmp_path, {"train": 2, "test": 2}, baselines), tmp_path / "out")
    assert rungs(called)[0] == ("avoidable bias", "paper", "train", "shown")
    assert called.results["diagnosis"]["rungs"][0]["upper_split"] == ""


def test_a_baseline_measured_elsewhere_is_compared_across_splits(tmp_path):
    baselines = "baselines: {human: {kind: human, values: [{metric: mae, value: 0.8, split: test}]}}"
    called = run(regression(tmp_path, {"train": 2, "test": 2}, baselines), tmp_path / "out")
    assert rungs(called)[0] == ("avoidable bias", "human", "train", "shown")


def test_few_rows_advise_nothing(tmp_path):
    called = run(regression(tmp_path, {"train": 1, "test": 1.1}, rows=40), tmp_path / "out")
    assert rungs(called) == [("variance", "train", "test", "open")]
    assert "more rows would tell" in called.results["diagnosis"]["advice"][0]


def test_a_metric_without_direction_has_no_ladder(tmp_path):
    called = run(regression(tmp_path, {"train": 1, "test": 1}, metrics="bias, mae"), tmp_path / "out")
    assert called.results["diagnosis"] is None
    assert called.results["standing"]["reached"] == "test"
