"""What metrics of samples give, made into numbers with doubt by the method that fits it."""

from __future__ import annotations

from specgen.engine.samples import Sample
from specgen.metrics.influence import Departures, Influenced, Quantile, Resampled
from specgen.stats.departures import departures_difference, departures_estimate
from specgen.stats.influenced import influenced_difference, influenced_estimate
from specgen.stats.measured import Measured, undefined
from specgen.stats.quantiles import quantile_difference, quantile_estimate
from specgen.stats.resampled import resampled_difference, resampled_estimate

Found = Influenced | Quantile | Departures | Resampled


def sample_estimate(
    found: Found, sample: Sample, low: float | None, high: float | None, seed: int
) -> Measured:
    """One model's value; `low` and `high` are the metric's range."""
    if isinstance(found, Resampled):
        return resampled_estimate(found, sample, low, high, seed)
    if isinstance(found, Departures):
        return departures_estimate(found, sample, low, high)
    if isinstance(found, Quantile):
        return quantile_estimate(found, sample, low, high)
    return influenced_estimate(found, sample, low, high)


def sample_difference(
    mine: Found, theirs: Found, sample: Sample, low: float | None, high: float | None, seed: int
) -> Measured:
    """The first value minus the second on the same rows; `low` and `high` are the metric's range."""
    # Where the range has no end, nothing bounds a difference.
    least, most = (None, None) if low is None or high is None else (low - high, high - low)
    if isinstance(mine, Departures) and isinstance(theirs, Departures):
        return departures_difference(mine, theirs, sample, least, most)
    if isinstance(mine, Quantile) and isinstance(theirs, Quantile):
        return quantile_difference(mine, theirs, sample, low, high)
    if isinstance(mine, Influenced) and isinstance(theirs, Influenced):
        return influenced_difference(mine, theirs, sample, least, most)
    if isinstance(mine, Resampled) and isinstance(theirs, Resampled):
        return resampled_difference(mine, theirs, sample, least, most, seed)
    missing = mine if isinstance(mine, Influenced) else theirs
    return undefined(getattr(missing, "reason", None) or "undefined on these rows", len(sample))
