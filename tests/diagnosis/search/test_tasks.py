"""Error analysis through the command line: every kind of task, units, texts, embeddings, and what is told."""

import json

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, call, run
from pyarrow import Table, parquet

HEAD = "specgen: 1\nproject: {{name: hidden, purpose: explore}}\n"
TAIL = """\
data: {{dev: rows.parquet, test: rows.parquet}}
models: {{candidate: {{columns: {{{model}}}}}}}
metrics: {metrics}
error_analysis: {{max_conditions: 2, min_rows: 40{more}}}
milestones: [{{name: test, split: test, gates: [{{metric: {first}, at_{bound}}}]}}]
"""
N = 3000
RNG = np.random.default_rng(11)
CITY = RNG.choice(["Bern", "Basel", "Chur"], N)
BAD = CITY == "Chur"
PLACES = {"city": CITY, "size": RNG.normal(10, 3, N)}
WORDS = ["red", "green", "blue", "ten", "six", "dog", "cat", "sun"]


STATE = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _same_draws_in_any_order():
    RNG.bit_generator.state = STATE


@pytest.fixture
def searched(tmp_path):
    """Write rows and a spec, run it and give back what was called."""

    def write(task, rows, metrics, model="prediction: p", more="", bound="least: 0", own=""):
        parquet.write_table(
            Table.from_pandas(pd.DataFrame(rows), preserve_index=False), tmp_path / "rows.parquet"
        )
        spec = tmp_path / "spec.yaml"
        first = metrics.strip("[]").split(",")[0]
        spec.write_text(
            HEAD.format() + f"task: {{{task}}}\n" + own
            + TAIL.format(model=model, metrics=metrics, more=more, first=first, bound=bound)
        )  # fmt: skip
        return run(spec, tmp_path / "out", formats="html,md,json")

    return write


def confirmed(called):
    assert called.results is not None, called.err
    return [one for one in called.results["findings"] if one["confirmed"]]


def test_regression_by_absolute_errors(searched):
    y = RNG.normal(0, 1, N)
    rows = {"y": y, "p": y + RNG.normal(0, np.where(BAD, 3, 1)), **PLACES}
    found = confirmed(searched("type: regression, target: y, prediction: p", rows, "[rmse]", bound="most: 9"))
    assert [(one["where"], one["metric"]) for one in found] == [("city = 'Chur'", "mae")]
    assert found[0]["value"] == pytest.approx(3 * np.sqrt(2 / np.pi), rel=0.1)
    assert found[0]["low"] < found[0]["value"] < found[0]["high"]


def test_probabilities_by_log_loss(searched):
    y = RNG.integers(0, 2, N)
    sharp = np.where(BAD, 0.0, 2.5)
    score = 1 / (1 + np.exp(-(sharp * (2 * y - 1) + RNG.normal(0, 1, N))))
    called = searched(
        "type: binary, target: y, positive: 1, score: s", {"y": y, "s": score, **PLACES}, "[auc]", "score: s"
    )
    assert [(one["where"], one["metric"]) for one in confirmed(called)] == [("city = 'Chur'", "log_loss")]


def test_words_of_transcripts_count_one_by_one(searched):
    """Long texts have more errors because they have more words: that is no finding."""
    length = RNG.integers(2, 12, N)
    texts = [[str(RNG.choice(WORDS)) for _ in range(k)] for k in length]
    heard = [
        " ".join("x" if RNG.random() < (0.6 if "ten" in words else 0.1) else word for word in words)
        for words in texts
    ]
    rows = {"ref": [" ".join(words) for words in texts], "hyp": heard, **PLACES}
    called = searched(
        "type: transcription, target: ref, prediction: hyp", rows, "[wer]", "prediction: hyp", bound="most: 9"
    )
    found = confirmed(called)
    assert found[0]["where"] == "contains(' ' || lower(ref) || ' ', ' ten ')"
    assert found[0]["value"] == pytest.approx(0.6, abs=0.03)
    assert found[0]["rows"] == sum("ten" in words for words in texts)
    assert all("length" not in one["where"] for one in found)


