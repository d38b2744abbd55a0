"""Scores tasks: no label and no prediction, every metric is a column made elsewhere."""

import numpy as np
import pytest
from conftest import call, run, write_csv

N = 80
SPEC = """\
specgen: 1
project: {name: seg, purpose: explore}
task: {type: scores, id: image}
data: {test: test.csv}
MODELS
metrics:
  - {name: iou, column: iou, better: higher}
  - {name: worst, column: iou, quantile: 0.25, better: higher}
  - {name: good, column: IOU, threshold: 0.5, better: higher}
  - {name: wer, column: edits, better: lower}
slices: [{by: scene}]
milestones: [{name: m, split: test, gates: [{metric: iou, at_least: BOUND}, {metric: good, at_least: 0.2}]}]
"""


def columns():
    rng = np.random.default_rng(4)
    iou = rng.beta(6, 2, N).round(3)
    found = {
        "image": [f"i{i}" for i in range(N)],
        "scene": rng.choice(["a", "b"], N),
        "iou": iou,
        "edits": rng.random(N),
    }
    people = [str(v) if i % 4 else "" for i, v in enumerate(np.minimum(iou + 0.05, 1).round(3))]
    return found | {"old_iou": (iou * 0.9).round(4), "people": people}


def project(folder, models="", bound="0.5", text=SPEC):
    found = columns()
    write_csv(folder / "test.csv", [{k: v[i] for k, v in found.items()} for i in range(N)])
    (folder / "spec.yaml").write_text(text.replace("MODELS\n", models).replace("BOUND", bound))
    return folder / "spec.yaml"


def test_the_datas_columns_are_the_candidates(tmp_path):
    called = run(project(tmp_path), tmp_path / "out")
    iou = columns()["iou"]
    whole = {m["metric"]: m for m in called.results["measurements"] if m["slice"] == "all"}
    assert {m["model"] for m in whole.values()} == {"candidate"}
    assert whole["iou"]["value"] == pytest.approx(iou.mean(), rel=1e-11)
    assert whole["worst"]["value"] == np.quantile(iou, 0.25, method="averaged_inverted_cdf")
    assert whole["good"]["value"] == pytest.approx((iou >= 0.5).mean(), rel=1e-11)
    assert whole["good"]["method"] == "wilson"
    assert whole["wer"]["value"] == pytest.approx(columns()["edits"].mean(), rel=1e-11), (
        "a name of other tasks is free"
    )
    assert called.code == 0


MODELS = """\
candidate: new
models:
  new: {columns: {others: {iou: iou}}}
  old: {columns: {others: {iou: old_iou}}}
baselines: {old: {kind: previous, model: old}, people: {kind: human, column: people}}
"""


def test_models_and_people_are_compared_pairwise(tmp_path):
    called = run(project(tmp_path, MODELS, "{baseline: old, margin: 0.02}"), tmp_path / "out")
    found = columns()
    gaps = {(b["baseline"], b["metric"]): b for b in called.results["baselines"] if b["slice"] == "all"}
    assert set(gaps) == {(b, m) for b in ("old", "people") for m in ("iou", "worst", "good")}, (
        "neither has edits"
    )
    apart = found["iou"] - found["old_iou"]
    assert gaps["old", "iou"]["gap"] == pytest.approx(-apart.mean(), rel=1e-9)
    assert gaps["old", "iou"]["gap_high"] - gaps["old", "iou"]["gap_low"] < 5 * apart.std() / np.sqrt(N)
    answered = np.array([bool(v) for v in found["people"]])
    assert gaps["people", "iou"]["measured"] == pytest.approx(found["iou"][answered].mean(), rel=1e-9)
    assert any("people labelled 60 of 80 rows" in note["text"] for note in called.results["notes"])
    assert called.results["gates"][0]["verdict"] == "pass"


def test_scores_in_predictions_files_join_by_id(tmp_path):
    found = columns()
    order = np.random.default_rng(1).permutation(N)
    rows = [{"image": found["image"][i], "iou": found["old_iou"][i], "edits": 0.5} for i in order]
    write_csv(tmp_path / "preds" / "test.csv", rows)
    called = run(project(tmp_path, 'models: {new: {predictions: "preds/{split}.csv"}}\n'), tmp_path / "out")
    value = called.measurement(metric="iou", slice="all")["value"]
    assert value == pytest.approx(found["old_iou"].mean(), rel=1e-11), "the file's column before the data's"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("column: iou, better", "column: ioo, better", "metrics[0].column: no column 'ioo' in data.test; did you mean 'iou'?"),
        ("type: scores", "type: scores, target: y", "task.target: a scores task has no 'target'"),
        ("slices:", "baselines: {n: {kind: naive}}\nslices:", "baselines.n.kind: a scores task has no naive baseline"),
        ("metrics:\n", "metrics:\n  - rmse\n", "metrics[0].name: a scores task has no 'rmse'"),
        ("metrics:\n", "baselines: {p: {kind: human, column: people}}\nmetrics:\n  - {name: x, sql: \"edits\", better: lower}\n",
         "baselines.p.column: in a scores task it holds values of the first metric, which is no column here"),
        ("MODELS", "models: {m: {columns: {others: {iuo: iou}}}}", "models.m.columns.others.iuo: no metric names a column 'iuo'; did you mean"),
        ("MODELS", "models: {m: {columns: {others: {iou: iouu}}}}", "models.m.columns.others.iou: no column 'iouu' in data.test"),
    ],
)  # fmt: skip
def test_validate_tells(tmp_path, old, new, told):
    called = call("validate", project(tmp_path, text=SPEC.replace(old, new, 1)))
    assert called.code == 2
    assert told in called.err


def test_a_split_without_the_columns_is_not_evaluated(tmp_path):
    text = SPEC.replace("data: {test: test.csv}", "data: {test: test.csv, later: later.csv}")
    write_csv(tmp_path / "later.csv", [{"image": "x", "scene": "a"}])
    called = run(project(tmp_path, text=text), tmp_path / "out")
    later = next(s for s in called.results["splits"] if s["name"] == "later")
    assert (later["evaluated"], later["note"]) == (
        False,
        "it lacks columns that the metrics name, or the candidate has no scores for it",
    )
