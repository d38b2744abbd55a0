"""Every metric of counts equals scikit-learn's, to 1e-12, whatever the weights."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from specgen.metrics.outcomes import Outcomes
from specgen.metrics.registry import all_metrics
from specgen.stats.outcome_estimates import share_statistic

BINARY = {
    "accuracy": reference.accuracy_score,
    "balanced_accuracy": reference.balanced_accuracy_score,
    "cohen_kappa": reference.cohen_kappa_score,
    "mcc": reference.matthews_corrcoef,
    "precision": reference.precision_score,
    "recall": reference.recall_score,
    "f1": reference.f1_score,
    "specificity": lambda y, p, sample_weight: reference.recall_score(
        y, p, pos_label=0, sample_weight=sample_weight
    ),
    "false_positive_rate": lambda y, p, sample_weight: (
        1 - reference.recall_score(y, p, pos_label=0, sample_weight=sample_weight)
    ),
    "false_negative_rate": lambda y, p, sample_weight: (
        1 - reference.recall_score(y, p, sample_weight=sample_weight)
    ),
    "selection_rate": lambda y, p, sample_weight: np.average(p, weights=sample_weight),  # noqa: ARG005
    "negative_predictive_value": lambda y, p, **k: reference.precision_score(y, p, pos_label=0, **k),
    "false_discovery_rate": lambda y, p, **k: 1 - reference.precision_score(y, p, **k),
    "false_omission_rate": lambda y, p, **k: 1 - reference.precision_score(y, p, pos_label=0, **k),
    "f_beta": lambda y, p, **k: reference.fbeta_score(y, p, beta=2.0, **k),
}
MULTICLASS = {
    "accuracy": reference.accuracy_score,
    "balanced_accuracy": reference.balanced_accuracy_score,
    "cohen_kappa": reference.cohen_kappa_score,
    "mcc": reference.matthews_corrcoef,
    "macro_f1": lambda y, p, **k: reference.f1_score(y, p, average="macro", zero_division=0, **k),
    "macro_recall": lambda y, p, **k: reference.recall_score(y, p, average="macro", zero_division=0, **k),
    "macro_precision": lambda y, p, **k: reference.precision_score(
        y, p, average="macro", zero_division=0, **k
    ),
    "weighted_f1": lambda y, p, **k: reference.f1_score(y, p, average="weighted", zero_division=0, **k),
    "weighted_precision": lambda y, p, **k: reference.precision_score(
        y, p, average="weighted", zero_division=0, **k
    ),
    "weighted_recall": lambda y, p, **k: reference.recall_score(
        y, p, average="weighted", zero_division=0, **k
    ),
    "micro_f1": lambda y, p, **k: reference.f1_score(y, p, average="micro", **k),
    "micro_precision": lambda y, p, **k: reference.precision_score(y, p, average="micro", **k),
    "micro_recall": lambda y, p, **k: reference.recall_score(y, p, average="micro", **k),
}
PARAMETERS = {"f_beta": {"beta": 2.0}}


def ours(name, label, prediction, weight, labels, focus=None):
    """A metric by way of the cells."""
    pairs, cell = np.unique(np.stack([label, prediction]), axis=1, return_inverse=True)
    counts = np.bincount(cell.reshape(-1), weights=weight)
    outcomes = Outcomes(pairs[0], pairs[1], labels, 1 if labels == 2 else focus)
    metric = all_metrics()[name]
    if metric.state == "proportion":
        return float(share_statistic(metric.function(outcomes))(counts))
    return float(metric.function(outcomes, counts, **PARAMETERS.get(name, {})))


rows = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@pytest.mark.parametrize("name", sorted(BINARY))
@given(rng=rows, n=st.integers(2, 60))
@settings(max_examples=25, deadline=None)
def test_binary(name, rng, n):
    label, prediction, weight = rng.integers(0, 2, n), rng.integers(0, 2, n), rng.random(n) + 0.1
    label[:2] = 0, 1
    found = ours(name, label, prediction, weight, 2)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        expected = BINARY[name](label, prediction, sample_weight=weight)
    if np.isnan(found):
        assert caught or prediction.min() == prediction.max(), (
            f"{name} is undefined where scikit-learn has {expected}"
        )
    else:
        assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", sorted(MULTICLASS))
@given(rng=rows, n=st.integers(3, 60), labels=st.integers(3, 6))
@settings(max_examples=25, deadline=None)
def test_multiclass(name, rng, n, labels):
    label, prediction, weight = rng.integers(0, labels, n), rng.integers(0, labels, n), rng.random(n) + 0.1
    label[:3], prediction[:2] = (0, 1, 2), (1, 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = MULTICLASS[name](label, prediction, sample_weight=weight)
    assert ours(name, label, prediction, weight, labels) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", sorted(BINARY))
def test_of_one_label_is_that_label_against_the_rest(name):
    rng = np.random.default_rng(11)
    label, prediction, weight = rng.integers(0, 4, 80), rng.integers(0, 4, 80), rng.random(80)
    for focus in range(4):
        alone = BINARY[name](
            (label == focus).astype(int), (prediction == focus).astype(int), sample_weight=weight
        )
        assert ours(name, label, prediction, weight, 4, focus) == pytest.approx(alone, abs=1e-12)


@pytest.mark.parametrize(
    "name",
    ["recall", "precision", "f1", "f_beta", "specificity", "mcc", "cohen_kappa", "false_discovery_rate"],
)
def test_undefined_is_not_zero(name):
    """One class only: no metric that needs the other one gives a number, and none warns."""
    zeros = np.zeros(5, dtype=int)
    if name == "specificity":
        zeros = zeros + 1
    assert np.isnan(ours(name, zeros, zeros, np.ones(5), 2))


def test_weight_of_two_is_the_row_twice():
    rng = np.random.default_rng(3)
    label, prediction = rng.integers(0, 3, 40), rng.integers(0, 3, 40)
    for name in MULTICLASS:
        weighted = ours(name, label, prediction, np.full(40, 2.0), 3)
        doubled = ours(name, np.tile(label, 2), np.tile(prediction, 2), np.ones(80), 3)
        assert weighted == pytest.approx(doubled, abs=1e-12), name


def test_every_metric_says_what_it_is():
    for metric in all_metrics().values():
        assert metric.definition.endswith("."), f"{metric.name} has no docstring"
        assert metric.tasks, f"{metric.name} belongs to no task"
