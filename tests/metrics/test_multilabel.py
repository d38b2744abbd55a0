"""Multilabel metrics of whole runs equal scikit-learn's, on slices, with weights, for every model."""

import warnings

import numpy as np
import pytest
from conftest import run, write_csv
from sklearn import metrics as reference

N = 160
LABELS = ["hernia", "edema", "mass", "never"]
MODELS = ("candidate", "old", "naive", "doctor")
AVERAGES = [
    f"{average}_{name}"
    for average in ("macro", "micro", "weighted", "samples")
    for name in ("precision", "recall", "f1")
]
COUNTS = {
    "accuracy": reference.accuracy_score,
    "balanced_accuracy": reference.balanced_accuracy_score,
    "mcc": reference.matthews_corrcoef,
    "cohen_kappa": reference.cohen_kappa_score,
    "recall": reference.recall_score,
    "precision": reference.precision_score,
    "f1": reference.f1_score,
    "f_beta@0.5": lambda y, p, **k: reference.fbeta_score(y, p, beta=0.5, **k),
    "specificity": lambda y, p, **k: reference.recall_score(y, p, pos_label=0, **k),
    "negative_predictive_value": lambda y, p, **k: reference.precision_score(y, p, pos_label=0, **k),
    "selection_rate": lambda y, p, sample_weight: np.average(p, weights=sample_weight),  # noqa: ARG005
}
SCORES = {
    "brier": reference.brier_score_loss,
    "log_loss": reference.log_loss,
    "average_precision": reference.average_precision_score,
    "auc": reference.roc_auc_score,
}


def spec(metrics, weight=", weight: w"):
    columns = {letter: "[" + ", ".join(letter + label for label in LABELS) + "]" for letter in "spoh"}
    return f"""\
specgen: 1
project: {{name: findings, purpose: explore}}
task:
  {{type: multilabel, target: [{", ".join(LABELS)}], score: {columns["s"]}, threshold: 0.4, id: id, unit: u{weight}}}
data: {{test: test.csv}}
models:
  candidate: {{columns: {{score: {columns["s"]}}}}}
  old: {{predictions: old.csv, columns: {{prediction: {columns["o"]}}}}}
candidate: candidate
metrics: [{", ".join(metrics)}]
slices: [{{by: site}}, {{name: quiet, where: "hernia = 0 AND edema = 0 AND mass = 0 AND site = 'a'"}}]
baselines:
  naive: {{kind: naive}}
  doctor: {{kind: human, columns: {columns["h"]}}}
  old: {{kind: previous, model: old}}
milestones: [{{name: m, split: test, gates: [{{metric: micro_f1, slices: every, at_least: {{baseline: old}}}}]}}]
"""


