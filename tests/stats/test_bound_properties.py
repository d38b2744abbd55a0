"""What holds of every method's bounds, whatever the data."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specgen.engine.cells import OutcomeCells
from specgen.engine.samples import Sample
from specgen.metrics.outcomes import Outcomes
from specgen.metrics.registry import all_metrics
from specgen.stats.estimate import Estimate, fixed
from specgen.stats.linearised import linearised_t
from specgen.stats.outcome_estimates import counts_estimate
from specgen.stats.paired import mcnemar_exact, mcnemar_midp, tango
from specgen.stats.proportion import clopper_pearson, wilson
from specgen.stats.sampled import sample_difference, sample_estimate
from specgen.stats.unpaired import mover, newcombe

ALPHAS = [1e-12, 1e-8, 1e-4, 0.001, 0.009, 0.011, 0.025, 0.05, 0.2, 0.4, 0.5]
SCORES = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=12).map(np.array)


def integers(size: int) -> st.SearchStrategy[np.ndarray]:
    return st.lists(st.integers(0, 5), min_size=size, max_size=size).map(np.array)


@st.composite
def counted(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 3000))
    return draw(st.integers(0, n)), n


@st.composite
def paired(draw: st.DrawFn) -> tuple[int, int, int]:
    both, n = draw(counted())
    b = draw(st.integers(0, both))
    return b, both - b, n


@st.composite
def counted_cells(draw: st.DrawFn) -> Estimate:
    counts = np.array(draw(st.tuples(*[st.integers(0, 40)] * 4))) + np.array([1, 0, 0, 0])
    label, prediction = np.array([1, 0, 1, 0]), np.array([1, 1, 0, 0])
    sums = counts.astype(float)
    cells = OutcomeCells(label, {"m": prediction}, counts, sums, sums, sums, weighted=False, units=None)
    function = all_metrics()["f1"].function
    outcomes = Outcomes(label, prediction, 2, 1)
    found = counts_estimate(
        lambda c: function(outcomes, c), cells, counts >= 0, int(counts[:3].sum()), 0.0, 1.0
    )
    return found.decision or fixed(0.0)


def influences(values: list[float]) -> Estimate:
    z = np.array(values) - np.mean(values)
    return linearised_t(float(np.mean(values)), float((z**2).sum()), float((z**3).sum()), len(z))


@st.composite
def sampled(draw: st.DrawFn, metric: str, *, units: bool = False, models: int = 1) -> Estimate:
    n = draw(st.integers(2, 14))
    label = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=float)
    label[:2] = 0, 1
    unit = draw(integers(n)) if units else None
    rows = [
        Sample({"score": draw(integers(n)) / 6, "label": label}, np.ones(n), unit, False)
        for _ in range(models)
    ]
    use = all_metrics()[metric]
    given = dict.fromkeys(use.parameters, 0.4)
    moved = [use.function(one, **given) for one in rows]
    found = (
        sample_estimate(moved[0], rows[0], use.low, use.high, 0)
        if models == 1
        else sample_difference(moved[0], moved[1], rows[0], use.low, use.high, 0)
    )
    return found.decision or fixed(0.0)


ESTIMATES = {
    "wilson": counted().map(lambda c: wilson(*c)),
    "clopper_pearson": counted().map(lambda c: clopper_pearson(*c)),
    "tango": paired().map(lambda c: tango(*c)),
    "newcombe": st.tuples(counted(), counted()).map(lambda c: newcombe(*c[0], *c[1])),
    "mover": st.tuples(counted(), counted()).map(lambda c: mover(wilson(*c[0]), clopper_pearson(*c[1]), 0.8)),
    "linearised_t": st.lists(st.integers(-100, 100), min_size=1, max_size=30).map(influences),
    "counts": counted_cells(),
    "auc": sampled("auc"),
    "auc, units": sampled("auc", units=True),
    "auc, difference": sampled("auc", models=2),
    "average precision": sampled("average_precision"),
    "lift": sampled("lift"),
    "partial AUC, units": sampled("partial_auc", units=True),
    "Brier skill": sampled("brier_skill"),
    "calibration error": sampled("calibration_error"),
    "calibration slope": sampled("calibration_slope"),
    "recall at precision": sampled("recall_at_precision", units=True),
    "precision at recall, difference": sampled("precision_at_recall", models=2),
}


# A value that is undefined is taken for a fixed one here.
MAY_BE_CERTAIN = ("calibration slope", "calibration error")


@pytest.mark.parametrize("method", ESTIMATES)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_bounds_are_monotone_and_on_their_side_of_the_value(method: str, data: st.DataObject) -> None:
    estimate = data.draw(ESTIMATES[method])
    lower, upper = [estimate.lower(a) for a in ALPHAS], [estimate.upper(a) for a in ALPHAS]
    tolerance = 1e-9 * max(1.0, abs(estimate.value))
    assert not np.isnan([*lower, *upper]).any()
    assert all(b - a >= -tolerance for a, b in pairwise(lower) if a > -np.inf)
    assert all(a - b >= -tolerance for a, b in pairwise(upper) if a < np.inf)
    assert lower[-1] <= estimate.value + tolerance
    assert upper[-1] >= estimate.value - tolerance


@pytest.mark.parametrize("method", [name for name in ESTIMATES if name not in MAY_BE_CERTAIN])
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_bounds_never_collapse(method: str, data: st.DataObject) -> None:
    low, high = data.draw(ESTIMATES[method]).interval(0.95)
    assert high - low > 1e-9


@given(counted())
def test_failures_mirror_successes(counts: tuple[int, int]) -> None:
    k, n = counts
    for method in (wilson, clopper_pearson):
        assert method(k, n).lower(0.025) == pytest.approx(1 - method(n - k, n).upper(0.025), abs=1e-12)


@given(paired())
def test_swapping_the_models_mirrors_the_difference(counts: tuple[int, int, int]) -> None:
    b, c, n = counts
    low, high = tango(b, c, n).interval(0.95)
    assert tango(c, b, n).interval(0.95) == pytest.approx((-high, -low), abs=1e-9)
    assert mcnemar_exact(b, c) == mcnemar_exact(c, b)
    assert 0 < mcnemar_midp(b, c) <= mcnemar_exact(b, c) or mcnemar_exact(b, c) < 1e-300


@given(counted(), counted())
def test_swapping_the_groups_mirrors_the_difference(first: tuple[int, int], second: tuple[int, int]) -> None:
    low, high = newcombe(*first, *second).interval(0.95)
    assert newcombe(*second, *first).interval(0.95) == pytest.approx((-high, -low), abs=1e-12)


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=30))
def test_negated_values_have_negated_bounds(values: list[float]) -> None:
    low, high = influences(values).interval(0.9)
    assert influences([-v for v in values]).interval(0.9) == pytest.approx((-high, -low))


@given(SCORES, SCORES, st.randoms(use_true_random=False))
def test_auc_depends_on_the_order_of_scores_alone(
    positive: np.ndarray, negative: np.ndarray, random: Random
) -> None:
    def area(one: np.ndarray, other: np.ndarray) -> Estimate:
        label = np.r_[np.ones(len(one)), np.zeros(len(other))]
        rows = Sample({"score": np.r_[one, other], "label": label}, np.ones(len(label)), None, False)
        found = sample_estimate(all_metrics()["auc"].function(rows), rows, 0.0, 1.0, 0).decision
        assert found is not None
        return found

    found = area(positive, negative)
    order = random.sample(range(len(positive)), len(positive))
    stretched = area(np.exp(positive[order]), np.exp(negative))
    assert (stretched.value, *stretched.interval(0.95)) == pytest.approx((found.value, *found.interval(0.95)))
    turned = area(-positive, -negative)
    assert turned.value == pytest.approx(1 - found.value)
    assert turned.lower(0.025) == pytest.approx(1 - found.upper(0.025))