def test_lengths_and_words_of_a_text_column(searched):
    y = RNG.integers(0, 2, N)
    texts = [" ".join(RNG.choice(WORDS, 10)) + f" {k}" for k in range(N)]
    short = np.array([k % 7 == 0 for k in range(N)])
    texts = [
        text[:8] + f" {k}" if cut else text for k, (text, cut) in enumerate(zip(texts, short, strict=True))
    ]
    wrong = RNG.random(N) < np.where(short, 0.6, 0.1)
    rows = {"y": y, "p": np.where(wrong, 1 - y, y), "review": texts}
    found = confirmed(searched("type: binary, target: y, positive: 1, prediction: p", rows, "[accuracy]"))
    assert found[0]["where"].startswith("length(review) < ")
    assert found[0]["rows"] == short.sum()


def test_clusters_of_embeddings(searched):
    centres = RNG.normal(0, 8, (6, 16))
    group = RNG.integers(0, 6, N)
    y = RNG.integers(0, 2, N)
    wrong = RNG.random(N) < np.where(group == 2, 0.7, 0.1)
    rows = {
        "id": np.arange(N), "y": y, "p": np.where(wrong, 1 - y, y),
        "embedding": list((centres[group] + RNG.normal(0, 1, (N, 16))).astype(np.float32)),
    }  # fmt: skip
    called = searched("type: binary, target: y, positive: 1, prediction: p, id: id", rows, "[accuracy]")
    found = confirmed(called)
    assert found
    assert all("embedding: cluster" in one["where"] and not one["pasteable"] for one in found)
    assert {group[int(row)] for one in found for row in one["examples"]} == {2}
    assert "rows such as" in (called.folder / "report.html").read_text()


def test_rows_of_a_unit_are_one_piece_of_evidence(searched):
    """A speaker who is always wrong is one speaker, not thirty rows."""
    speaker = RNG.integers(0, 100, N)
    region = np.array(["a", "b", "c", "d"])[speaker % 4]
    bad = speaker == 4
    y = RNG.integers(0, 2, N)
    wrong = RNG.random(N) < np.where(bad, 0.95, 0.05)
    rows = {"y": y, "p": np.where(wrong, 1 - y, y), "region": region, "who": speaker}
    task = "type: binary, target: y, positive: 1, prediction: p"
    assert confirmed(searched(task + ", unit: who", rows, "[accuracy]")) == []


def test_a_payoff_is_searched_by_what_it_loses(searched):
    y = RNG.integers(0, 2, N)
    wrong = RNG.random(N) < 0.1
    missed = BAD & (y == 1) & (RNG.random(N) < 0.5)
    rows = {"y": y, "p": np.where(wrong | missed, 1 - y, y), **PLACES}
    own = "business: [{name: profit, payoff: {tp: 10, fp: -1, fn: -90, tn: 0}}]\n"
    called = searched(
        "type: binary, target: y, positive: 1, prediction: p",
        rows,
        "[accuracy]",
        more=", metrics: [profit]",
        own=own,
    )
    found = confirmed(called)
    assert [(one["where"], one["metric"]) for one in found] == [("city = 'Chur'", "profit")]
    worth = np.select([(y == 1) & (rows["p"] == 1), y == 1, rows["p"] == 1], [10, -90, -1], 0)
    assert found[0]["value"] == pytest.approx(worth[BAD].mean(), rel=0.3)
    assert found[0]["potential"] > 1


