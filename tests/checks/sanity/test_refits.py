"""Models trained anew: those that cannot learn, and those that know the labels from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from live_models import SOUND, Known, by_name, cancer, census, diabetes, wine
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone

from specgen.models.outputs import Outputs

OF_TASK = {
    "scored": Outputs("binary", ("p",), ("s",), ("0", "1"), "1"),
    "multiclass": Outputs("multiclass", ("p",), (), ("a", "b", "c")),
    "regression": Outputs("regression", ("p",)),
}


def never_asked() -> Any:
    raise AssertionError("the model itself is not asked")


def refitted(data: Known, check: str, folder: Path, fit: Callable[[Any, Any], Any]) -> list[Any]:
    """Findings where training is `fit`, which gives an estimator."""
    outputs = OF_TASK[data.task]
    made = lambda rows, labels: by_name(fit(rows, labels), outputs)  # noqa: E731
    return data.look(check, folder, lambda: never_asked, fit=made)


@pytest.mark.parametrize("data", SOUND)
def test_labels_joined_to_other_rows_are_not_learnt(data: str, tmp_path: Path) -> None:
    """The labels of the row before."""
    sound = SOUND[data]()
    found = refitted(
        sound, "overfits_few_rows", tmp_path,
        lambda rows, labels: clone(sound.model).fit(rows, np.roll(labels, 1)),
    )[0]  # fmt: skip
    assert found.verdict == "failed", found
    assert "labels joined to other rows" in found.do


@pytest.mark.parametrize("data", SOUND)
def test_features_scaled_to_nothing_are_not_learnt(data: str, tmp_path: Path) -> None:
    sound = SOUND[data]()

    def fit(rows: Any, labels: Any) -> Any:
        return clone(sound.model).fit(rows.iloc[[0] * len(rows)], labels)

    assert refitted(sound, "overfits_few_rows", tmp_path, fit)[0].verdict == "failed"


def test_a_simple_model_need_not_know_all(tmp_path: Path) -> None:
    from sklearn.linear_model import LinearRegression

    found = diabetes().look("overfits_few_rows", tmp_path, LinearRegression())[0]
    assert found.verdict == "passed"
    assert found.found.endswith("that it was trained on, and right for 2 alone: a simple model")


def test_a_model_of_one_feature_is_a_simple_one(tmp_path: Path) -> None:
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline

    one = make_pipeline(make_column_transformer(("passthrough", ["age"])), LinearRegression())
    found = diabetes().look("overfits_few_rows", tmp_path, one)[0]
    assert (found.verdict, found.statistic < 0.1) == ("passed", True)
    assert found.found.endswith(": a simple model")


class Remembering(ClassifierMixin, BaseEstimator):
    """Trained once, and never again: `fit` keeps what it knows."""

    def __init__(self, known: Any) -> None:
        self.known = known

    def fit(self, rows: Any, labels: Any) -> Any:  # noqa: ARG002
        self.classes_ = self.known.classes_
        return self

    def predict(self, rows: Any) -> Any:
        return self.known.predict(rows)

    def predict_proba(self, rows: Any) -> Any:
        return self.known.predict_proba(rows)


@pytest.mark.parametrize("data", [cancer, wine, census])
def test_weights_that_training_does_not_replace(data: Callable[[], Known], tmp_path: Path) -> None:
    sound = data()
    train = sound.splits["train"]
    known = clone(sound.model).fit(train[list(sound.features)], train["y"].to_numpy())
    found = refitted(
        sound, "shuffled_labels", tmp_path, lambda rows, labels: Remembering(known).fit(rows, labels)
    )[0]
    assert found.verdict == "failed", found
    assert found.p_value == pytest.approx(2**-10)
    assert "weights kept from an earlier training" in found.do


class Leaking(RegressorMixin, BaseEstimator):
    """Adds the label of the row, which it finds by its features."""

    def __init__(self, model: Any, answers: dict[Any, float]) -> None:
        self.model, self.answers = model, answers

    def predict(self, rows: Any) -> Any:
        leaked = np.array([self.answers[tuple(row)] for row in rows.to_numpy()])
        return self.model.predict(rows) + leaked


def test_a_label_that_is_looked_up_when_predicting(tmp_path: Path) -> None:
    sound = diabetes()
    answers = {
        tuple(row): y
        for split in sound.splits.values()
        for row, y in zip(split[list(sound.features)].to_numpy(), split["y"], strict=True)
    }
    found = refitted(
        sound, "shuffled_labels", tmp_path,
        lambda rows, labels: Leaking(clone(sound.model).fit(rows, labels), answers),
    )[0]  # fmt: skip
    assert found.verdict == "failed", found
    assert "trained on shuffled labels, its correlation on " in found.found


def test_a_model_that_cannot_be_trained(tmp_path: Path) -> None:
    for check in ("overfits_few_rows", "shuffled_labels"):
        found = wine().look(check, tmp_path, lambda: lambda rows: {"p": ["a"] * len(rows)})
        assert [(one.verdict, one.found) for one in found] == [
            ("not_applicable", "this kind of model cannot be trained anew")
        ]
