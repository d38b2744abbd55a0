"""The showcases' figures, as their READMEs and data descriptions state them."""

import shutil

import pytest
from conftest import ROOT, call, run
from language_checks import left_in_english
from pdf_checks import broken_rules, lonely_headings, nodes, reader, targets

from specgen.record.result import Result

EXPECTED = {
    "word_accuracy": {"all": 0.9026, "clear_speech": 0.94, "car_noise": 0.89, "people_noise": 0.87, "low_bandwidth": 0.70},
    "human": {"all": 0.9162, "clear_speech": 0.95, "car_noise": 0.93, "people_noise": 0.89, "low_bandwidth": 0.70},
    "potential": {"clear_speech": 0.006, "car_noise": 0.0016, "people_noise": 0.006, "low_bandwidth": 0.0},
}  # fmt: skip


@pytest.fixture(scope="module")
def speech(tmp_path_factory):
    return run(ROOT / "specs/speech_baseline/spec.yaml", tmp_path_factory.mktemp("speech"))


@pytest.fixture(scope="module")
def census(tmp_path_factory):
    return run(ROOT / "specs/census/spec.yaml", tmp_path_factory.mktemp("census"))


@pytest.fixture(scope="module")
def three_years(tmp_path_factory):
    return run(ROOT / "specs/census/three_years.yaml", tmp_path_factory.mktemp("three_years"))


@pytest.fixture(scope="module")
def sentiment(tmp_path_factory):
    return run(ROOT / "specs/sentiment/spec.yaml", tmp_path_factory.mktemp("sentiment"))


def test_speech_is_inconclusive(speech):
    assert speech.code == 3
    assert [gate["verdict"] for gate in speech.results["gates"]] == ["pass", "inconclusive"]


@pytest.mark.parametrize(("model", "key"), [("candidate", "word_accuracy"), ("human", "human")])
def test_speech_accuracy(speech, model, key):
    for name, value in EXPECTED[key].items():
        found = speech.measurement(model=model, slice=name, metric="word_accuracy")
        assert found["value"] == pytest.approx(value, abs=1e-12), name


def test_speech_potential(speech):
    found = {
        b["slice"]: b["potential"] for b in speech.results["baselines"] if b["metric"] == "word_accuracy"
    }
    for name, value in EXPECTED["potential"].items():
        assert found[name] == pytest.approx(value, abs=1e-12), name


def test_speech_names_the_slices_that_need_more(speech):
    members = {m["name"]: m for m in speech.results["gates"][1]["members"]}
    assert members["clear_speech"]["verdict"] == "pass"
    for name in ("car_noise", "people_noise", "low_bandwidth"):
        assert members[name]["verdict"] == "inconclusive", name
        assert members[name]["more_examples"] > 0, name


def test_census_is_no_go_for_disability(census):
    assert census.code == 1
    verdicts = {
        gate["gate"]: gate["verdict"] for gate in census.results["gates"] if gate["milestone"] == "test"
    }
    assert verdicts["accuracy at least 0.81"] == "pass"
    assert verdicts["recall on people with a disability at least 0.75"] == "fail"
    assert verdicts["recall by DIS: gap at most 0.1"] == "fail"
    assert "disability" in census.results["reasons"][0]


def test_census_is_german_where_that_is_asked_for(census):
    folder = census.folder.parent / "german"
    assert call("report", census.folder, "--format", "html", "--language", "de", "--out", folder).code == 0
    html = (folder / "report.html").read_text("utf-8")
    assert "jeder Satz ist übersetzt" in html
    result = Result.model_validate_json((census.folder / "results.json").read_text("utf-8"))
    assert left_in_english(html, result) == []


def test_census_as_pdf_is_archivable_and_leaves_no_heading_alone(census):
    # A run for its JSON alone leaves the spec out.
    shutil.copy(ROOT / "specs/census/spec.yaml", census.folder)
    called = call("report", census.folder, "--format", "pdf", "--out", census.folder.parent / "printed")
    assert called.code == 0
    written = (census.folder.parent / "printed" / "report.pdf").read_bytes()
    assert (broken_rules(written, "3u"), broken_rules(written, "ua1")) == ([], [])
    pdf = reader(written)
    assert lonely_headings(pdf) == []
    assert all(node.element.get("/Alt") for node in nodes(pdf) if node.kind == "/Figure")
    assert len(targets(pdf)) > 10
    assert {name: data for name, (data,) in pdf.attachments.items()} == {
        name: (census.folder / name).read_bytes() for name in ("results.json", "spec.yaml")
    }