def test_other_classes_and_weights(searched):
    y = RNG.choice(["a", "b", "c"], N)
    wrong = RNG.random(N) < np.where(BAD, 0.6, 0.1)
    rows = {"y": y, "p": np.where(wrong, "a", y), "w": RNG.integers(1, 4, N), **PLACES}
    found = confirmed(
        searched("type: multiclass, target: y, prediction: p, weight: w", rows, "[accuracy, macro_f1]")
    )
    assert {(one["where"], one["metric"]) for one in found} == {("city = 'Chur'", "accuracy")}
    right = np.average(rows["p"][BAD] == y[BAD], weights=rows["w"][BAD])
    assert found[0]["value"] == pytest.approx(right, abs=0.05)


def test_nothing_is_found_in_noise_and_that_is_said(searched):
    y = RNG.integers(0, 2, N)
    rows = {"y": y, "p": np.where(RNG.random(N) < 0.1, 1 - y, y), **PLACES}
    called = searched("type: binary, target: y, positive: 1, prediction: p", rows, "[accuracy]")
    assert confirmed(called) == []
    assert "no slice that nobody declared is shown to be worse" in called.out


def test_the_same_rows_in_another_order_find_the_same(searched):
    y = RNG.integers(0, 2, N)
    wrong = RNG.random(N) < np.where(BAD, 0.6, 0.1)
    rows = pd.DataFrame({"id": np.arange(N), "y": y, "p": np.where(wrong, 1 - y, y), **PLACES})
    task = "type: binary, target: y, positive: 1, prediction: p, id: id"
    one = searched(task, rows, "[accuracy]").results["findings"]
    assert searched(task, rows.sample(frac=1, random_state=1), "[accuracy]").results["findings"] == one


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (", columns: [ciy]", "error_analysis.columns[0]: no column 'ciy' in data.dev; did you mean 'city'?"),
        (", metrics: [acuracy]", "error_analysis.metrics[0]: no metric 'acuracy' is declared; did you mean 'accuracy'?"),
        (", metrics: [recall]", "error_analysis.metrics[0]: no metric 'recall' is declared; there are accuracy"),
        (", split: tset", "error_analysis.split: no split 'tset'"),
        (", column: [city]", "error_analysis.column: unknown key; did you mean 'columns'?"),
    ],
)  # fmt: skip
def test_mistakes_of_the_spec(searched, more, told):
    rows = {"y": np.arange(100) % 2, "p": np.arange(100) % 2, "city": ["x"] * 100}
    called = searched("type: binary, target: y, positive: 1, prediction: p", rows, "[accuracy]", more=more)
    assert called.code == 2
    assert told in called.err


def test_a_split_that_was_judged_is_used_up(searched, tmp_path):
    rows = {"y": np.arange(100) % 2, "p": np.arange(100) % 2, "city": ["x"] * 100}
    called = searched(
        "type: binary, target: y, positive: 1, prediction: p", rows, "[accuracy]", more=", split: test"
    )
    assert "Error analysis searched test, which the last milestone is judged on" in called.out
    assert call("validate", tmp_path / "spec.yaml").code == 0


def test_census_finds_people_with_a_disability_by_itself(tmp_path):
    """Without the slices, the fairness groups or the gates that name them."""
    text = (ROOT / "specs/census/spec.yaml").read_text()
    kept = [
        part
        for part in text.split("\n\n")
        if not part.startswith(("slices:", "fairness:", "business:", "drift:"))
    ]
    spec = "\n\n".join(kept)[: "\n\n".join(kept).index("milestones:")]
    spec += "milestones: [{name: dev, split: dev, gates: [{metric: accuracy, at_least: 0.8}]}]\n"
    spec = spec.replace("data/", f"{ROOT}/specs/census/data/")
    (tmp_path / "spec.yaml").write_text(spec)
    found = confirmed(run(tmp_path / "spec.yaml", tmp_path / "out"))
    disabled = [one for one in found if "DIS = '1'" in one["where"]]
    assert [one["metric"] for one in disabled[:1]] == ["recall"], json.dumps(found, indent=1)
    assert disabled[0]["value"] < 0.35
    assert disabled[0]["other"] > 0.85
