"""F1's intervals are those of Jaccard's index, moved to F1's scale."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from specgen.engine.cells import OutcomeCells
from specgen.metrics.outcomes import Outcomes
from specgen.stats.f1 import f1_estimate, f1_of


def table(tp: int, fp: int, fn: int, tn: int) -> tuple[Outcomes, OutcomeCells]:
    label, prediction = np.array([1, 0, 1, 0]), np.array([1, 1, 0, 0])
    count = np.array([tp, fp, fn, tn])
    weight = count.astype(float)
    cells = OutcomeCells(label, {"model": prediction}, count, weight, weight, weight, False, None)
    return Outcomes(label, prediction, 2, 1), cells


@pytest.mark.parametrize("counts", [(12, 3, 5, 30), (40, 10, 22, 900), (7, 2, 4, 0)])
def test_bounds_are_those_of_the_share_of_statsmodels(counts: tuple[int, int, int, int]) -> None:
    outcomes, cells = table(*counts)
    found = f1_estimate(outcomes, cells, np.ones(4, dtype=bool), "")
    tp, trials = counts[0], sum(counts[:3])
    assert found.shown is not None
    assert found.decision is not None
    assert found.value == pytest.approx(2 * tp / (tp + trials))
    assert found.n == sum(counts)
    for estimate, method in ((found.shown, "wilson"), (found.decision, "beta")):
        ends = proportion_confint(tp, trials, 0.05, method)
        assert estimate.interval(0.95) == pytest.approx([f1_of(end) for end in ends], rel=1e-9)


def test_gates_at_the_truth_err_at_most_five_percent_whatever_the_rows() -> None:
    # The exact chance, over all tables of 30 rows by how many bear on F1 and how many of these are right.
    share, bear = 0.6, 0.4
    passes = fails = 0.0
    for trials in range(1, 31):
        for tp in range(trials + 1):
            outcomes, cells = table(tp, trials - tp, 0, 30 - trials)
            gate = f1_estimate(outcomes, cells, np.ones(4, dtype=bool), "").decision
            assert gate is not None
            chance = stats.binom.pmf(trials, 30, bear) * stats.binom.pmf(tp, trials, share)
            passes += chance * (gate.lower(0.05) > f1_of(share))
            fails += chance * (gate.upper(0.05) < f1_of(share))
    assert 0.01 < passes <= 0.05
    assert 0.01 < fails <= 0.05


def test_without_a_row_of_the_label_on_either_side_there_is_none() -> None:
    outcomes, cells = table(0, 0, 0, 9)
    assert "its denominator" in str(
        f1_estimate(outcomes, cells, np.ones(4, dtype=bool), "its denominator").reason
    )
