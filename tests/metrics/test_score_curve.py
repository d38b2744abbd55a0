"""Rates over thresholds, against scikit-learn's; thinned so that nothing is lost that can be seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from specgen.engine.samples import Sample
from specgen.metrics.score_curve import MOST_POINTS, rates


def sample(score, label, weight=None) -> Sample:
    """Rows with score and label."""
    weight = np.ones(len(score)) if weight is None else np.asarray(weight, dtype=float)
    values = {"score": np.asarray(score, dtype=float), "label": np.asarray(label, dtype=float)}
    return Sample(values, weight, None, weighted=bool((weight != 1).any()))


row = st.tuples(st.integers(0, 30), st.booleans(), st.integers(1, 4))


@settings(max_examples=200, deadline=None)
@given(st.lists(row, min_size=1, max_size=80))
def test_each_point_has_the_rates_of_its_threshold(rows):
    score, label, weight = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    found = rates(sample(score / 30, label, weight))
    if len(set(score)) < 2 or len(set(label)) < 2:
        assert found is None
        return
    for at, recall, false, precision in zip(
        found.threshold, found.recall, found.false_positive_rate, found.precision, strict=True
    ):
        yes = score / 30 >= at
        expected = reference.recall_score(label, yes, sample_weight=weight)
        assert recall == pytest.approx(expected)
        assert precision == pytest.approx(reference.precision_score(label, yes, sample_weight=weight))
        assert false == pytest.approx(reference.recall_score(1 - label, yes, sample_weight=weight))
    assert (np.diff(found.threshold) < 0).all()
    assert found.recall[-1] == found.false_positive_rate[-1] == pytest.approx(1)


def test_many_scores_are_thinned_to_a_curve_of_the_same_shape():
    rng = np.random.default_rng(0)
    score = rng.random(50_000)
    label = rng.random(50_000) < score**2
    found = rates(sample(score, label))
    assert found is not None
    assert len(found.threshold) <= MOST_POINTS
    assert np.diff(found.recall, prepend=0).max() < 0.0101
    assert np.diff(found.false_positive_rate, prepend=0).max() < 0.0101
    area = np.trapezoid(np.append(0, found.recall), np.append(0, found.false_positive_rate))
    assert area == pytest.approx(reference.roc_auc_score(label, score), abs=2e-4)
