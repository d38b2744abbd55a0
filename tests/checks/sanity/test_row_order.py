"""Models whose answers depend on where a row stands."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from live_models import cancer, census, diabetes

CHECK = "row_order"


def test_a_feature_of_the_row_before(tmp_path: Path) -> None:
    def start():
        return lambda rows: {"s": (rows["mean_radius"].shift(fill_value=10) / 40).to_numpy()}

    found = cancer().look(CHECK, tmp_path, start)[0]
    assert found.verdict == "failed"
    assert found.count is not None
    assert found.count > 250
    assert "its row alone" in found.do


def test_answers_in_the_order_of_a_sort(tmp_path: Path) -> None:
    def start():
        return lambda rows: {"p": rows.sort_values("bmi", kind="stable")["bp"].to_numpy()}

    # Sorted rows come back in the same order whatever the order they came in, so they are the others' answers.
    assert diabetes().look(CHECK, tmp_path, start)[0].verdict == "failed"


def test_a_category_coded_by_its_first_appearance(tmp_path: Path) -> None:
    def start():
        return lambda rows: {"s": pd.factorize(rows["MAR"])[0] / 5}

    found = census().look(CHECK, tmp_path, start)[0]
    assert found.verdict == "failed"
    assert found.found.startswith("shuffled, ")
    assert " of 1,000 rows of test get another answer, by up to 0." in found.found
