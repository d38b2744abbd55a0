"""Calibration equals statsmodels' logistic regressions; its error is about 0 for a perfect model."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import special

from specgen.engine.samples import Sample
from specgen.metrics.families.calibration import calibration_error, calibration_intercept, calibration_slope
from specgen.stats.departures import departures_estimate


def sample(seed=0, n=300, weighted=True, stretch=1.6):
    rng = np.random.default_rng(seed)
    x = rng.normal(-0.5, 1.2, n)
    label = (rng.random(n) < special.expit(x)).astype(float)
    score = special.expit(stretch * x)
    return Sample(
        {"score": score, "label": label}, rng.random(n) + 0.1 if weighted else np.ones(n), None, weighted
    )


def fitted(rows, slope=True):
    x = special.logit(np.clip(rows["score"], 1e-6, 1 - 1e-6))
    design, offset = (sm.add_constant(x), None) if slope else (np.ones((len(x), 1)), x)
    model = sm.GLM(rows["label"], design, sm.families.Binomial(), offset=offset, var_weights=rows.weight)
    return model.fit(tol=1e-13).params


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("weighted", [False, True])
def test_slope_and_intercept_equal_statsmodels(seed, weighted):
    rows = sample(seed, weighted=weighted)
    assert calibration_slope(rows).value == pytest.approx(fitted(rows)[1], abs=1e-8)
    assert calibration_intercept(rows).value == pytest.approx(fitted(rows, slope=False)[0], abs=1e-8)


def test_influences_are_what_is_lost_without_the_row_nearly():
    rows = sample(4, n=150)
    found = calibration_slope(rows)
    lost = [
        found.value
        - calibration_slope(
            Sample(
                {k: np.delete(v, i) for k, v in rows.values.items()}, np.delete(rows.weight, i), None, True
            )
        ).value
        for i in range(150)
    ]
    assert found.influence == pytest.approx(lost, abs=0.15 * np.abs(lost).max())


def test_scores_of_0_and_1_count_as_a_millionth_from_them():
    rows = sample(5, weighted=False)
    ends = Sample({**rows.values, "score": np.round(rows["score"], 1)}, rows.weight, None, False)
    assert {0.0, 1.0} <= set(ends["score"])
    assert calibration_slope(ends).value == pytest.approx(fitted(ends)[1], abs=1e-8)


@pytest.mark.parametrize(
    ("score", "label", "reason"),
    [
        ([0.4, 0.4, 0.4], [0, 1, 1], "all rows have the same score"),
        ([0.4, 0.5, 0.6], [1, 1, 1], "the rows have one label only"),
        ([0.4, 0.5, 0.5, 0.6], [0, 0, 1, 1], "the scores separate the labels, so that the slope has no end"),
        ([0.4, 0.5, 0.6], [1, 0, 0], "the scores separate the labels, so that the slope has no end"),
    ],
)
def test_a_slope_without_end_is_undefined(score, label, reason):
    rows = Sample(
        {"score": np.array(score), "label": np.array(label, float)}, np.ones(len(score)), None, False
    )
    found = calibration_slope(rows)
    assert (found.value, found.reason) == (None, reason)


def measured(rows):
    return departures_estimate(calibration_error(rows), rows, 0.0, 1.0)


def test_a_perfect_model_is_not_blamed_for_chance():
    squares, plain = [], []
    for seed in range(150):
        rows = sample(seed, n=200, weighted=False, stretch=1)
        found = calibration_error(rows)
        plain.append((found.share * np.abs(found.apart)).sum())
        squares.append(measured(rows).value)
        assert measured(rows).decision.lower(0.025) < 0.15
    assert np.mean(plain) > 0.06
    assert np.median(squares) < 0.02


def test_the_square_is_unbiased_by_bins_of_known_departure():
    rng = np.random.default_rng(1)
    score = np.repeat(np.arange(10) / 10 + 0.05, 400)
    label = (rng.random(4000) < np.clip(score + 0.1, 0, 1)).astype(float)
    rows = Sample({"score": score, "label": label}, np.ones(4000), None, False)
    low, high = measured(rows).shown.interval(0.95)
    assert low < np.sqrt((0.01 * 9 + 0.05**2) / 10) < high
    assert high - low < 0.04


def test_tied_scores_share_a_bin_and_lonely_rows_join_the_next():
    score = np.r_[np.full(30, 0.3), np.full(30, 0.6), 0.9]
    rows = Sample({"score": score, "label": (score > 0.5).astype(float)}, np.ones(61), None, False)
    found = calibration_error(rows)
    assert len(found.share) == 2
    assert found.share.sum() == pytest.approx(1)
    assert len(set(found.bin[:30])) == 1


def test_one_row_has_no_calibration():
    rows = Sample({"score": np.array([0.4]), "label": np.array([1.0])}, np.ones(1), None, False)
    assert calibration_error(rows).reason == "calibration needs at least two rows"


def test_rows_copied_within_units_say_no_more():
    one = sample(6, weighted=False)
    unit = np.arange(300)
    alone = Sample(one.values, one.weight, unit, False)
    copied = Sample({k: v.repeat(2) for k, v in one.values.items()}, np.ones(600), unit.repeat(2), False)
    assert measured(copied).value == pytest.approx(measured(alone).value, abs=1e-9)
    assert measured(copied).shown.interval(0.95) == pytest.approx(
        measured(alone).shown.interval(0.95), abs=1e-6
    )


def test_a_model_that_is_right_for_certain_keeps_a_doubt():
    label = np.r_[np.zeros(50), np.ones(50)]
    found = measured(Sample({"score": label, "label": label}, np.ones(100), None, False))
    assert found.value == 0
    assert 0.01 < found.decision.upper(0.05) < 0.05
