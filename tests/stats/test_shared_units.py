"""Two groups of rows that share units: their covariance counts."""

import math

import numpy as np
import pytest

from specgen.engine.samples import Sample
from specgen.metrics.families.ranking import exposure
from specgen.stats.influenced import influenced_estimate
from specgen.stats.shared_units import shared_units, unit_influence
from specgen.stats.unpaired import mover


def halves(seed=0, units=120, share=True):
    """Two groups of which each unit has one row; with `share` what the one gets, the other loses."""
    rng = np.random.default_rng(seed)
    first = rng.random(units)
    second = 1 - first if share else rng.random(units)
    return [
        Sample({"exposure": values}, np.ones(units), np.arange(units), False) for values in (first, second)
    ]


def estimates(samples):
    found = [exposure(sample, k=10) for sample in samples]
    own = [influenced_estimate(one, sample, 0, 1).shown for one, sample in zip(found, samples, strict=True)]
    return [unit_influence(one, sample) for one, sample in zip(found, samples, strict=True)], own


def test_standard_error_is_that_of_the_units_differences():
    samples = halves()
    moved, own = estimates(samples)
    found = shared_units(*moved).difference(mover(*own))
    apart = samples[0]["exposure"] - samples[1]["exposure"]
    assert found.value == pytest.approx(apart.mean(), abs=1e-12)
    assert found.se == pytest.approx(apart.std(ddof=1) / math.sqrt(len(apart)), rel=1e-12)
    assert found.n == 120


def test_zero_sum_groups_are_wider_apart_than_independent_ones():
    moved, own = estimates(halves())
    paired, independent = shared_units(*moved).difference(mover(*own)), mover(*own)
    width = [one.interval(0.95)[1] - one.interval(0.95)[0] for one in (paired, independent)]
    assert width[0] / width[1] == pytest.approx(math.sqrt(2), rel=0.05)


def test_the_ratio_scales_the_second_group():
    samples = halves(share=False)
    moved, own = estimates(samples)
    found = shared_units(*moved).difference(mover(*own, scale_b=0.5), 0.5)
    apart = samples[0]["exposure"] - 0.5 * samples[1]["exposure"]
    assert found.se == pytest.approx(apart.std(ddof=1) / math.sqrt(len(apart)), rel=1e-12)


def test_units_of_one_group_only_count_too():
    samples = halves(share=False)
    other = Sample(samples[1].values, samples[1].weight, np.arange(120) + 60, False)
    moved, own = estimates([samples[0], other])
    assert shared_units(*moved).difference(mover(*own)).n == 180


def test_a_group_that_never_varies_keeps_its_doubt():
    first = halves()[0]
    none = Sample({"exposure": np.zeros(120)}, first.weight, first.unit, False)
    moved, own = estimates([first, none])
    found, independent = shared_units(*moved).difference(mover(*own)), mover(*own)
    assert found.lower(0.05) <= independent.lower(0.05)
    assert found.upper(0.05) >= independent.upper(0.05)
    same, doubt = estimates([none, none])
    assert shared_units(*same).difference(mover(*doubt)).upper(0.05) > 0
