"""Data sets of different tasks as people have them: the showcases' real data, and scikit-learn's with fitted models."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from conftest import ROOT

SPECS = ROOT / "specs"


def _split(load: Callable[..., Any]) -> tuple[Any, Any, Any, Any]:
    from sklearn.model_selection import train_test_split

    x, y = load(return_X_y=True, as_frame=True)
    return train_test_split(x, y, test_size=0.5, random_state=0)


def _linear(load: Callable[..., Any]) -> tuple[Any, Any, Any]:
    """Rows kept back, their labels, and a model fitted to the others."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, later, y, truth = _split(load)
    return later, truth, make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y)


def binary_with_scores(folder: Path) -> list[str]:
    """The census model: 100 columns of codes, a label that only its values tell."""
    shutil.copy(SPECS / "census" / "data" / "2016.parquet", folder / "people 2016.parquet")
    return ["--from", "people 2016.parquet"]


def binary_without_scores(folder: Path) -> list[str]:
    from sklearn.datasets import load_breast_cancer

    x, truth, model = _linear(load_breast_cancer)
    named = np.array(["malignant", "benign"])
    x.assign(diagnosis=named[truth], predicted_diagnosis=named[model.predict(x)]).to_csv(
        folder / "cancer.csv", index=False
    )
    return ["--from", "cancer.csv"]


def binary_score_alone(folder: Path) -> list[str]:
    from sklearn.datasets import load_breast_cancer

    x, truth, model = _linear(load_breast_cancer)
    frame = x.assign(isBenign=truth.astype(bool), isBenign_prob=model.predict_proba(x)[:, 1])
    frame.to_json(folder / "cancer.jsonl", orient="records", lines=True)
    return ["--from", "cancer.jsonl", "--target", "isBenign"]


def binary_two_probabilities(folder: Path) -> list[str]:
    """The columns of `predict_proba`, one a class."""
    from sklearn.datasets import load_breast_cancer

    x, truth, model = _linear(load_breast_cancer)
    shares = model.predict_proba(x)
    frame = x.iloc[:, :4].assign(
        y_true=truth, y_pred=model.predict(x), proba_0=shares[:, 0], proba_1=shares[:, 1]
    )
    frame.to_parquet(folder / "cancer.parquet")
    return ["--from", "cancer.parquet"]


def binary_joined(folder: Path) -> list[str]:
    """Probabilities in a file of their own, beside the data with the labels."""
    for file in ("data/test.csv", "predictions/candidate-test.csv"):
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copy(SPECS / "lending" / file, folder / file)
    return ["--from", "predictions/candidate-test.csv", "--data", "data/test.csv", "--target", "risk"]


def multiclass_with_scores(folder: Path) -> list[str]:
    from sklearn.datasets import load_iris

    x, truth, model = _linear(load_iris)
    named = np.array(["setosa", "versicolor", "virginica"])
    shares = {f"p_{name}": model.predict_proba(x)[:, i] for i, name in enumerate(named)}
    x.assign(species=named[truth], prediction=named[model.predict(x)], **shares).to_parquet(
        folder / "iris.parquet"
    )
    return ["--from", "iris.parquet"]


def multiclass_joined(folder: Path) -> list[str]:
    for file in ("data/test.parquet", "predictions/candidate-test.parquet"):
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copy(SPECS / "inspection" / file, folder / file)
    return ["--from", "predictions/candidate-test.parquet", "--data", "data/test.parquet"]


def multiclass_with_people(folder: Path) -> list[str]:
    shutil.copy(SPECS / "sentiment" / "data" / "ratings.parquet", folder / "ratings.parquet")
    return ["--from", "ratings.parquet"]


def numbered_classes(folder: Path) -> list[str]:
    """Ten digits, and a column a pixel."""
    from sklearn.datasets import load_digits

    x, truth, model = _linear(load_digits)
    x.assign(target=truth, predicted=model.predict(x)).to_csv(folder / "digits.csv")
    return ["--from", "digits.csv"]


def multilabel(folder: Path) -> list[str]:
    from sklearn.datasets import make_multilabel_classification
    from sklearn.tree import DecisionTreeClassifier

    x, y = make_multilabel_classification(400, 6, n_classes=3, random_state=1)
    said = DecisionTreeClassifier(max_depth=4, random_state=0).fit(x[:200], y[:200]).predict(x[200:])
    names = ["sport", "politics", "culture"]
    frame = pd.DataFrame(x[200:], columns=[f"w{i}" for i in range(6)])
    for i, name in enumerate(names):
        frame[name], frame[f"pred_{name}"] = y[200:, i], said[:, i]
    frame.to_csv(folder / "topics.csv", index=False)
    return ["--from", "topics.csv"]


def multilabel_joined(folder: Path) -> list[str]:
    for file in ("data/test.parquet", "predictions/candidate-test.parquet"):
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copy(SPECS / "xray" / file, folder / file)
    return ["--from", "predictions/candidate-test.parquet", "--data", "data/test.parquet"]


