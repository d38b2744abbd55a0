"""Metrics of numbers, probabilities, texts and business values equal their references on whole runs."""

import numpy as np
import pytest
from conftest import run, write_csv
from scipy import stats
from sklearn import metrics as reference

N = 150


def project(folder, task, metrics, rows, extra=""):
    write_csv(folder / "test.csv", rows)
    path = folder / "spec.yaml"
    path.write_text(
        f"specgen: 1\nproject: {{name: t, purpose: explore}}\ntask: {task}\ndata: {{test: test.csv}}\n"
        f"models: {{candidate: {{columns: {{prediction: p}}}}}}\nmetrics: {metrics}\n{extra}"
        f"milestones: [{{name: m, split: test, gates: [{{metric: {metrics[1:-1].split(',')[0]}, at_least: 0}}]}}]\n"
    )
    return path


@pytest.fixture(scope="module")
def regression(tmp_path_factory):
    rng = np.random.default_rng(14)
    folder = tmp_path_factory.mktemp("regression")
    y = rng.normal(2000, 3, N)
    data = {
        "y": y,
        "p": y + rng.normal(0.3, 1, N),
        "w": rng.integers(1, 4, N),
        "g": rng.choice(["a", "b"], N),
    }
    rows = [{k: v[i] for k, v in data.items()} for i in range(N)]
    baselines = "slices: [{by: g}]\nbaselines: {naive: {kind: naive}}\n"
    task = "{type: regression, target: y, prediction: p, weight: w}"
    return data, run(project(folder, task, "[mae, rmse, r2]", rows, baselines), folder / "out")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mae", reference.mean_absolute_error),
        ("rmse", reference.root_mean_squared_error),
        ("r2", reference.r2_score),
    ],
)
@pytest.mark.parametrize("group", [None, "a", "b"])
def test_regression(regression, name, expected, group):
    data, called = regression
    rows = np.ones(N, dtype=bool) if group is None else data["g"] == group
    found = called.measurement(model="candidate", metric=name, slice=f"g={group}" if group else "all")
    value = expected(data["y"][rows], data["p"][rows], sample_weight=data["w"][rows])
    assert found["value"] == pytest.approx(value, rel=1e-11)
    assert found["low"] < found["value"] < found["high"]


def test_naive_regression_is_the_mean(regression):
    _, called = regression
    assert called.measurement(model="naive", metric="r2", slice="all")["value"] == pytest.approx(0, abs=1e-9)


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    rng = np.random.default_rng(20)
    folder = tmp_path_factory.mktemp("words")
    vocabulary = ["the", "quick", "brown", "fox", "jumps", "over", "lazy", "dogs", "again"]
    references, texts = [], []
    for _ in range(80):
        spoken = list(rng.choice(vocabulary, rng.integers(1, 9)))
        heard = [
            w if rng.random() > 0.2 else str(rng.choice(vocabulary)) for w in spoken if rng.random() > 0.1
        ]
        references.append(" ".join(spoken))
        texts.append(" ".join(heard + (["uh"] if rng.random() < 0.2 else [])))
    texts[5] = ""
    rows = [
        {"y": r, "p": t, "speaker": i % 12} for i, (r, t) in enumerate(zip(references, texts, strict=True))
    ]
    metrics = "[wer, word_accuracy, cer, sentence_error_rate]"
    business = 'business: [{name: minutes, unit: min, per_row: "CASE WHEN p <> y THEN 4.5 ELSE 0 END", better: lower}]\n'
    task = "{type: transcription, target: y, prediction: p, unit: speaker}"
    return references, texts, run(project(folder, task, metrics, rows, business), folder / "out")


def test_transcription_equals_jiwer(words):
    import jiwer

    references, texts, called = words
    found = {m: called.measurement(metric=m)["value"] for m in ("wer", "cer", "word_accuracy")}
    assert found["wer"] == pytest.approx(jiwer.wer(references, texts), abs=1e-12)
    assert found["cer"] == pytest.approx(jiwer.cer(references, texts), abs=1e-12)
    assert found["word_accuracy"] == pytest.approx(1 - found["wer"], abs=1e-12)


