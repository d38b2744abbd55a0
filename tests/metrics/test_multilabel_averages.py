"""Averages over labels: influences are derivatives, so that weights, units and pairs follow from them."""

import numpy as np
import pytest

from specgen.engine.samples import Sample
from specgen.metrics.registry import metrics_of
from specgen.stats.influenced import influenced_difference, influenced_estimate

NAMES = ["macro_f1", "macro_precision", "macro_recall", "weighted_f1", "weighted_precision"]


def sample(n=400, seed=0, weight=None, unit=None, shares=(0.1, 0.4, 0.6)):
    rng = np.random.default_rng(seed)
    labels = (rng.random((n, len(shares))) < shares).astype(float)
    predictions = np.where(rng.random(labels.shape) < 0.8, labels, 1 - labels)
    values = {"labels": labels, "predictions": predictions}
    return Sample(values, np.ones(n) if weight is None else weight, unit, weight is not None)


def of(name, rows):
    return metrics_of("multilabel")[name].function(rows)


@pytest.mark.parametrize("name", NAMES)
def test_influence_is_the_derivative_by_each_row(name):
    weight = np.random.default_rng(2).random(400) + 0.5
    found = of(name, sample(weight=weight))
    for i in (0, 5, 17):
        more = weight.copy()
        more[i] *= 1 + 1e-6
        moved = (of(name, sample(weight=more)).value - found.value) / 1e-6
        assert moved == pytest.approx(found.influence[i], rel=0.05, abs=1e-9), "but for m ÷ (m − 1)"
    assert found.influence.sum() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_order_of_rows_and_weights_of_two(name):
    one = sample(80)
    order = np.random.default_rng(3).permutation(80)
    moved = Sample({k: v[order] for k, v in one.values.items()}, np.ones(80), None, False)
    twice = Sample({k: np.tile(v, (2, 1)) for k, v in one.values.items()}, np.ones(160), None, False)
    double = Sample(one.values, np.full(80, 2.0), None, True)
    value = of(name, one).value
    assert [of(name, s).value for s in (moved, twice, double)] == pytest.approx([value] * 3, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_rows_copied_within_units_say_no_more(name):
    one = sample(100, unit=np.arange(100))
    values = {k: np.repeat(v, 2, axis=0) for k, v in one.values.items()}
    twice = Sample(values, np.ones(200), np.repeat(one.unit, 2), False)
    alone = influenced_estimate(of(name, one), one, 0.0, 1.0).shown.interval(0.95)
    copied = influenced_estimate(of(name, twice), twice, 0.0, 1.0).shown.interval(0.95)
    assert copied == pytest.approx(alone, abs=0.01)


def test_a_model_against_itself_differs_by_nothing():
    rows = sample()
    found = of("macro_f1", rows)
    apart = influenced_difference(found, found, rows, -1.0, 1.0)
    assert apart.value == 0
    assert apart.decision.lower(0.05) < 0 < apart.decision.upper(0.05)


def test_five_perfect_rows_of_a_rare_label_prove_little():
    labels = np.zeros((1000, 2))
    labels[:5, 0], labels[:500, 1] = 1, 1
    rows = Sample({"labels": labels, "predictions": labels.copy()}, np.ones(1000), None, False)
    found = influenced_estimate(of("macro_f1", rows), rows, 0.0, 1.0)
    assert found.value == 1
    assert found.decision.lower(0.05) < 0.86, "45% of the rare label's rows may be missed: an F1 of 0.71"


def test_a_label_that_is_predicted_but_never_occurs_counts_0_and_widens():
    rows = sample(60, shares=(0.5, 0.5))
    labels = np.column_stack([rows["labels"], np.zeros(60)])
    predictions = np.column_stack([rows["predictions"], np.arange(60) < 2])
    third = Sample({"labels": labels, "predictions": predictions}, np.ones(60), None, False)
    two, three = of("macro_f1", rows), of("macro_f1", third)
    assert three.value == pytest.approx(2 / 3 * two.value)
    assert influenced_estimate(three, third, 0.0, 1.0).decision.upper(0.05) > three.value + 0.2


def test_intervals_of_macro_f1_cover_with_rare_labels():
    """200 rows with labels of 3, 10 and 40%; 4,000 replicates cover 95.8%."""
    shares, n, replicates = (0.03, 0.1, 0.4), 200, 400
    truth = of("macro_f1", sample(400_000, 1, shares=shares)).value
    drawn = [sample(n, seed, shares=shares) for seed in range(replicates)]
    bounds = [influenced_estimate(of("macro_f1", s), s, 0.0, 1.0).shown.interval(0.95) for s in drawn]
    covered = np.mean([low <= truth <= high for low, high in bounds])
    assert 0.93 <= covered <= 0.98


@pytest.mark.parametrize("name", NAMES)
def test_nothing_seen_is_undefined_with_its_reason(name):
    nothing = {"labels": np.zeros((9, 3)), "predictions": np.zeros((9, 3))}
    rows = Sample(nothing, np.ones(9), None, False)
    found = influenced_estimate(of(name, rows), rows, 0.0, 1.0)
    assert found.value is None
    assert "label" in found.reason