def table():
    rng = np.random.default_rng(6)
    severity = rng.normal(size=N)
    rows, old = [], []
    for i in range(N):
        row = {"id": f"r{i}", "u": i // 2, "w": rng.integers(1, 4), "site": rng.choice(["a", "b"])}
        other = {"id": f"r{i}"}
        for label, share in zip(LABELS, (0.1, 0.6, 0.3, 0.0), strict=True):
            row[label] = int(share > 0 and rng.random() < share + 0.05 * severity[i])
            row["s" + label] = round(float(np.clip(0.3 + 0.3 * row[label] + rng.normal() * 0.2, 0, 1)), 1)
            other["o" + label] = int(row[label] ^ (rng.random() < 0.2)) if label != "mass" else 0
            row["h" + label] = "" if i % 3 == 0 else int(row[label] ^ (rng.random() < 0.1))
        rows.append(row)
        old.append(other)
    rng.shuffle(old)
    return rows, old


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("multilabel")
    rows, old = table()
    write_csv(folder / "test.csv", rows)
    write_csv(folder / "old.csv", old)
    of_label = [
        f"{{name: {n}, label: {label}}}" for n in (*COUNTS, *SCORES) for label in LABELS if "@" not in n
    ]
    of_label += [f"{{name: f_beta, beta: 0.5, label: {label}}}" for label in LABELS]
    metrics = ["micro_f1", *AVERAGES, "hamming_loss", "subset_accuracy", *of_label]
    (folder / "spec.yaml").write_text(spec(list(dict.fromkeys(metrics))))
    called = run(folder / "spec.yaml", folder / "out")
    found = {(m["model"], m["slice"], m["metric"], m["label"]): m for m in called.results["measurements"]}
    return {row["id"]: row for row in rows}, {row["id"]: row for row in old}, found, called


def arrays(rows, old, model, part):
    """Labels, predictions, scores and weights of the rows that a model has predictions for on a slice."""
    chosen = [
        row
        for row in rows.values()
        if (part == "all" or row["site"] == part.partition("=")[2])
        and (model != "doctor" or row["hhernia"] != "")
    ]
    label = np.array([[row[name] for name in LABELS] for row in chosen])
    whole = np.array([[row[name] for name in LABELS] for row in rows.values()])
    weights = np.array([row["w"] for row in rows.values()])
    share = weights @ whole / weights.sum()
    score = {
        "candidate": np.array([[row["s" + name] for name in LABELS] for row in chosen]),
        "naive": np.tile(share, (len(chosen), 1)),
    }.get(model)
    prediction = {
        "candidate": lambda: (score >= 0.4).astype(int),
        "naive": lambda: (score > 0.5).astype(int),
        "old": lambda: np.array([[old[row["id"]]["o" + name] for name in LABELS] for row in chosen]),
        "doctor": lambda: np.array([[row["h" + name] for name in LABELS] for row in chosen]),
    }[model]()
    return label, prediction, score, np.array([row["w"] for row in chosen])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("part", ["all", "site=a", "site=b"])
@pytest.mark.parametrize("name", AVERAGES)
def test_averages(measured, model, part, name):
    rows, old, found, _ = measured
    label, prediction, _, weight = arrays(rows, old, model, part)
    average, _, metric = name.partition("_")
    if average == "samples":
        seen = (label + prediction).any(1)
        label, prediction, weight = label[seen], prediction[seen], weight[seen]
    elif average == "macro":
        seen = (label + prediction).any(0)
        label, prediction = label[:, seen], prediction[:, seen]
    expected = getattr(reference, f"{metric}_score")(
        label, prediction, average=average, zero_division=0, sample_weight=weight
    )
    one = found[model, part, name, None]
    assert one["value"] == pytest.approx(expected, abs=1e-12)
    assert one["low"] <= one["value"] <= one["high"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("part", ["all", "site=b"])
def test_rows_and_cells_that_are_right(measured, model, part):
    rows, old, found, _ = measured
    label, prediction, _, weight = arrays(rows, old, model, part)
    loss = reference.hamming_loss(label, prediction, sample_weight=weight)
    right = reference.accuracy_score(label, prediction, sample_weight=weight)
    assert found[model, part, "hamming_loss", None]["value"] == pytest.approx(loss, abs=1e-12)
    assert found[model, part, "subset_accuracy", None]["value"] == pytest.approx(right, abs=1e-12)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("part", ["all", "site=a"])
@pytest.mark.parametrize("name", sorted({*COUNTS, *SCORES} - {"auc"}))
def test_of_each_label(measured, model, part, name):
    rows, old, found, _ = measured
    label, prediction, score, weight = arrays(rows, old, model, part)
    for j, what in enumerate(LABELS):
        if name in SCORES and score is None:
            assert (model, part, name, what) not in found
            continue
        one = found[model, part, name, what]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            if name in COUNTS:
                expected = COUNTS[name](label[:, j], prediction[:, j], sample_weight=weight)
            elif label[:, j].any():
                expected = SCORES[name](label[:, j], score[:, j], sample_weight=weight)
            else:
                expected = None if name == "average_precision" else 0.0
        if one["value"] is None:
            one_kind = len({*label[:, j]}) == 1 or len({*prediction[:, j]}) == 1
            assert one["reason"]
            assert caught or one_kind, f"{name} of {what} is undefined, not {expected}"
        elif what != "never" or name in COUNTS:
            assert one["value"] == pytest.approx(expected, abs=1e-11), f"{name} of {what}"


def test_rows_without_labels_or_predictions(measured):
    _, _, found, _ = measured
    old = found["naive", "quiet", "samples_f1", None]
    assert old["value"] == 0, "edema is always predicted, and wrong on these rows"
    assert found["naive", "quiet", "micro_recall", None]["value"] is None
    assert found["naive", "quiet", "micro_recall", None]["reason"]
    assert found["naive", "quiet", "weighted_f1", None]["reason"] == "no row has any label"


def test_label_table_has_every_label_and_gates_are_judged(measured):
    rows, _, found, called = measured
    for label in LABELS:
        assert ("candidate", "all", "precision", label) in found
    counts = called.results["splits"][0]["class_counts"]
    assert counts == {label: sum(row[label] for row in rows.values()) for label in LABELS}
    assert called.results["gates"][0]["members"], "slices are judged one by one"


def test_auc_of_each_label(tmp_path):
    rows, old = table()
    write_csv(tmp_path / "test.csv", rows)
    write_csv(tmp_path / "old.csv", old)
    metrics = ["micro_f1", *(f"{{name: auc, label: {label}}}" for label in LABELS)]
    (tmp_path / "spec.yaml").write_text(spec(metrics, weight=""))
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    for label in LABELS[:3]:
        found = called.measurement(model="candidate", slice="all", metric="auc", label=label)
        expected = reference.roc_auc_score([r[label] for r in rows], [r["s" + label] for r in rows])
        assert found["value"] == pytest.approx(expected, abs=1e-12)
    never = called.measurement(model="candidate", slice="all", metric="auc", label="never")
    assert never["reason"] == "the rows have one label only"


def test_scores_of_one_label_of_a_multiclass_task(tmp_path):
    rng = np.random.default_rng(28)
    labels = ["cat", "dog", "owl"]
    y = rng.choice(labels, 90)
    scores = rng.dirichlet([1, 1, 1], 90).round(1)
    rows = [{"y": y[i], **{f"s_{c}": scores[i][k] for k, c in enumerate(labels)}} for i in range(90)]
    write_csv(tmp_path / "test.csv", rows)
    (tmp_path / "spec.yaml").write_text(
        "specgen: 1\nproject: {name: t, purpose: explore}\n"
        "task: {type: multiclass, target: y, labels: [cat, dog, owl], score: [s_cat, s_dog, s_owl]}\n"
        "data: {test: test.csv}\nmodels: {candidate: {columns: {score: [s_cat, s_dog, s_owl]}}}\n"
        "metrics: [{name: auc, label: dog}, {name: brier, label: owl}, {name: average_precision, label: dog},\n"
        "  {name: top_k_accuracy, k: 1}, {name: top_k_accuracy, k: 2}, {name: mcc, label: cat}]\n"
        "baselines: {naive: {kind: naive}}\n"
        "milestones: [{name: m, split: test, gates: [{metric: top_k_accuracy@2, at_least: 0.01}]}]\n"
    )
    every = tmp_path / "every.yaml"
    every.write_text((tmp_path / "spec.yaml").read_text().replace("k: 2}", "k: 3}"))
    told = "'top_k_accuracy@3': there are 3 labels, so every row counts as right"
    assert told in run(every, tmp_path / "none").err
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    found = {
        (m["metric"], m["label"]): m for m in called.results["measurements"] if m["model"] == "candidate"
    }
    assert found["auc", "dog"]["value"] == pytest.approx(reference.roc_auc_score(y == "dog", scores[:, 1]))
    assert found["brier", "owl"]["value"] == pytest.approx(np.mean((scores[:, 2] - (y == "owl")) ** 2))
    precision = reference.average_precision_score(y == "dog", scores[:, 1])
    assert found["average_precision", "dog"]["value"] == pytest.approx(precision, abs=1e-12)
    for k in (1, 2):
        expected = reference.top_k_accuracy_score(y, scores, k=k, labels=labels)
        one = found[f"top_k_accuracy@{k}", None]
        assert one["value"] == pytest.approx(expected, abs=1e-12), "tied scores count as in scikit-learn"
        assert one["method"] == "wilson"
