"""Models whose answers depend on the rows beside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from live_models import cancer, diabetes, wine

CHECK = "batch_size"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_batch_normalisation_in_training_mode(tmp_path: Path) -> None:
    def start():
        def predict(rows):
            radius = rows["mean_radius"].to_numpy()
            return {"s": sigmoid((radius - radius.mean()) / np.sqrt(radius.var() + 1e-5))}

        return predict

    found = cancer().look(CHECK, tmp_path, start)[0]
    assert (found.verdict, found.count) == ("failed", 10)
    assert found.found.startswith(
        "asked one by one, 10 of 10 rows of test get another answer than among 284, by up to 0."
    )
    assert "batch normalisation" in found.do
    assert len(found.rows) == 10


def test_ranks_within_the_batch(tmp_path: Path) -> None:
    """Right alone as well as among all, as far as one row can tell: seven show it."""

    def start():
        return lambda rows: {"p": rows["bmi"].rank(pct=True) if 1 < len(rows) < 100 else rows["bmi"] * 0}

    found = diabetes().look(CHECK, tmp_path, start)[0]
    assert found.verdict == "failed"
    assert found.found.startswith("asked 7 at a time, ")


def test_rows_beyond_a_buffer(tmp_path: Path) -> None:
    """Only eight rows at once get their own answer."""

    def start():
        return lambda rows: {"p": np.where(np.arange(len(rows)) < 8, "abc"[len(rows) > 8], "c")}

    assert wine().look(CHECK, tmp_path, start)[0].verdict == "failed"


def test_a_model_that_cannot_answer_one_row(tmp_path: Path) -> None:
    def start():
        def predict(rows):
            if len(rows) == 1:
                raise ValueError("Expected more than 1 value per channel when training")
            return {"s": rows["mean_radius"] / 40}

        return predict

    found = cancer().look(CHECK, tmp_path, start)[0]
    assert found.verdict == "failed"
    assert "Expected more than 1 value" in found.found
