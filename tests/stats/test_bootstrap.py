"""Bounds from bootstrap replicates: the wider of the percentile and the bias-corrected ones."""

import numpy as np
import pytest
from scipy import stats

from specgen.stats.bootstrap import expanded, percentile_or_bc

REPLICATES = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)


def test_without_bias_both_are_the_percentile() -> None:
    found = percentile_or_bc(0.0, REPLICATES, 50)
    assert found.interval(0.95) == pytest.approx((-1.96, 1.96), abs=0.01)
    assert (found.n, found.method) == (50, "bootstrap")


def test_bias_moves_the_bound_on_its_own_side_only() -> None:
    found = percentile_or_bc(-0.3, REPLICATES, 50)
    assert found.lower(0.025) == pytest.approx(-0.6 - 1.96, abs=0.03), "2·z0 further than the percentile"
    assert found.upper(0.025) == pytest.approx(1.96, abs=0.01), "the percentile, the wider on this side"


def test_tails_that_no_replicate_reaches_are_extrapolated() -> None:
    found = percentile_or_bc(0.0, REPLICATES, 50)
    assert found.lower(1e-9) == pytest.approx(stats.norm.ppf(1e-9), rel=0.05)
    assert found.lower(1e-9) < REPLICATES[0]


def test_undefined_replicates_are_dropped_unless_they_are_most() -> None:
    some = np.concatenate([REPLICATES, np.full(100, np.nan)])
    assert percentile_or_bc(0.0, some, 50).interval(0.9) == percentile_or_bc(0.0, REPLICATES, 50).interval(
        0.9
    )
    with pytest.raises(ValueError, match="more than half"):
        percentile_or_bc(0.0, np.concatenate([REPLICATES, np.full(4001, np.nan)]), 50)


def test_few_units_are_bounded_as_by_t() -> None:
    plain = percentile_or_bc(0.0, REPLICATES, 10)
    found = expanded(plain, 10)
    assert found.lower(0.05) == pytest.approx(np.sqrt(10 / 9) * stats.t.ppf(0.05, 9), rel=0.01)
    assert expanded(plain, 10**6).interval(0.95) == pytest.approx(plain.interval(0.95), rel=1e-3)
    assert -np.inf < expanded(plain, 1).lower(1e-12) <= found.lower(1e-12) < 0
