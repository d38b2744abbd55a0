"""Predictions that do not depend on the row, by task."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scenes import look, verdicts

CHECK = "constant_predictions"


def frame(n: int = 300, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"id": range(n), **columns})


def test_one_label_for_all_rows(tmp_path: Path) -> None:
    y = np.arange(300) % 3 == 0
    found = look(CHECK, tmp_path, "binary", {"test": frame(y=y * 1, p=0)})[0]
    assert found.verdict == "failed"
    assert "every one of 300 rows of test is predicted '0', 100 of them wrongly" in found.found


def test_one_label_may_be_right_where_others_are_few(tmp_path: Path) -> None:
    y = (np.arange(300) < 4) * 1
    assert look(CHECK, tmp_path, "binary", {"test": frame(y=y, p=0)})[0].verdict == "inconclusive"


def test_a_frequent_class_that_is_never_said(tmp_path: Path) -> None:
    y = np.array(list("abc"))[np.arange(300) % 3]
    found = look(CHECK, tmp_path, "multiclass", {"test": frame(y=y, p=np.where(y == "c", "a", y))})[0]
    assert (found.verdict, found.count) == ("failed", 100)
    assert "never predicts 'c' (100 rows)" in found.found


def test_numbers_that_hardly_spread(tmp_path: Path) -> None:
    y = np.arange(300.0)
    found = look(CHECK, tmp_path, "regression", {"test": frame(y=y, p=150 + y / 1000)})[0]
    assert found.verdict == "failed"
    assert found.statistic == pytest.approx(0.001)
    assert look(CHECK, tmp_path, "regression", {"test": frame(y=y, p=150 + y / 20)})[0].verdict == "passed"


def test_one_text_for_most_rows(tmp_path: Path) -> None:
    y = [f"word {k}" for k in range(300)]
    p = ["the"] * 200 + y[200:]
    assert look(CHECK, tmp_path, "transcription", {"test": frame(y=y, p=p)})[0].verdict == "failed"
    assert look(CHECK, tmp_path, "transcription", {"test": frame(y=y, p=y)})[0].verdict == "passed"


def test_ties_throughout_a_query(tmp_path: Path) -> None:
    q, y = np.arange(300) // 10, np.arange(300) % 2
    tied = pd.DataFrame({"q": q, "y": y, "p": q * 1.0})
    apart = pd.DataFrame({"q": q, "y": y, "p": np.arange(300.0)})
    assert verdicts(look(CHECK, tmp_path, "ranking", {"dev": apart, "test": tied})) == {
        "dev": "passed",
        "test": "failed",
    }


def test_the_same_labels_for_all_rows(tmp_path: Path) -> None:
    a, b = np.arange(300) % 2, np.arange(300) % 3 == 0
    columns = {"a": a, "b": b * 1}
    assert look(CHECK, tmp_path, "multilabel", {"test": frame(**columns, pa=1, pb=0)})[0].verdict == "failed"
    assert (
        look(CHECK, tmp_path, "multilabel", {"test": frame(**columns, pa=a, pb=b * 1)})[0].verdict == "passed"
    )


def test_scores_that_say_the_same_of_every_row(tmp_path: Path) -> None:
    assert look(CHECK, tmp_path, "scores", {"test": frame(iou=0.5)})[0].verdict == "failed"
    assert look(CHECK, tmp_path, "scores", {"test": frame(iou=np.linspace(0, 1, 300))})[0].verdict == "passed"
