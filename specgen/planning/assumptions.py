"""What truth a plan takes for granted, and where that comes from: always said, never hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specgen.diagnosis.baselines import baseline_model, published
from specgen.engine.cells import SplitCells
from specgen.metrics.uses import Use
from specgen.spec.spec import Spec
from specgen.stats.measure import measure
from specgen.stats.measured import Measured


@dataclass(frozen=True)
class Assumed:
    """A value and where it comes from; None where nothing can be assumed, with the reason."""

    value: float | None
    origin: str


@dataclass(frozen=True)
class Place:
    """Where a gate is asked about: a metric on a slice, with what has been measured there so far."""

    spec: Spec
    use: Use
    split: str
    slice_name: str
    labelled: SplitCells | None
    seed: int
    given: Mapping[str, float]

    def measured(self, model: str) -> Measured | None:
        """The metric of a model on the slice; None where it has no predictions there."""
        cells = self.labelled
        if cells is None or model not in cells.models or self.slice_name not in cells.rows:
            return None
        if self.use.metric.needs_score and model not in cells.scored:
            return None
        found = measure(self.use, cells, self.slice_name, model, self.seed)
        return found if found.decision is not None else None

    @property
    def candidate(self) -> Measured | None:
        """The metric of the model under review."""
        return self.measured(self.spec.candidate_name)

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """Range of the metric; a rate that ends at 1 begins at 0."""
        low, high = self.use.metric.low, self.use.metric.high
        return (0.0 if low is None and high == 1.0 else low), high


def assumed_value(place: Place, bound: float, upwards: bool) -> Assumed:
    """The truth assumed for a fixed bound: given, measured, a baseline's, or half of the errors allowed."""
    if place.use.key in place.given:
        return Assumed(place.given[place.use.key], "as given by --assume")
    mine = place.candidate
    if mine is not None and mine.value is not None:
        return Assumed(mine.value, f"as {place.spec.candidate_name} measures now")
    for name, baseline in place.spec.baselines.items():
        value = None if baseline.kind == "naive" else baseline_value(place, name)
        if value is not None and (value > bound if upwards else value < bound):
            return Assumed(value, f"as good as {name}")
    return half_the_errors(place, bound, upwards)


def assumed_difference(place: Place, name: str, margin: float, upwards: bool, now: float | None) -> Assumed:
    """The difference assumed for a bound that is a baseline's value plus `margin`; `now` is the measured one."""
    theirs = baseline_value(place, name)
    if place.use.key in place.given and theirs is not None:
        return Assumed(place.given[place.use.key] - theirs, "as given by --assume")
    if now is not None:
        return Assumed(now, f"as {place.spec.candidate_name} measures now")
    if margin < 0 if upwards else margin > 0:
        return Assumed(0.0, f"as good as {name}")
    if theirs is None:
        return Assumed(None, f"{name} has no value yet")
    half = half_the_errors(place, theirs + margin, upwards)
    return Assumed(None if half.value is None else half.value - theirs, half.origin)


def half_the_errors(place: Place, bound: float, upwards: bool) -> Assumed:
    """Halfway between the bound and a perfect value."""
    low, high = place.ends
    perfect = high if upwards else low
    if perfect is None or perfect == bound:
        return Assumed(None, "nothing to take it from: no predictions, and no perfect value")
    return Assumed((bound + perfect) / 2, "half of the errors that the bound allows")


def baseline_value(place: Place, name: str) -> float | None:
    """A baseline's value on the slice: of its labels or predictions, or a published one."""
    cells = place.labelled
    model = baseline_model(place.spec, name, cells) if cells is not None else None
    if model is not None:
        found = place.measured(model)
        return found.value if found is not None else None
    told = published(place.spec, name, place.use, place.split, place.slice_name)
    return told.value if told is not None else None
