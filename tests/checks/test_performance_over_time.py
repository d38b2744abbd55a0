"""Performance over time through the command line: what is found, left out, and said."""

import random
from datetime import datetime, timedelta

import numpy as np
import pytest
from conftest import call, run, write_csv

SPEC = """\
specgen: 1
project: {name: small, purpose: explore}
task: {type: binary, target: y, positive: 1, score: s, id: id, time: at}
data: {test: test.csv}
models: {candidate: {columns: {score: s}}}
metrics: [accuracy]
milestones:
  - {name: test, split: test, gates: [{metric: accuracy, at_least: 0.5}]}
"""


def rows_of_a_year(n=4800, *, flips=0.0, harder=0.0, seed=1, start=datetime(2024, 1, 1), gap=()):
    """Calibrated scores; from August on labels may flip (concept drift) or rows be harder (data drift)."""
    rng, rows = np.random.default_rng(seed), []
    for i in range(n):
        day = 365 * rng.random()
        late = day >= 213
        score = 1 / (1 + np.exp(-rng.normal(0, 2.5) * (1 - harder * late)))
        label = int(rng.random() < score)
        label = 1 - label if late and rng.random() < flips else label
        at = start + timedelta(days=day)
        if at.month not in gap:
            rows.append(
                {"id": f"r{i:04d}", "at": at.isoformat(timespec="seconds"), "s": round(score, 4), "y": label}
            )
    return rows


def followed(path, splits=("test",)):
    results = run(path, path.parent / "reports").results
    (found,) = [one for one in results["over_time"] if tuple(one["splits"]) == splits]
    return found, results


def notes(results):
    return [note["text"] for note in results["notes"] if note["place"] == "task.time"]


def test_flipped_labels_are_concept_drift_found_in_their_month(project) -> None:
    found, _ = followed(project(SPEC, rows_of_a_year(flips=0.25)))
    assert found["length"] == "month"
    assert len(found["windows"]) == 12
    change = found["performance"]["change"]
    assert found["performance"]["finding"] == "shown"
    assert change["at"] == "2024-08"
    assert change["earliest"] <= "2024-08" <= change["latest"]
    assert change["low"] < change["difference"] < change["high"] < 0
    assert found["surplus"]["finding"] == "shown"


def test_harder_rows_change_performance_but_not_what_labels_mean(project) -> None:
    found, _ = followed(project(SPEC, rows_of_a_year(12_000, harder=0.6)))
    assert found["performance"]["finding"] == "shown"
    assert found["surplus"]["finding"] != "shown"
    expected = {w["name"]: w["expected"] for w in found["windows"]}
    assert expected["2024-09"] < expected["2024-03"] - 0.05


def test_nothing_is_shown_where_nothing_changes(project) -> None:
    found, _ = followed(project(SPEC, rows_of_a_year()))
    assert found["performance"]["finding"] != "shown"
    assert found["performance"]["change"] is None
    assert found["surplus"]["finding"] != "shown"


def test_windows_are_what_scikit_would_say_of_their_rows(project) -> None:
    rows = rows_of_a_year()
    found, _ = followed(project(SPEC, rows))
    march = [row for row in rows if row["at"].startswith("2024-03")]
    window = next(w for w in found["windows"] if w["name"] == "2024-03")
    right = np.mean([(row["s"] >= 0.5) == row["y"] for row in march])
    expected = np.mean([max(row["s"], 1 - row["s"]) for row in march])
    assert window["rows"] == len(march)
    assert window["value"] == pytest.approx(right, abs=1e-12)
    assert window["expected"] == pytest.approx(expected, abs=1e-9)
    assert window["surplus"] == pytest.approx(right - expected, abs=1e-9)
    assert window["low"] < window["value"] < window["high"]


def test_the_order_of_rows_does_not_matter(project) -> None:
    rows = rows_of_a_year(2000)
    first, _ = followed(project(SPEC, rows))
    random.Random(0).shuffle(rows)
    second, _ = followed(project(SPEC, rows))
    assert first["performance"] == second["performance"]
    assert [w["value"] for w in first["windows"]] == [w["value"] for w in second["windows"]]


