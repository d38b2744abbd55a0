"""Metrics of samples: their influences are derivatives, and units and weights follow from them."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from specgen.engine.samples import Sample
from specgen.metrics.families.curves import auc, average_precision, partial_auc
from specgen.metrics.influence import Influenced
from specgen.stats.influenced import _curve, influenced_difference, influenced_estimate
from specgen.stats.spread import spread_of


def sample(n=200, seed=0, unit=None, weight=None):
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 2, n).astype(float)
    score = np.round(rng.random(n) + 0.3 * label, 1)
    return Sample(
        {"score": score, "label": label}, np.ones(n) if weight is None else weight, unit, weight is not None
    )


def test_average_precision_equals_scikit_learn_with_ties_and_weights():
    weight = np.random.default_rng(1).random(200)
    rows = sample(weight=weight)
    expected = average_precision_score(rows["label"], rows["score"], sample_weight=weight)
    assert average_precision(rows).value == pytest.approx(expected, abs=1e-12)


def test_average_precision_influence_is_what_is_lost_without_the_row():
    rows = sample(60)
    found = average_precision(rows)
    for i in range(60):
        rest = Sample({k: np.delete(v, i) for k, v in rows.values.items()}, np.ones(59), None, False)
        assert found.value - average_precision(rest).value == pytest.approx(found.influence[i], abs=1e-12)


@pytest.mark.parametrize(
    ("metric", "given"), [(auc, {}), (partial_auc, {"at": 0.3}), (partial_auc, {"at": 1})]
)
def test_influence_is_the_derivative_by_each_row(metric, given):
    weight = np.random.default_rng(2).random(200)
    found = metric(sample(weight=weight), **given)
    for i in (0, 5, 17, 33, 101):
        more, less = weight.copy(), weight.copy()
        more[i] *= 1 + 1e-6
        less[i] *= 1 - 1e-6
        moved = (
            metric(sample(weight=more), **given).value - metric(sample(weight=less), **given).value
        ) / 2e-6
        assert moved == pytest.approx(found.influence[i], abs=1e-8)
    assert found.influence.sum() == pytest.approx(0, abs=1e-12)


def test_rows_copied_within_units_say_no_more():
    one = sample(100, unit=np.arange(100))
    twice = Sample(
        {k: np.repeat(v, 2) for k, v in one.values.items()}, np.ones(200), np.repeat(one.unit, 2), False
    )
    alone = influenced_estimate(average_precision(one), one, 0.0, 1.0).shown.interval(0.95)
    copied = influenced_estimate(average_precision(twice), twice, 0.0, 1.0).shown.interval(0.95)
    assert copied == pytest.approx(alone, abs=1e-9)
    assert 0 < alone[0] < alone[1] < 1


def test_few_rows_that_carry_the_variance_have_few_degrees_of_freedom():
    alike, rare = np.tile([1.0, -1.0], 50), np.concatenate([np.zeros(96), [1.0, -1.0, 1.0, -1.0]])
    rows = Sample({}, np.ones(100), None, False)
    for influence, quantile in ((alike, 1.984), (rare, 2.289)):
        found = influenced_difference(
            Influenced(0.5, influence / 100), Influenced(0.5, 0 * influence), rows, -1, 1
        )
        half = quantile * np.sqrt((influence**2).sum() * 100 / 99) / 100
        assert found.shown.upper(0.025) == pytest.approx(half, rel=0.01)
    assert half < found.decision.upper(0.025) <= 1.5 * half, "four rows may not show all of the tail"


def test_a_model_against_itself_differs_by_nothing():
    rows = sample()
    found = average_precision(rows)
    apart = influenced_difference(found, found, rows, -1.0, 1.0)
    assert apart.value == 0
    assert apart.decision.lower(0.05) < 0 < apart.decision.upper(0.05)


def test_a_slice_of_positives_says_next_to_nothing_of_average_precision():
    rows = sample(60)
    rows = Sample({**rows.values, "label": np.ones(60)}, rows.weight, None, False)
    found = influenced_estimate(average_precision(rows), rows, 0.0, 1.0)
    assert found.value == pytest.approx(1)
    assert found.shown.lower(0.05) < 0.06, "no negative was seen: it may be anything"


def test_curvature_is_that_of_the_value_along_its_influences():
    """Of a ratio A ÷ B of sums the second derivative along a change is −2A'B' ÷ B² + 2AB'² ÷ B³."""
    rng = np.random.default_rng(3)
    x, y = rng.exponential(size=80), rng.uniform(1, 3, 80)
    rows = Sample({"x": x}, np.ones(80), None, False)
    ratio, below = x.sum() / y.sum(), y.sum()
    z = (x - ratio * y) / below
    found = Influenced(
        ratio, z, reweighted=lambda share: float(((1 + share) * x).sum() / ((1 + share) * y).sum())
    )
    along = -2 * (z @ x) * (z @ y) / below**2 + 2 * ratio * (z @ y) ** 2 / below**2
    spread = spread_of(z, None, rows)
    assert _curve(found.reweighted, z, rows, spread) == pytest.approx(along / spread.variance**1.5, rel=1e-3)
