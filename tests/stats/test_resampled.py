"""The bootstrap of statistics without influence: rows, units and pairs; its seed, its bounds, its cost."""

import numpy as np
import pytest

from specgen.engine.samples import Sample
from specgen.metrics.families.curves import precision_at_recall, recall_at_precision
from specgen.stats.resampled import resampled_difference, resampled_estimate


def sample(n=150, seed=0, unit=None, noise=0.5):
    rng = np.random.default_rng(seed)
    label = (rng.random(n) < 0.4).astype(float)
    score = rng.random(n) * noise + 0.3 * label
    return Sample({"score": score, "label": label}, np.ones(n), unit, False)


def taken(rows, chosen, **more):
    values = {name: value[chosen] for name, value in rows.values.items()}
    return Sample(values, more.get("weight", rows.weight[chosen]), more.get("unit"), "weight" in more)


def bounds(rows, metric=precision_at_recall, seed=0):
    return resampled_estimate(metric(rows, 0.7), rows, 0.0, 1.0, seed).shown.interval(0.95)


def test_the_seed_decides_and_the_order_of_rows_does_not():
    rows = sample()
    order = np.random.default_rng(1).permutation(150)
    assert bounds(rows) == bounds(taken(rows, order))
    assert bounds(rows) != bounds(rows, seed=1)


def test_rows_copied_within_units_say_no_more():
    rows = sample(unit=np.arange(150))
    copied = taken(rows, np.arange(150).repeat(3), unit=np.arange(150).repeat(3))
    assert bounds(copied) == pytest.approx(bounds(rows), abs=1e-9)


def test_weights_within_units_are_copies():
    rows = sample(unit=np.arange(150))
    copies = 1 + np.arange(150) % 3
    copied = taken(rows, np.arange(150).repeat(copies), unit=np.arange(150).repeat(copies))
    weighted = taken(rows, np.arange(150), unit=np.arange(150), weight=copies.astype(float))
    assert bounds(weighted) == pytest.approx(bounds(copied), abs=1e-9)


def test_many_rows_are_joined_without_moving_the_value_or_widening_the_bounds():
    few, many = sample(2_000, noise=1), sample(50_000, noise=1)
    found = recall_at_precision(many, 0.7)
    assert found.cells < 700
    joined = np.bincount(found.cell, weights=many.weight, minlength=found.cells)
    assert float(found.statistic(joined)) == pytest.approx(found.value, abs=1e-12)
    (low, high), (few_low, few_high) = bounds(many), bounds(few)
    assert (few_high - few_low) / (high - low) == pytest.approx(5, rel=0.25)


def test_a_model_against_itself_differs_by_nothing():
    rows = sample()
    found = recall_at_precision(rows, 0.6)
    apart = resampled_difference(found, found, rows, -1.0, 1.0, 0)
    assert apart.value == 0
    assert apart.decision.lower(0.05) < 0 < apart.decision.upper(0.05)


def test_a_perfect_ranking_is_not_certain():
    rows = sample(noise=0.2)
    low, high = bounds(rows, recall_at_precision)
    assert high == 1
    assert low == pytest.approx(0.025 ** (1 / rows["label"].sum()), abs=1e-9), (
        "as many rows as the rarer label"
    )


def test_a_precision_that_no_threshold_reaches_leaves_no_recall():
    label, score = np.r_[np.zeros(20), 1.0], np.r_[np.ones(20), 0.0]
    rows = Sample({"score": score, "label": label}, np.ones(21), None, False)
    found = resampled_estimate(recall_at_precision(rows, 0.9), rows, 0.0, 1.0, 0)
    assert found.value == 0
    assert found.decision.lower(0.05) == 0 < found.decision.upper(0.05)