def test_a_weight_of_two_is_the_row_twice(project) -> None:
    spec = SPEC.replace("time: at", "time: at, weight: w")
    rows = [{**row, "w": 1 + k % 2} for k, row in enumerate(rows_of_a_year(1200))]
    twice = [{**row, "id": f"{row['id']}.{k}", "w": 1} for row in rows for k in range(row["w"])]
    weighted, doubled = followed(project(spec, rows))[0], followed(project(spec, twice))[0]
    for one, other in zip(weighted["windows"], doubled["windows"], strict=True):
        assert one["value"] == pytest.approx(other["value"], abs=1e-12)
        assert one["expected"] == pytest.approx(other["expected"], abs=1e-9)
    # Twice the weight is no more knowledge: bounds are those of the rows that there are.
    wide, narrow = ([w["high"] - w["low"] for w in one["windows"]] for one in (weighted, doubled))
    assert all(a > b for a, b in zip(wide, narrow, strict=True))


def test_a_gap_stays_a_gap(project) -> None:
    found, _ = followed(project(SPEC, rows_of_a_year(gap=(4, 5))))
    windows = {w["name"]: w for w in found["windows"]}
    assert len(windows) == 12
    assert windows["2024-04"]["value"] is None
    assert windows["2024-04"]["reason"] == "no row"
    assert not windows["2024-05"]["compared"]
    assert found["performance"] is not None


def test_mixed_zones_and_unreadable_times_are_told_and_the_rest_is_followed(project) -> None:
    rows = rows_of_a_year()
    rows[7]["at"] += "+02:00"
    rows[8]["at"], rows[9]["at"] = "soon", ""
    found, results = followed(project(SPEC, rows))
    told = "\n".join(notes(results))
    assert "1 row with an offset from UTC (the other 4,797 have none) is left out" in told
    assert "the first is 'r0007'" in told
    assert (
        "1 row with no time that can be read is left out of performance over time; the first is 'r0008' (soon)"
        in told
    )
    assert "1 row with no time is left out of performance over time; the first is 'r0009'" in told
    assert found["rows"] == 4797


def test_months_with_few_rows_are_shown_but_not_compared(project) -> None:
    rows = [row for row in rows_of_a_year() if not row["at"].startswith("2024-02") or row["id"] < "r0150"]
    found, _ = followed(project(SPEC, rows))
    window = next(w for w in found["windows"] if w["name"] == "2024-02")
    assert 0 < window["rows"] < 30
    assert window["value"] is not None
    assert not window["compared"]


def test_the_declared_length_is_taken(project) -> None:
    spec = SPEC + "drift: {reference: test, window: quarter}\n"
    found, _ = followed(project(spec, rows_of_a_year()))
    assert [w["name"] for w in found["windows"]] == ["2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4"]


def test_splits_that_follow_each_other_are_followed_together_without_train(project) -> None:
    spec = SPEC.replace("{test: test.csv}", "{train: train.csv, dev: dev.csv, test: test.csv}")
    path = project(spec, rows_of_a_year(3000))
    write_csv(path.parent / "train.csv", rows_of_a_year(3000, seed=2, start=datetime(2022, 1, 1)))
    write_csv(path.parent / "dev.csv", rows_of_a_year(3000, seed=3, start=datetime(2023, 1, 1)))
    found, _ = followed(path, ("dev", "test"))
    assert len(found["windows"]) == 24
    assert found["windows"][0]["name"] == "2023-01"


def test_a_split_without_labels_is_only_expected(project) -> None:
    spec = SPEC.replace("{test: test.csv}", "{test: test.csv, production: production.csv}")
    path = project(spec, rows_of_a_year())
    rows = [{k: v for k, v in row.items() if k != "y"} for row in rows_of_a_year(2000, seed=5)]
    write_csv(path.parent / "production.csv", rows)
    found, _ = followed(path, ("production",))
    assert not found["labelled"]
    assert found["performance"] is None
    window = found["windows"][2]
    march = [max(row["s"], 1 - row["s"]) for row in rows if row["at"].startswith("2024-03")]
    assert window["value"] is None
    assert window["expected"] == pytest.approx(np.mean(march), abs=1e-9)


