"""Models that fail on a missing feature, a new category or an extreme number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from live_models import CODES, Known, cancer, census, diabetes, wine


def with_missing(data: Known, feature: str) -> Known:
    """The same data with a feature missing in five rows of test."""
    test = data.splits["test"].copy()
    test.loc[test.index[:5], feature] = None
    return replace(data, splits={**data.splits, "test": test})


def logistic() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression())


def one_hot() -> Any:
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    return make_pipeline(make_column_transformer((OneHotEncoder(), CODES)), LogisticRegression(C=0.1))


def test_an_exception_where_no_data_lack_the_feature_is_open(tmp_path: Path) -> None:
    found = cancer().look("missing_feature", tmp_path, logistic())
    assert len(found) == 30
    assert {one.verdict for one in found} == {"inconclusive"}
    assert "NaN" in found[0].found
    assert found[0].found.endswith("; none of the data has such a row")
    assert "except: [missing_feature]" in found[0].do


def test_an_exception_where_data_lack_the_feature_fails(tmp_path: Path) -> None:
    found = with_missing(cancer(), "mean_area").look("missing_feature", tmp_path, cancer().model)
    assert [one.verdict for one in found] == ["passed"]
    failing = with_missing(cancer(), "mean_area").look(
        "missing_feature",
        tmp_path,
        lambda: lambda rows: {"s": [1 / (0 if pd.isna(v) else v) for v in rows["mean_area"]]},
    )
    assert failing[0].verdict == "failed"
    assert "ZeroDivisionError" in failing[0].found


@pytest.mark.parametrize(("data", "feature"), [(diabetes, "bmi"), (wine, "alcohol"), (census, "AGEP")])
def test_nan_for_a_missing_feature(data: Any, feature: str, tmp_path: Path) -> None:
    """The feature comes through to the answer as it is."""

    def start() -> Any:
        if data is wine:
            return lambda rows: {"p": [None if pd.isna(v) else "a" for v in rows[feature]]}
        column = "p" if data is diabetes else "s"
        return lambda rows: {column: rows[feature].astype(float) / 100}

    found = data().look("missing_feature", tmp_path, start)
    assert [one.verdict for one in found] == ["failed"]
    assert found[0].found.startswith(f"with {feature} missing it answers ")


def test_an_encoder_that_refuses_new_categories(tmp_path: Path) -> None:
    found = census().look("new_category", tmp_path, one_hot())
    assert len(found) == 15
    assert found[-1].verdict == "inconclusive"
    assert "the model fails: ValueError: Found unknown categories" in found[-1].found
    assert all(one.found.endswith("have one that train lacks") for one in found if one.verdict == "failed")


def test_a_new_category_that_the_data_have(tmp_path: Path) -> None:
    data = census()
    test = data.splits["test"].copy()
    test.loc[test.index[:3], "MAR"] = "9"
    found = replace(data, splits={**data.splits, "test": test}).look(
        "new_category", tmp_path, lambda: known_only
    )
    assert (found[0].verdict, "MAR" in found[0].found) == ("failed", True)
    assert found[0].found.endswith("3 rows of test have one that train lacks")


def known_only(rows: pd.DataFrame) -> dict[str, Any]:
    """Looks marital status up in a table of those that it knows."""
    known = {"1": 0.9, "2": 0.4, "3": 0.6, "4": 0.5, "5": 0.3, "9": 0.1}
    return {"s": [known[status] for status in rows["MAR"]]}


BANDED = [(diabetes, "bmi"), (cancer, "mean_area"), (wine, "alcohol")]


def banded(data: Known, feature: str) -> Known:
    """A feature as words: low, middle, high by thirds of train; 'huge' in four rows of test."""
    edges = data.splits["train"][feature].quantile([1 / 3, 2 / 3])
    splits = {}
    for name, split in data.splits.items():
        words = np.array(["low", "middle", "high"], object)[np.searchsorted(edges, split[feature])]
        words[:4] = "huge" if name == "test" else words[:4]
        splits[name] = split.assign(**{feature: words})
    return replace(data, splits=splits)


@pytest.mark.parametrize(("data", "feature"), BANDED)
@pytest.mark.parametrize(
    ("other", "verdict"), [("refused", "failed"), ("answers NaN", "failed"), ("answers", "passed")]
)
def test_a_table_of_the_categories_in_train(
    data: Any, feature: str, other: str, verdict: str, tmp_path: Path
) -> None:
    """It refuses what it does not know, answers NaN, or has an answer for all others."""
    answers = dict(zip(["low", "middle", "high"], "abc" if data is wine else [0.2, 0.4, 0.6], strict=True))
    if other != "refused":
        answers["huge"] = answers["middle"]

    def predict(rows: pd.DataFrame) -> dict[str, Any]:
        if other == "refused":
            found = [answers[word] for word in rows[feature]]
        else:
            unknown = None if other == "answers NaN" else answers["low"]
            found = [answers.get(word, unknown) for word in rows[feature]]
        return {"s" if data is cancer else "p": found}

    found = banded(data(), feature).look("new_category", tmp_path, lambda: predict)
    assert [one.verdict for one in found] == [verdict], found[0].found


@pytest.mark.parametrize(("data", "feature"), [(diabetes, "bmi"), (cancer, "mean_area"), (census, "AGEP")])
def test_numbers_that_overflow(data: Any, feature: str, tmp_path: Path) -> None:
    """e to the number, or its share of a sum that is then infinite."""

    def start() -> Any:
        def predict(rows: pd.DataFrame) -> dict[str, Any]:
            with np.errstate(over="ignore", invalid="ignore"):
                raised = np.exp(rows[feature].to_numpy(float))
                return {"p": raised} if data is diabetes else {"s": raised / (1 + raised)}

        return predict

    found = data().look("extreme_numbers", tmp_path, start)
    assert [one.verdict for one in found] == ["failed"]
    assert found[0].found.endswith(" it answers infinity" if data is diabetes else " it answers NaN")


def test_to_refuse_an_extreme_number_may_be_right(tmp_path: Path) -> None:
    def start() -> Any:
        def predict(rows: pd.DataFrame) -> dict[str, Any]:
            if (rows["AGEP"] > 130).any():
                raise ValueError("nobody is older than 130")
            return {"s": (rows["AGEP"] > 30) * 0.5}

        return predict

    found = census().look("extreme_numbers", tmp_path, start)
    assert [one.verdict for one in found] == ["inconclusive"]
    assert "nobody is older than 130" in found[0].found


def test_a_model_that_fails_on_its_own_data(tmp_path: Path) -> None:
    found = wine().look("new_category", tmp_path, lambda: lambda _: {"p": 1 / 0})
    assert found[0].verdict == "not_applicable"
    found = wine().look("missing_feature", tmp_path, lambda: lambda rows: {"p": rows["proof"]})
    assert found[0].found == "rows of test as they are: the model fails: KeyError: 'proof'"
