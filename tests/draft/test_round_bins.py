"""Bins of a draft: edges that people would have chosen, and no row beyond them."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgen.draft.columns import look_at
from specgen.draft.slices import round_bins
from specgen.inputs.tables import Table, connect


def bins_of(values):
    connection = connect()
    connection.register("rows", pa.table({"x": values}))
    kind = "BIGINT" if isinstance(values[0], int) else "DOUBLE"
    look = look_at(connection, Table("rows", {"x": kind}, ()))
    return round_bins(look, look.named("x"))


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        (list(range(18, 81)) * 3, (15, 35, 50, 65, 85)),
        ([i / 200 for i in range(201)], (0, 0.2, 0.5, 0.8, 1.1)),
        ([1000 * i for i in range(300)], (0, 80000, 140000, 220000, 300000)),
        ([-3.0 + i / 50 for i in range(301)], (-3, -1.5, 0, 1.5, 3.5)),
    ],
)
def test_edges_are_round(values, edges):
    assert bins_of(values) == edges


def test_few_rows_and_codes_have_no_bins():
    assert bins_of(list(range(100))) == ()
    assert bins_of([i % 5 for i in range(1000)]) == ()
    assert bins_of([0] * 900 + list(range(1, 100))) == (), "quartiles that are all the same"


@given(
    st.lists(st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False) | st.integers(-50, 50).map(float), min_size=12, max_size=40),
    st.booleans(),
)  # fmt: skip
def test_every_value_lies_in_a_bin_and_edges_ascend(values, whole):
    spread = [v + i / 7 for i in range(12) for v in values][:400]
    values = [int(v) for v in spread] if whole else spread
    edges = bins_of(values)
    assert edges == tuple(sorted(set(edges)))
    assert len(edges) <= 6
    if edges:
        assert edges[0] <= min(values)
        assert max(values) < edges[-1]
        assert not whole or all(edge == int(edge) for edge in edges)