def test_rows_with_an_error(words):
    references, texts, called = words
    wrong = np.mean([r != t for r, t in zip(references, texts, strict=True)])
    assert called.measurement(metric="sentence_error_rate")["value"] == pytest.approx(wrong, abs=1e-12)
    minutes = called.measurement(metric="minutes")
    assert minutes["value"] == pytest.approx(4.5 * wrong, abs=1e-9)
    assert minutes["n"] == 12, "speakers are the sampling units"


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    rng = np.random.default_rng(24)
    folder = tmp_path_factory.mktemp("scored")
    y = rng.integers(0, 2, N)
    score = np.round(np.clip(0.5 + 0.3 * (y - 0.5) + rng.normal(0, 0.2, N), 0, 1), 2)
    rows = [{"y": y[i], "s": score[i], "value": i % 7} for i in range(N)]
    write_csv(folder / "test.csv", rows)
    path = folder / "spec.yaml"
    path.write_text(
        "specgen: 1\nproject: {name: t, purpose: explore}\n"
        "task: {type: binary, target: y, positive: 1, score: s, threshold: 0.4}\n"
        "data: {test: test.csv}\nmodels: {candidate: {columns: {score: s}}}\n"
        "metrics: [auc, brier, log_loss, recall]\n"
        "business: [{name: net, payoff: {tp: 80, fp: -15, fn: -200, tn: 0}, per: 1000}]\n"
        "milestones: [{name: m, split: test, gates: [{business: net, at_least: 0}]}]\n"
    )
    return y, score, run(path, folder / "out")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("auc", reference.roc_auc_score),
        ("brier", reference.brier_score_loss),
        ("log_loss", lambda y, s: reference.log_loss(y, np.stack([1 - s, s], axis=1))),
        ("recall", lambda y, s: reference.recall_score(y, s >= 0.4)),
    ],
)
def test_scores(scored, name, expected):
    y, score, called = scored
    assert called.measurement(metric=name)["value"] == pytest.approx(expected(y, score), abs=1e-11)


def test_payoff_and_its_interval(scored):
    y, score, called = scored
    predicted = score >= 0.4
    value = np.select([(y == 1) & predicted, (y == 0) & predicted, (y == 1) & ~predicted], [80, -15, -200], 0)
    found = called.measurement(metric="net")
    assert found["value"] == pytest.approx(1000 * value.mean(), rel=1e-11)
    low, high = stats.bootstrap(
        (value,), np.mean, rng=np.random.default_rng(0), method="BCa"
    ).confidence_interval
    width = 1000 * (high - low)
    assert found["low"] == pytest.approx(1000 * low, abs=0.1 * width), "the skewness is corrected as BCa does"
    assert found["high"] == pytest.approx(1000 * high, abs=0.1 * width)


def test_multiclass_log_loss_and_arg_max(tmp_path):
    rng = np.random.default_rng(28)
    labels = ["cat", "dog", "owl"]
    y = rng.choice(labels, 90)
    scores = rng.dirichlet([1, 1, 1], 90)
    rows = [{"y": y[i], **{f"s_{c}": scores[i][k] for k, c in enumerate(labels)}} for i in range(90)]
    write_csv(tmp_path / "test.csv", rows)
    (tmp_path / "spec.yaml").write_text(
        "specgen: 1\nproject: {name: t, purpose: explore}\n"
        "task: {type: multiclass, target: y, labels: [cat, dog, owl], score: [s_cat, s_dog, s_owl]}\n"
        "data: {test: test.csv}\nmodels: {candidate: {columns: {score: [s_cat, s_dog, s_owl]}}}\n"
        "metrics: [log_loss, accuracy]\n"
        "milestones: [{name: m, split: test, gates: [{metric: accuracy, at_least: 0.01}]}]\n"
    )
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    assert called.measurement(metric="log_loss")["value"] == pytest.approx(
        reference.log_loss(y, scores, labels=labels), abs=1e-11
    )
    right = np.mean(np.array(labels)[scores.argmax(1)] == y)
    assert called.measurement(metric="accuracy")["value"] == pytest.approx(right, abs=1e-12)
