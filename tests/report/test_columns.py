"""How tables of many metrics share their width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgen.report.views.cells import Cell
from specgen.report.views.columns import columns

CELL = Cell("0.912", "[0.907, 0.917]")


@pytest.mark.parametrize(
    ("metrics", "stacked", "shown"), [(2, False, 2), (3, False, 3), (4, True, 4), (9, True, 5)]
)
def test_intervals_go_below_and_then_metrics_are_left_out(metrics, stacked, shown):
    found = columns(["all rows"], ["Recall"] * metrics, [[CELL] * metrics], (8.5,))
    assert (found.stacked, len(found.metrics)) == (stacked, shown)
    assert found.left_out == ("4 more metrics in results.json" if metrics == 9 else "")


def test_a_table_without_metrics_has_a_column_of_names():
    assert columns(["all rows"], [], [[]], ()).metrics == ()


@given(
    names=st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=5),
    values=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20),
    beside=st.sampled_from([(), (8.5,), (9.0, 9.0)]),
)
def test_the_columns_fill_the_table_and_no_more(names, values, beside):
    cells = [Cell(f"{v:,}", f"[{v:,}, {v:,}]", " EUR") for v in values]
    found = columns(names, ["Cost"] * len(values), [cells] * len(names), beside)
    total = found.name + sum(found.beside) + sum(found.metrics)
    assert len(found.metrics) >= 1
    assert 99 < total < 101 or len(found.metrics) == 1