def test_users_with_rows_in_all_months_are_compared_with_themselves(project) -> None:
    spec = SPEC.replace("time: at", "time: at, unit: user")
    rows = [{**row, "user": f"u{k % 80}"} for k, row in enumerate(rows_of_a_year(flips=0.25))]
    found, _ = followed(project(spec, rows))
    assert found["performance"]["finding"] == "shown"
    assert found["performance"]["change"]["at"] == "2024-08"


@pytest.mark.parametrize("metric", ["f1", "auc", "brier", "log_loss", "recall"])
def test_metrics_of_every_kind_are_followed(project, metric) -> None:
    spec = SPEC.replace("[accuracy]", f"[{metric}, accuracy]")
    found, _ = followed(project(spec, rows_of_a_year(flips=0.3)))
    assert found["metric"] == metric
    assert found["performance"]["finding"] == "shown"
    assert found["expected_metric"] == ("accuracy" if metric == "auc" else metric)


def test_scores_of_several_classes_expect_accuracy(project) -> None:
    rng, rows = np.random.default_rng(4), []
    for i, row in enumerate(rows_of_a_year(2000)):
        shares = rng.dirichlet([0.7] * 3).round(3)
        label = "abc"[rng.choice(3, p=shares / shares.sum())]
        rows.append({"id": i, "at": row["at"], "a": shares[0], "b": shares[1], "c": shares[2], "y": label})
    task = "{type: multiclass, target: y, labels: [a, b, c], score: [a, b, c], id: id, time: at}"
    spec = SPEC.replace(SPEC[SPEC.index("{type") : SPEC.index("\ndata")], task).replace(
        "{score: s}", "{score: [a, b, c]}"
    )
    found, _ = followed(project(spec, rows))
    march = [max(row["a"], row["b"], row["c"]) for row in rows if row["at"].startswith("2024-03")]
    assert found["windows"][2]["expected"] == pytest.approx(np.mean(march), abs=1e-9)
    assert found["surplus"]["finding"] != "shown"


def test_all_rows_in_one_hour_are_told(project) -> None:
    rows = [{**row, "at": f"2024-01-01T10:{k % 60:02d}:00"} for k, row in enumerate(rows_of_a_year(200))]
    results = run(project(SPEC, rows), project(SPEC, rows).parent / "reports").results
    assert results["over_time"] == []
    assert any("fall into one hour" in text for text in notes(results))


def test_a_column_that_no_split_has_is_a_mistake_of_the_spec(project) -> None:
    path = project(SPEC.replace("time: at", "time: att"), rows_of_a_year(100))
    told = call("validate", path).err
    assert "task.time: no column 'att' in data.test or any other split; did you mean 'at'?" in told


def test_report_has_the_section(project) -> None:
    path = project(SPEC, rows_of_a_year(flips=0.25))
    folder = run(path, path.parent / "reports", formats="json,html").folder
    text = (folder / "report.html").read_text()
    assert "Over time" in text
    assert "Accuracy fell from" in text
    assert "concept drift" in text


@pytest.mark.parametrize(("flips", "verdict"), [(0.0, "pass"), (0.25, "fail")])
def test_a_drift_gate_over_everything_is_about_performance_over_time_too(project, flips, verdict) -> None:
    """The rows' columns do not drift; what labels mean does."""
    rows, before = rows_of_a_year(40_000, flips=flips), rows_of_a_year(8000, seed=2)
    spec = SPEC.replace("data: {test: test.csv}", "data: {train: train.csv, test: test.csv}")
    spec = spec.replace("milestones:", "drift: {reference: train}\nmilestones:")
    spec = spec.replace("{metric: accuracy, at_least: 0.5}", "{drift: all}")
    path = project(spec, rows)
    write_csv(path.parent / "train.csv", before)
    gate = run(path, path.parent / "reports").results["gates"][0]
    member = next(m for m in gate["members"] if m["name"] == "performance over time")
    assert (member["verdict"], gate["verdict"]) == (verdict, verdict), gate["reason"]
    if verdict == "fail":
        assert "accuracy went from" in gate["reason"]
