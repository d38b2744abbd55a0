"""One slice against one bound: which evidence there will be, and what its rows can show."""

from __future__ import annotations

import math
from dataclasses import dataclass

from specgen.diagnosis.baselines import baseline_model, published
from specgen.planning.assumptions import (
    Assumed,
    Place,
    assumed_difference,
    assumed_value,
    baseline_value,
)
from specgen.planning.counts import Counted
from specgen.planning.reach import Question, Reach, normal_reach, paired_reach, proportion_reach
from specgen.planning.spreads import Spread, measured_spread, value_spread
from specgen.spec.milestones import BaselineBound
from specgen.stats.measure import difference
from specgen.stats.measured import Measured
from specgen.stats.paired_power import independent_discordance

UNKNOWN_SPREAD = "how much it varies is not known before there are predictions"


@dataclass(frozen=True)
class Rates:
    """A gate's one-sided error rates, to pass and to fail (the latter shared by its slices)."""

    alpha: float
    alpha_fail: float


@dataclass(frozen=True)
class Outcome:
    """What is known of one member: its reach, or the reason why nothing can be said."""

    counted: Counted
    bound: float | None
    differs: bool
    assumed: Assumed
    reach: Reach | None
    spread: str = ""
    reason: str = ""


def fixed_outcome(place: Place, counts: Counted, bound: float, upwards: bool, rates: Rates) -> Outcome:
    """A bound that is a number."""
    assumed = assumed_value(place, bound, upwards)
    counts = _as_measured(place, counts, place.candidate)
    if counts.n is None:
        return Outcome(counts, bound, False, assumed, None, reason=counts.note)
    ask = Question(
        counts.n, bound, upwards, assumed.value, rates.alpha, rates.alpha_fail, *place.ends,
    )  # fmt: skip
    if place.use.metric.state == "proportion":
        return Outcome(counts, bound, False, assumed, proportion_reach(ask))
    found = value_spread(place, assumed.value)
    if found is None:
        return Outcome(counts, bound, False, assumed, None, reason=UNKNOWN_SPREAD)
    return Outcome(counts, bound, False, assumed, normal_reach(ask, found.deviation), found.origin)


def baseline_outcome(
    place: Place, counts: Counted, bound: BaselineBound, upwards: bool, rates: Rates
) -> Outcome:
    """A bound that is a baseline's value plus a margin: everything is told as a difference to the baseline."""
    told = published(place.spec, bound.baseline, place.use, place.split, place.slice_name)
    per_row = not place.spec.baselines[bound.baseline].values
    if not per_row and told is None:
        assumed = Assumed(None, "")
        why = f"{bound.baseline} has no value of it there"
        return Outcome(counts, bound.margin, True, assumed, None, reason=why)
    if told is not None and not per_row:
        return _published_outcome(place, counts, bound, upwards, rates, told.value, told.n)
    now = _difference_now(place, bound.baseline)
    counts = _as_measured(place, counts, now)
    assumed = assumed_difference(place, bound.baseline, bound.margin, upwards, now.value if now else None)
    if counts.n is None:
        return Outcome(counts, bound.margin, True, assumed, None, reason=counts.note)
    ask = Question(
        counts.n, bound.margin, upwards, assumed.value, rates.alpha, rates.alpha_fail, *_apart(place)
    )
    if place.use.metric.state == "proportion" and counts.what.startswith("rows"):
        share, origin = _discordance(place, bound.baseline, assumed.value, now)
        return Outcome(counts, bound.margin, True, assumed, paired_reach(ask, share), origin)
    found = _difference_spread(place, now)
    if found is None:
        return Outcome(counts, bound.margin, True, assumed, None, reason=UNKNOWN_SPREAD)
    return Outcome(counts, bound.margin, True, assumed, normal_reach(ask, found.deviation), found.origin)


def _published_outcome(
    place: Place, counts: Counted, bound: BaselineBound, upwards: bool, rates: Rates,
    value: float, published_n: int | None,
) -> Outcome:  # fmt: skip
    """A published value: without its n a fixed bound, with it one that has a standard error of its own."""
    to_meet = value + bound.margin
    if not published_n or place.use.metric.high != 1.0:
        return fixed_outcome(place, counts, to_meet, upwards, rates)
    found = fixed_outcome(place, counts, to_meet, upwards, rates)
    truth = found.assumed.value
    if found.counted.n is None or truth is None:
        return found
    own = Spread(math.sqrt(max(truth * (1 - truth), 0.0)), "")
    if place.use.metric.state != "proportion":
        own = value_spread(place, truth) or own
    ask = Question(
        found.counted.n, to_meet, upwards, truth, rates.alpha, rates.alpha_fail, *place.ends,
    )  # fmt: skip
    reach = normal_reach(ask, own.deviation, math.sqrt(value * (1 - value) / published_n))
    said = f"{bound.baseline}'s own doubt, from its n of {published_n:,}, counted in"
    return Outcome(found.counted, to_meet, False, found.assumed, reach, said)


def _as_measured(place: Place, counts: Counted, found: Measured | None) -> Counted:
    """What counts once it has been measured: trials, units, or what weighted rows are worth."""
    if found is None or found.decision is None:
        return counts
    cells = place.labelled
    dependent = cells is not None and (cells.weighted or cells.clustered)
    if place.use.metric.state != "proportion" or not dependent:
        return Counted(float(found.n), counts.what, "" if dependent else counts.note)
    value, se = found.value or 0.0, found.decision.se
    if not se or not 0 < value < 1 or found.decision.method.startswith("tango"):
        return counts
    if not found.decision.method.startswith("clopper_pearson"):
        return Counted(float(found.n), counts.what)
    return Counted(value * (1 - value) / se**2, "effective rows", "design effect as measured now")


def _difference_now(place: Place, name: str) -> Measured | None:
    """The candidate minus a baseline, where both have predictions."""
    cells, candidate = place.labelled, place.spec.candidate_name
    model = baseline_model(place.spec, name, cells) if cells is not None else None
    if cells is None or model is None or place.candidate is None or place.measured(model) is None:
        return None
    found = difference(place.use, cells, place.slice_name, candidate, model, place.seed)
    return found if found.decision is not None else None


def _discordance(place: Place, name: str, apart: float | None, now: Measured | None) -> tuple[float, str]:
    """Share of rows on which the two differ: counted now, or as if they erred independently."""
    if now is not None and now.decision is not None and now.decision.se and now.value is not None:
        return now.decision.se**2 * now.n + now.value**2, "the share of rows where the two differ now"
    theirs = baseline_value(place, name)
    if theirs is None or apart is None:
        return 0.5, "the worst case: the two differ on half of the rows"
    mine = min(max(theirs + apart, 0.0), 1.0)
    return independent_discordance(mine, theirs), f"as if it and {name} erred independently"


def _difference_spread(place: Place, now: Measured | None) -> Spread | None:
    """Of one row's difference: measured, or that of two models that vary alike and independently."""
    found = measured_spread(now, "spread as the two differ now")
    if found is not None:
        return found
    alone = value_spread(place, None)
    if alone is None:
        return None
    return Spread(math.sqrt(2) * alone.deviation, f"{alone.origin}, the two varying independently")


def _apart(place: Place) -> tuple[float | None, float | None]:
    low, high = place.ends
    return (None, None) if low is None or high is None else (low - high, high - low)
