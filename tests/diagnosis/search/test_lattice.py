"""The search finds exactly the slices with the highest scores."""

import numpy as np
import pytest
from brute_force import every_slice, planted, small_data
from hypothesis import given
from hypothesis import strategies as st

from specgen.diagnosis.search.lattice import Asked, top_slices
from specgen.diagnosis.search.score import highest, score


@pytest.mark.parametrize("seed", range(30))
def test_same_scores_as_brute_force(seed):
    codes, values, loss, weight, asked = small_data(seed)
    found = top_slices(codes, values, loss, weight, asked)
    expected = every_slice(codes, values, loss, weight, asked)
    assert [one.score for one in found] == pytest.approx([one for one, _ in expected], rel=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_told_of_a_slice_is_true(seed):
    codes, values, loss, weight, asked = small_data(seed)
    amount = np.ones(len(loss)) if weight is None else weight
    for one in top_slices(codes, values, loss, weight, asked):
        inside = np.all([codes[c] == v for c, v in one.conditions], axis=0)
        assert one.rows == inside.sum() >= asked.min_rows
        assert one.loss == pytest.approx(loss[inside].sum())
        assert one.weight == pytest.approx(amount[inside].sum())
        assert len(one.conditions) <= asked.max_conditions


@pytest.mark.parametrize("columns", [20, 30, 50])
def test_planted_slices_are_found_among_many_columns(columns):
    codes, loss, slices = planted(columns, seed=columns)
    found = top_slices(codes, [10] * columns, loss, None, Asked(10, 3, 50, 0.99))
    assert set(slices) <= {one.conditions for one in found}


def test_threads_find_the_same(monkeypatch):
    codes, loss, _ = planted(20, seed=1, n=5_000)
    alone = top_slices(codes, [10] * 20, loss, None, Asked(10, 3, 20, 0.99))
    monkeypatch.setattr("specgen.diagnosis.search.lattice.WORTH_THREADS", 0)
    assert top_slices(codes, [10] * 20, loss, None, Asked(10, 3, 20, 0.99)) == alone


@given(
    st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 3)), min_size=3, max_size=12),
    st.integers(1, 3),
    st.data(),
)
def test_no_part_of_a_slice_has_a_higher_score_than_its_bound(rows, least, data):
    loss, weight = np.array(rows).T
    if not loss.sum() > 0:
        return
    total_weight, total_loss = weight.sum() * 3, loss.sum() * 2
    part = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))))
    if part.sum() < least:
        return
    bound = highest(
        weight.sum(), loss.sum(), (loss / weight).max(), least * weight.min(), total_weight, total_loss, 0.95
    )
    one = score(weight[part].sum(), loss[part].sum(), total_weight, total_loss, 0.95)
    assert one <= bound + 1e-9 * (1 + abs(bound))


def test_nothing_is_found_where_nothing_is_lost():
    codes = np.zeros((1, 10), np.uint8)
    assert top_slices(codes, [1], np.zeros(10), None, Asked()) == []
    assert top_slices(codes[:0], [], np.ones(10), None, Asked()) == []


@pytest.mark.parametrize(
    ("values", "loss", "weight", "message"),
    [
        ([0], np.ones(4), None, "1 to 255 values"),
        ([1], np.ones(4), None, "codes up to their number"),
        ([3], -np.ones(4), None, "0 or more"),
        ([3], np.array([1, np.nan, 1, 1]), None, "0 or more"),
        ([3], np.ones(4), np.zeros(4), "above 0"),
    ],
)
def test_what_cannot_be_searched_is_refused(values, loss, weight, message):
    codes = np.array([[0, 1, 2, 2]], dtype=np.uint8)
    with pytest.raises(ValueError, match=message):
        top_slices(codes, values, loss, weight, Asked())
