"""Metrics of curves equal scikit-learn with ties and weights; lift by hand; what is undefined says why."""

import numpy as np
import pytest
from sklearn import metrics as reference

from specgen.engine.samples import Sample
from specgen.metrics.families import curves
from specgen.metrics.families.probability import brier_skill


def sample(seed=0, n=200, decimals=1, weighted=True, rate=0.4):
    rng = np.random.default_rng(seed)
    label = (rng.random(n) < rate).astype(float)
    score = np.round(np.clip(0.6 * rng.random(n) + 0.3 * label, 0, 1), decimals)
    return Sample({"score": score, "label": label}, rng.random(n) if weighted else np.ones(n), None, weighted)


def shuffled(rows):
    order = np.random.default_rng(5).permutation(len(rows))
    return Sample({k: v[order] for k, v in rows.values.items()}, rows.weight[order], None, rows.weighted)


def from_curve(rows, pick):
    precision, recall, _ = reference.precision_recall_curve(
        rows["label"], rows["score"], sample_weight=rows.weight
    )
    return pick(precision[:-1], recall[:-1])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("decimals", [1, 9])
@pytest.mark.parametrize("weighted", [False, True])
def test_values_equal_scikit_learn(seed, decimals, weighted):
    rows = sample(seed, decimals=decimals, weighted=weighted)
    y, s, w = rows["label"], rows["score"], rows.weight
    assert curves.auc(rows).value == pytest.approx(reference.roc_auc_score(y, s, sample_weight=w), abs=1e-12)
    for at in (0.05, 0.2, 0.77):
        expected = reference.roc_auc_score(y, s, sample_weight=w, max_fpr=at)
        assert curves.partial_auc(rows, at).value == pytest.approx(expected, abs=1e-12)
    expected = reference.average_precision_score(y, s, sample_weight=w)
    assert curves.average_precision(rows).value == pytest.approx(expected, abs=1e-12)
    for at in (0.3, 0.6, 0.9):
        recall = from_curve(rows, lambda p, r, at=at: r[p >= at].max(initial=0.0))
        assert curves.recall_at_precision(rows, at).value == pytest.approx(recall, abs=1e-12)
        precision = from_curve(rows, lambda p, r, at=at: p[r >= at].max())
        assert curves.precision_at_recall(rows, at).value == pytest.approx(precision, abs=1e-12)
    chance = np.full(len(y), np.average(y, weights=w))
    brier, base = (reference.brier_score_loss(y, p, sample_weight=w) for p in (s, chance))
    assert brier_skill(rows).value == pytest.approx(1 - brier / base, abs=1e-12)


def test_lift_counts_ties_at_the_edge_in_part():
    label, score = np.array([1.0, 1, 0, 0, 0]), np.array([0.9, 0.8, 0.8, 0.8, 0.1])
    rows = Sample({"score": score, "label": label}, np.ones(5), None, False)
    # The top 40% are the first row and a third of the three that tie, of which one in three is positive.
    assert curves.lift(rows, 0.4).value == pytest.approx((1 + 1 / 3) / 2 / 0.4, abs=1e-12)
    assert curves.lift(rows, 1.0).value == pytest.approx(1, abs=1e-12)


def test_lift_of_weights_is_that_of_rows_repeated():
    rows = sample(3, weighted=False)
    copies = np.random.default_rng(3).integers(1, 4, len(rows))
    weighted = Sample(rows.values, copies.astype(float), None, True)
    repeated = Sample(
        {k: v.repeat(copies) for k, v in rows.values.items()}, np.ones(copies.sum()), None, False
    )
    for at in (0.1, 0.33):
        assert curves.lift(weighted, at).value == pytest.approx(curves.lift(repeated, at).value, abs=1e-12)


@pytest.mark.parametrize("metric", [curves.lift, curves.partial_auc, curves.precision_at_recall])
def test_the_order_of_rows_does_not_matter(metric):
    rows = sample(7, decimals=1)
    assert metric(shuffled(rows), 0.2).value == pytest.approx(metric(rows, 0.2).value, abs=1e-12)


ONE_LABEL, NO_POSITIVE = "the rows have one label only", "no row has the positive label"


@pytest.mark.parametrize(
    ("metric", "given", "label", "reason"),
    [
        (curves.partial_auc, {"at": 0.2}, 1, ONE_LABEL),
        (curves.average_precision, {}, 0, NO_POSITIVE),
        (curves.lift, {"at": 0.2}, 0, NO_POSITIVE),
        (curves.recall_at_precision, {"at": 0.2}, 0, NO_POSITIVE),
        (curves.precision_at_recall, {"at": 0.2}, 0, NO_POSITIVE),
        (brier_skill, {}, 1, ONE_LABEL),
    ],
)
def test_one_label_only_is_undefined_with_its_reason(metric, given, label, reason):
    rows = Sample({"score": np.array([0.2, 0.7]), "label": np.full(2, float(label))}, np.ones(2), None, False)
    found = metric(rows, **given)
    assert (found.value, found.reason) == (None, reason)


def test_skill_influence_is_what_is_lost_without_the_row():
    rows = sample(2, n=30)
    found = brier_skill(rows)
    for i in range(30):
        rest = Sample(
            {k: np.delete(v, i) for k, v in rows.values.items()}, np.delete(rows.weight, i), None, True
        )
        assert found.value - brier_skill(rest).value == pytest.approx(found.influence[i], abs=1e-12)
