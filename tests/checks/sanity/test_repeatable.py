"""Models that answer differently when they are asked again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from live_models import Predict, cancer, diabetes, wine

CHECK = "repeatable"


def test_random_answers(tmp_path: Path) -> None:
    def start() -> Predict:
        rng = np.random.default_rng()
        return lambda rows: {"s": rng.random(len(rows))}

    found = cancer().look(CHECK, tmp_path, start)[0]
    assert found.verdict == "failed"
    assert found.count is not None
    assert found.count > 270
    assert found.found.startswith(
        f"asked again at once, the model answers {found.count} of 284 rows of test differently, by"
    )
    assert "new process" not in found.found
    assert "seed" in found.do
    assert len(found.rows) == 10


def test_a_state_that_is_kept_between_calls(tmp_path: Path) -> None:
    """Standardised by the running mean of all rows seen so far."""

    def start() -> Predict:
        seen: list[float] = []

        def predict(rows: pd.DataFrame) -> dict[str, object]:
            seen.extend(rows["bmi"] + len(seen) / 1e4)
            return {"p": rows["bmi"] - np.mean(seen)}

        return predict

    found = diabetes().look(CHECK, tmp_path, start)[0]
    assert found.verdict == "failed"
    assert found.found.endswith("; new processes start with the same answers")
    assert "kept from one call to the next" in found.do


def test_another_model_in_every_process(tmp_path: Path) -> None:
    """Labels in the order of a set, which is another in each process."""
    orders = iter([("a", "b", "c"), ("c", "a", "b")] * 2)

    def start() -> Predict:
        order = next(orders)
        return lambda rows: {"p": [order[i] for i in (rows["alcohol"] * 10).astype(int) % 3]}

    found = wine().look(CHECK, tmp_path, start)[0]
    assert (found.verdict, found.count) == ("failed", 89)
    assert (
        found.found
        == "in a new process the model answers 89 of 89 rows of test differently, in their predictions"
    )


def test_single_precision_is_no_difference(tmp_path: Path) -> None:
    def start() -> Predict:
        rng = np.random.default_rng()
        return lambda rows: {"s": rows["mean_radius"] / 40 + rng.random(len(rows)) * 1e-6}

    found = cancer().look(CHECK, tmp_path, start)[0]
    assert found.verdict == "passed"
    assert "to within" in found.found
