"""What predictions are worth, in whole runs: against sums by hand, and with bad input."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from conftest import run, write_csv
from pyarrow import parquet

from specgen.engine import binned

PAYOFF = {"tp": 80.0, "fp": -15.0, "fn": -200.0, "tn": 0.0}
SPEC = """\
specgen: 1
project: {name: worth, purpose: explore}
task: {type: binary, target: y, positive: 1, score: s, id: id, threshold: 0.4}
data: {dev: dev.csv, test: test.csv}
models:
  candidate: {columns: {score: s}}
  previous: {columns: {prediction: old}}
candidate: candidate
metrics: [accuracy]
baselines: {naive: {kind: naive}}
business:
  - {name: value, unit: EUR, payoff: {tp: 80, fp: -15, fn: -200, tn: 0}, per: 1000, volume: {rows: 50000, period: month}}
  - {name: minutes, unit: min, per_row: "CASE WHEN s >= 0.4 AND y = 0 THEN 4.5 ELSE 0 END", better: lower}
milestones:
  - {name: test, split: test, gates: [{business: value, at_least: -20000}]}
"""


def rows(seed: int, count: int = 1500) -> list[dict[str, object]]:
    """Calibrated scores, and an older model that is right less often."""
    rng = np.random.default_rng(seed)
    score = rng.beta(0.8, 3, count).round(3)
    label = (rng.random(count) < score).astype(int)
    old = (np.clip(score + rng.normal(0, 0.2, count), 0, 1) >= 0.4).astype(int)
    columns = zip(score.tolist(), label.tolist(), old.tolist(), strict=True)
    return [{"id": k, "y": y, "s": s, "old": o} for k, (s, y, o) in enumerate(columns)]


def without_minutes(spec: str) -> str:
    """The spec without the row value that reads the scores."""
    return "\n".join(line for line in spec.splitlines() if "minutes" not in line)


def value(table: list[dict[str, object]], said: list[bool]) -> float:
    """Mean payoff per 1,000 rows."""
    names = {(1, True): "tp", (0, True): "fp", (1, False): "fn", (0, False): "tn"}
    return 1000 * float(np.mean([PAYOFF[names[row["y"], yes]] for row, yes in zip(table, said, strict=True)]))


def at(table: list[dict[str, object]], threshold: float) -> float:
    """Mean payoff per 1,000 rows, positive from a threshold on."""
    return value(table, [row["s"] >= threshold for row in table])


@pytest.fixture(scope="module")
def called(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worth")
    write_csv(folder / "dev.csv", rows(1)), write_csv(folder / "test.csv", rows(2))
    (folder / "spec.yaml").write_text(SPEC)
    return run(folder / "spec.yaml", folder / "out", formats="html")


def test_the_threshold_is_chosen_on_dev_and_measured_on_test(called):
    dev, test = rows(1), rows(2)
    (choice,) = called.results["thresholds"]
    assert (choice["metric"], choice["chosen_on"], choice["in_use"]) == ("value", "dev", 0.4)
    best = max(at(dev, k / 1000) for k in range(1001))
    assert at(dev, choice["best"]) == pytest.approx(best)
    assert choice["low"] <= choice["best"] <= choice["high"]
    assert choice["break_even"] == pytest.approx(15 / 295)
    (found,) = choice["values"]
    assert found["split"] == "test"
    assert found["best"]["value"] == pytest.approx(at(test, choice["best"]))
    assert found["in_use"]["value"] == pytest.approx(at(test, 0.4))
    assert found["difference"]["value"] == pytest.approx(at(test, choice["best"]) - at(test, 0.4))
    assert found["difference"]["low"] < found["difference"]["value"] < found["difference"]["high"]
    measured = called.measurement(split="test", model="candidate", metric="value", slice="all")
    assert found["in_use"]["value"] == pytest.approx(measured["value"])
    assert (found["in_use"]["low"], found["in_use"]["high"]) == pytest.approx(
        (measured["low"], measured["high"])
    )


def test_curves_are_the_values_at_their_thresholds(called):
    (choice,) = called.results["thresholds"]
    assert len(choice["thresholds"]) <= 100
    for curve, table in zip(choice["curves"], (rows(1), rows(2)), strict=True):
        assert curve["values"] == pytest.approx([at(table, t) for t in choice["thresholds"]])


def test_every_rival_is_beside_the_candidate(called):
    table = rows(2)
    found = next(w for w in called.results["worths"] if (w["metric"], w["split"]) == ("value", "test"))
    said = {
        "previous": [row["old"] == 1 for row in table], "naive": [False] * len(table), "always '1'": [True] * len(table),
    }  # fmt: skip
    assert [rival["model"] for rival in found["rivals"]] == list(said), "naive says always no already"
    for rival in found["rivals"]:
        theirs = value(table, said[rival["model"]])
        assert rival["value"]["value"] == pytest.approx(theirs)
        assert rival["difference"]["value"] == pytest.approx(at(table, 0.4) - theirs)
        assert rival["difference"]["low"] < rival["difference"]["value"] < rival["difference"]["high"]
        assert rival["total"]["value"] == pytest.approx(50 * rival["difference"]["value"])
        assert rival["constant"] == (rival["model"] != "previous")
    measured = called.measurement(split="test", model="candidate", metric="value", slice="all")
    times = {"value": 50 * measured["value"], "low": 50 * measured["low"], "high": 50 * measured["high"]}
    assert found["total"] == pytest.approx(times)


def test_the_report_says_it_in_words(called):
    text = (called.folder / "report.html").read_text()
    (choice,) = called.results["thresholds"]
    assert f"On dev a threshold of {choice['best']:g} is worth most" in text
    assert "On test, whose rows had no part in the choice" in text
    assert "At 50,000 rows a month candidate comes to" in text
    assert "no difference to previous is shown" in text
    assert "EUR per 1,000 rows more than naive (95% interval" in text
    assert 'aria-label="Value, EUR per 1,000 rows over thresholds' in text


def test_no_threshold_is_chosen_on_the_rows_that_judge_it(project):
    spec = SPEC.replace("dev: dev.csv, ", "")
    path = project(spec, rows(2))
    found = run(path, path.parent / "out", formats="html")
    (choice,) = found.results["thresholds"]
    assert (choice["best"], choice["low"], choice["values"]) == (None, None, [])
    assert "no split besides test" in choice["reason"]
    assert [curve["split"] for curve in choice["curves"]] == ["test"]


def test_payoffs_that_reward_mistakes_have_no_threshold(project):
    spec = SPEC.replace("tn: 0}", "tn: -20}").replace("dev.csv", "test.csv")
    path = project(spec, rows(2))
    found = run(path, path.parent / "out")
    assert (
        found.results["thresholds"][0]["reason"]
        == "its payoff does not make right answers worth more than wrong ones"
    )


def test_without_scores_nothing_is_said_of_thresholds(project):
    spec = SPEC.replace("score: s, id", "prediction: old, id").replace("{score: s}", "{prediction: old}")
    path = project(without_minutes(spec.replace("dev: dev.csv, ", "")), rows(2))
    found = run(path, path.parent / "out", formats="html")
    assert found.results["thresholds"] == []
    assert "<h4>Threshold" not in (found.folder / "report.html").read_text()


def test_a_label_without_rows_is_told(project):
    path = project(SPEC, rows(2))
    write_csv(path.parent / "dev.csv", [row | {"y": 0} for row in rows(1)])
    found = run(path, path.parent / "out")
    notes = [note["text"] for note in found.results["notes"]]
    assert "value: no row of dev is '1', so fn and tp count nowhere." in notes
    assert found.measurement(split="dev", model="candidate", metric="value", slice="all")["value"] is not None


@pytest.mark.parametrize("weight", ["", ", weight: w"])
def test_histograms_tell_the_same(tmp_path, monkeypatch, weight):
    rng = np.random.default_rng(5)
    spec = (
        SPEC.replace(", id: id", weight).replace("csv", "parquet")
        .replace("  previous: {columns: {prediction: old}}\n", "")
    )  # fmt: skip
    spec = "\n".join(line for line in spec.splitlines() if "minutes" not in line)
    for split, seed in (("dev", 1), ("test", 2)):
        table = rows(seed, 6000)
        columns = {key: [row[key] for row in table] for key in ("y", "s", "old")}
        columns["w"] = rng.lognormal(0, 0.5, len(table)).tolist()
        parquet.write_table(pa.table(columns), tmp_path / f"{split}.parquet")
    (tmp_path / "spec.yaml").write_text(spec)
    exact = run(tmp_path / "spec.yaml", tmp_path / "exact").results["thresholds"][0]
    monkeypatch.setattr(binned, "BINNED_FROM", 1000)
    off_bins = run(tmp_path / "spec.yaml", tmp_path / "binned").results["thresholds"][0]
    for key in ("best", "low", "high"):
        assert off_bins[key] == pytest.approx(exact[key], abs=0.02), key
    for one, other in zip(exact["values"], off_bins["values"], strict=True):
        for key in ("value", "low", "high"):
            for at_threshold in ("best", "in_use"):
                mine, theirs = one[at_threshold], other[at_threshold]
                assert theirs[key] == pytest.approx(mine[key], abs=0.1 * (mine["high"] - mine["low"])), key


CLASSES = """\
specgen: 1
project: {name: animals, purpose: explore}
task: {type: multiclass, target: y, prediction: p}
data: {test: test.csv}
models: {candidate: {columns: {prediction: p}}}
metrics: [accuracy]
baselines: {naive: {kind: naive}}
business: [{name: value, payoff: {cat: {cat: 2, dog: -3}, dog: {cat: -1, dog: 4}}}]
milestones: [{name: test, split: test, gates: [{business: value, at_least: 0}]}]
"""


def animals(*more: dict[str, object]) -> list[dict[str, object]]:
    pairs = [("cat", "cat")] * 30 + [("cat", "dog")] * 5 + [("dog", "dog")] * 20 + [("dog", "cat")] * 7
    return [*({"y": y, "p": p} for y, p in pairs), *more]


def test_a_payoff_by_pairs_of_labels(project):
    path = project(CLASSES, animals())
    found = run(path, path.parent / "out", formats="html")
    assert found.code == 0
    mine = found.measurement(model="candidate", metric="value", slice="all")
    assert mine["value"] == pytest.approx((30 * 2 - 5 * 3 + 20 * 4 - 7) / 62)
    assert mine["low"] < mine["value"] < mine["high"]
    naive = found.measurement(model="naive", metric="value", slice="all")
    assert naive["value"] == pytest.approx((35 * 2 - 27) / 62)
    (worth,) = found.results["worths"]
    assert worth["rivals"][0]["difference"]["value"] == pytest.approx(mine["value"] - naive["value"])
    assert found.results["thresholds"] == []
    assert "cat" in next(m["definition"] for m in found.results["metrics"] if m["key"] == "value")


def test_a_pair_that_occurs_without_a_worth_leaves_the_rest_measured(project):
    path = project(CLASSES, animals({"y": "cow", "p": "dog"}))
    found = run(path, path.parent / "out", formats="html")
    assert found.code == 1, "a gate that could not be measured is never go"
    mine = found.measurement(model="candidate", metric="value", slice="all")
    assert mine["value"] is None
    assert "no worth for actual 'cat' predicted 'cow'" in mine["reason"]
    assert found.measurement(model="candidate", metric="accuracy", slice="all")["value"] is not None
    assert any(note["text"].startswith("value: missing actual 'cat'") for note in found.results["notes"])


def test_a_label_of_the_payoff_that_the_data_lacks_is_told(project):
    spec = CLASSES.replace("dog: {cat", "dgo: {cat").replace("dog: -3", "dgo: -3").replace("dog: 4", "dgo: 4")
    path = project(spec, animals())
    found = run(path, path.parent / "out")
    assert "value: no label 'dgo'; did you mean 'dog'?." in [note["text"] for note in found.results["notes"]]
