"""A label without an error says little about how rare its errors are; bounds must not pretend otherwise."""

from dataclasses import replace

import numpy as np
import pytest

from specgen.engine.cells import OutcomeCells, SplitCells
from specgen.metrics.registry import all_metrics
from specgen.metrics.uses import Use
from specgen.stats.measure import difference, measure
from specgen.stats.narrow import narrowed

LABEL = np.array([1, 0, 1, 0])
PREDICTION = np.array([1, 1, 0, 0])


def outcome_cells(label, predictions, counts):
    counts = np.asarray(counts)
    sums = counts.astype(float)
    return OutcomeCells(np.asarray(label), {k: np.asarray(v) for k, v in predictions.items()}, counts, sums, sums,
                        sums, weighted=False, units=None)  # fmt: skip


def split(cells):
    rows = {"all": cells.rows}
    return SplitCells(
        split="test", task="binary", models=tuple(cells.predictions), scored=frozenset(), partial=frozenset(),
        labelled={}, rows=rows, weight={"all": float(cells.rows)}, families={}, min_rows={}, outcomes={"all": cells},
        moments={}, labels=("no", "yes"), clustered=False, units=None, weighted=False,
    )  # fmt: skip


def use(name):
    return Use(name, all_metrics()[name], focus=1)


@pytest.mark.parametrize("name", ["f1", "balanced_accuracy", "mcc", "macro_f1"])
def test_five_perfect_positives_prove_little(name):
    cells = split(outcome_cells(LABEL, {"m": PREDICTION}, [5, 0, 0, 995]))
    found = measure(use(name), cells, "all", "m", 0)
    assert found.value == pytest.approx(1.0)
    assert found.decision.lower(0.05) < 0.8, "five rows without an error do not show that errors are rare"


@pytest.mark.parametrize("positives", [5, 20, 60])
def test_balanced_accuracy_at_its_bound_passes_seldom(positives):
    rng = np.random.default_rng(positives)
    share, truth, runs = positives / 1000, 0.9, 300
    chances = [share * truth, (1 - share) * (1 - truth), share * (1 - truth), (1 - share) * truth]
    passes = 0
    for seed in range(runs):
        cells = split(outcome_cells(LABEL, {"m": PREDICTION}, rng.multinomial(1000, chances)))
        found = measure(use("balanced_accuracy"), cells, "all", "m", seed)
        passes += found.decision is not None and found.decision.lower(0.05) > truth
    assert passes / runs < 0.09, passes


def test_one_better_row_of_two_hundred_is_no_proof():
    label, mine, theirs = [1, 1, 0, 0], [1, 1, 0, 1], [1, 0, 0, 1]
    cells = split(outcome_cells(label, {"mine": mine, "theirs": theirs}, [60, 1, 130, 9]))
    found = difference(use("f1"), cells, "all", "mine", "theirs", 0)
    assert found.value > 0
    assert found.decision.lower(0.05) < 0


def test_narrowed_cells_count_the_same_rows():
    cells = outcome_cells([1, 1, 0, 0], {"a": [1, 1, 0, 1], "b": [1, 0, 0, 0]}, [4, 3, 2, 1])
    one = narrowed(cells, ("a",))
    assert one.rows == cells.rows == 10
    assert dict(zip(zip(one.label, one.predictions["a"], strict=True), one.count, strict=True)) == {
        (0, 0): 2, (0, 1): 1, (1, 1): 7,
    }  # fmt: skip


def test_a_label_of_which_no_row_is_right_may_yet_be_recognised():
    label, prediction = [0, 0, 1, 1, 2, 2], [0, 1, 1, 0, 0, 1]
    cells = outcome_cells(label, {"m": prediction}, [40, 4, 40, 4, 2, 2])
    three = replace(split(cells), task="multiclass", labels=("a", "b", "c"))
    found = measure(Use("macro_f1", all_metrics()["macro_f1"]), three, "all", "m", 0)
    assert found.value < 0.61
    assert found.decision.upper(0.05) > 0.75, (
        "four rows, all wrong, do not show that the label is never right"
    )


def test_bounds_of_weighted_rows_are_those_of_rows_where_weights_are_equal():
    cells = outcome_cells(LABEL, {"m": PREDICTION}, [5, 0, 0, 995])
    tripled = replace(cells, weight=3 * cells.weight, weight2=9 * cells.weight2, weight3=27 * cells.weight3,
                      weighted=True)  # fmt: skip
    plain, weighted = (
        measure(use("f1"), replace(split(one), weighted=one.weighted), "all", "m", 0)
        for one in (cells, tripled)
    )
    assert weighted.decision.lower(0.05) == pytest.approx(plain.decision.lower(0.05), rel=1e-6)