def test_census_groups(census):
    check = next(c for c in census.results["fairness"] if (c["split"], c["by"]) == ("production", ["DIS"]))
    found = {(m["metric"], g["group"]): g for m in check["metrics"] for g in m["groups"]}
    recall = found["recall", "DIS=1"]
    assert (recall["verdict"], recall["difference"]) == ("shown", pytest.approx(-0.571, abs=5e-4))
    assert (recall["difference_low"], recall["difference_high"]) == pytest.approx((-0.586, -0.555), abs=5e-4)
    calibration = found["calibration_error", "DIS=1"]
    assert (calibration["verdict"], calibration["value"]) == ("not shown", pytest.approx(0.015, abs=5e-4))
    assert found["calibration_error", "DIS=2"]["value"] == pytest.approx(0.014, abs=5e-4)


@pytest.mark.parametrize(
    ("metric", "value"),
    [("accuracy", 0.827581), ("recall", 0.860657), ("auc", 0.904282), ("brier", 0.122216)],
)
def test_census_over_three_years(three_years, metric, value):
    found = three_years.measurement(split="later", model="gradient_boosting", slice="all", metric=metric)
    assert found["value"] == pytest.approx(value, abs=5e-7)


@pytest.mark.parametrize(
    ("name", "value", "rows"),
    [("people with a disability", 0.31105, 28_186), ("people without a disability", 0.8906, 180_706)],
)
def test_census_recall_by_disability(three_years, name, value, rows):
    found = three_years.measurement(split="later", model="gradient_boosting", slice=name, metric="recall")
    assert found["value"] == pytest.approx(value, abs=5e-5)
    assert found["rows"] == rows


@pytest.mark.parametrize(
    ("domain", "rows", "vader", "rater"),
    [
        ("tweets", 4_200, 0.9250, 0.7636),
        ("amazonReviewSnippets", 3_708, 0.5636, 0.7875),
        ("movieReviewSnippets", 10_605, 0.5567, 0.8925),
        ("nytEditorialSnippets", 5_190, 0.4855, 0.5322),
    ],
)
def test_sentiment_by_domain(sentiment, domain, rows, vader, rater):
    for model, value in (("vader", vader), ("rater", rater)):
        found = sentiment.measurement(slice=f"domain={domain}", model=model, metric="accuracy", label=None)
        assert found["rows"] == rows
        assert found["value"] == pytest.approx(value, abs=5e-5)


def test_sentiment_pays_on_movies(sentiment):
    gaps = [
        b for b in sentiment.results["baselines"] if (b["baseline"], b["metric"]) == ("rater", "accuracy")
    ]
    best = max((b for b in gaps if b["slice"] != "all"), key=lambda b: b["potential"])
    assert best["slice"] == "domain=movieReviewSnippets"
    assert sentiment.code == 1


def test_census_gains_nothing_by_another_threshold(census):
    (choice,) = census.results["thresholds"]
    assert (choice["chosen_on"], choice["best"], choice["break_even"]) == ("dev", 0.5146, 0.5)
    assert choice["low"] <= 0.5 <= choice["high"]
    later = next(value for value in choice["values"] if value["split"] == "production")
    assert round(later["in_use"]["value"]) == 9557
    found = [round(later["difference"][key]) for key in ("value", "low", "high")]
    assert found == [-3, -25, 19]
    worth = next(one for one in census.results["worths"] if one["split"] == "production")
    assert round(worth["rivals"][0]["value"]["value"]) == -10412


def test_census_has_not_drifted(census):
    effects = {
        (one["split"], column["name"], effect["measure"]): effect["value"]
        for one in census.results["drift"] for column in one["columns"] for effect in column["effects"]
    }  # fmt: skip
    furthest = max((key for key in effects if key[2] == "psi"), key=effects.__getitem__)
    assert furthest == ("production", "AGEP", "psi")
    assert effects[furthest] == pytest.approx(0.034, abs=5e-4)
    # The classifier is another machine's trees, which may split otherwise by a rounding.
    assert max(value for key, value in effects.items() if key[2] == "auc") == pytest.approx(0.524, abs=0.01)
    assert all(column["state"] == "stable" for one in census.results["drift"] for column in one["columns"])


def test_census_does_not_change_over_its_years(census):
    found = next(one for one in census.results["over_time"] if one["splits"] == ["dev", "test", "production"])
    assert [window["name"] for window in found["windows"]] == ["2015", "2016", "2017", "2018"]
    assert found["performance"]["finding"] == "small"
    assert found["surplus"]["finding"] == "small"