def regression(folder: Path) -> list[str]:
    from sklearn.datasets import load_diabetes
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.linear_model import Ridge

    x, later, y, truth = _split(load_diabetes)
    forest = RandomForestRegressor(30, random_state=0).fit(x, y).predict(later)
    frame = later.assign(target=truth, prediction=forest, prediction_v1=Ridge().fit(x, y).predict(later))
    frame.to_csv(folder / "diabetes.csv")
    return ["--from", "diabetes.csv"]


def ranking(folder: Path) -> list[str]:
    shutil.copy(SPECS / "web_search" / "data" / "test.parquet", folder / "search.parquet")
    return ["--from", "search.parquet"]


def recommendation(folder: Path) -> list[str]:
    shutil.copy(SPECS / "recommendation" / "data" / "test.parquet", folder / "films.parquet")
    return ["--from", "films.parquet"]


def transcription(folder: Path) -> list[str]:
    shutil.copy(SPECS / "voice_search" / "data" / "transcripts.csv", folder / "transcripts.csv")
    return ["--from", "transcripts.csv"]


def judged(folder: Path) -> list[str]:
    """Grades of a judge, some of them missing."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"question_id": [f"q{i}" for i in range(120)], "domain": rng.choice(["law", "sport"], 120)}
    )
    frame["answer_text"] = [f"an answer of {i} words" for i in range(120)]
    frame["judge_score"] = rng.integers(1, 6, 120).astype(float)
    frame["toxicity"] = rng.random(120).round(3)
    frame.loc[[4, 9, 77], "judge_score"] = np.nan
    frame.to_json(folder / "graded.jsonl", orient="records", lines=True)
    return ["--from", "graded.jsonl"]


def judged_joined(folder: Path) -> list[str]:
    """Grades with gaps in a file of their own, beside the cases."""
    rng = np.random.default_rng(4)
    cases = pd.DataFrame({"case_id": range(100), "field": rng.choice(["law", "art"], 100)})
    cases.to_csv(folder / "cases.csv", index=False)
    grades = pd.Series(rng.integers(1, 6, 100)).where(rng.random(100) < 0.9)
    cases[["case_id"]].assign(judge_score=grades).to_csv(folder / "graded.csv", index=False)
    return ["--from", "graded.csv", "--data", "cases.csv"]


def spoken_numbers(folder: Path) -> list[str]:
    """Transcripts of numbers, which csv files tell as numbers, one of them missing."""
    frame = pd.DataFrame({"reference": [1.5, 20, 3] * 20, "hypothesis": [1.5, 20, 3.5] * 20})
    frame.loc[7, "hypothesis"] = None
    frame.to_csv(folder / "numbers.csv")
    return ["--from", "numbers.csv", "--task", "transcription"]


def missing_values(folder: Path) -> list[str]:
    """Gaps in features, in a person's labels and in the labels themselves."""
    from sklearn.datasets import load_wine

    x, truth, model = _linear(load_wine)
    rng = np.random.default_rng(0)
    frame = x.assign(
        cultivar=truth.map("wine {}".format), pred=pd.Series(model.predict(x), x.index).map("wine {}".format)
    )
    frame["region"] = rng.choice(["hill", "valley"], len(x))
    frame["annotator_2"] = frame.cultivar.where(rng.random(len(x)) < 0.4)
    for column in ("alcohol", "region", "hue"):
        frame.loc[frame.sample(frac=0.1, random_state=1).index, column] = None
    frame.loc[frame.index[:5], "cultivar"] = None
    frame.to_parquet(folder / "wine.parquet")
    return ["--from", "wine.parquet", "--target", "cultivar"]


def weird_names(folder: Path) -> list[str]:
    """Quotes, brackets, line breaks, colons, signs of YAML and SQL, letters of other scripts; labels likewise."""
    rng = np.random.default_rng(5)
    truth = rng.choice(['yes: "sure"', "#no", "null"], 300, p=[0.5, 0.3, 0.2])
    said = np.where(rng.random(300) < 0.8, truth, "#no")
    frame = pd.DataFrame({
        "Größe (cm), 'außen'": rng.normal(170, 10, 300).round(1),
        'Robert"; DROP TABLE rows; --': rng.choice(["a,b", "c: d", "[e]"], 300),
        "line\nbreak: {x}": rng.choice(["true", "false", "~"], 300),
        " spaces ": rng.choice(["日本", "中国"], 300),
        "- 😀 #1": rng.integers(0, 3, 300),
        "the 'true' label: #": truth,
        "model \"A\" prediction, %": said,
        "пол": rng.choice(["ж", "м"], 300),
    })  # fmt: skip
    frame.to_parquet(folder / "we ird, file #1.parquet")
    return ["--from", "we ird, file #1.parquet"]


ALL = [
    binary_with_scores, binary_without_scores, binary_score_alone, binary_two_probabilities, binary_joined,
    multiclass_with_scores, multiclass_joined, multiclass_with_people, numbered_classes, multilabel,
    multilabel_joined, regression, ranking, recommendation, transcription, judged,
    judged_joined, spoken_numbers, missing_values, weird_names,
]  # fmt: skip
TASKS = {
    "numbered_classes": "multiclass", "recommendation": "ranking", "judged": "scores",
    "judged_joined": "scores", "spoken_numbers": "transcription",
    "missing_values": "multiclass", "weird_names": "multiclass",
}  # fmt: skip
