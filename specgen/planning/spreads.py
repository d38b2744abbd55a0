"""How much one row's worth of a metric varies: measured, another model's, or the worst that can be."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from specgen.engine.cells import WHOLE
from specgen.planning.assumptions import Place
from specgen.stats.measured import Measured
from specgen.verdict.judging import spread


@dataclass(frozen=True)
class Spread:
    """Standard deviation of one row (or unit), so that n of them have deviation/√n; and where it comes from."""

    deviation: float
    origin: str


def measured_spread(found: Measured | None, origin: str) -> Spread | None:
    """What a measured number's standard error says of its rows."""
    if found is None or found.decision is None or found.n < 2:
        return None
    se = spread(found.decision)
    return None if se is None or not math.isfinite(se) else Spread(se * math.sqrt(found.n), origin)


def value_spread(place: Place, truth: float | None) -> Spread | None:
    """Of a metric of the candidate: its own, that of the whole split, another model's, or the worst case."""
    spec = place.spec
    own = measured_spread(place.candidate, f"spread as {spec.candidate_name} varies now")
    whole = replace(place, slice_name=WHOLE)
    own = own or measured_spread(
        whole.candidate, f"spread as {spec.candidate_name} varies on the whole split"
    )
    if own is not None:
        return own
    constants = {name for name, baseline in spec.baselines.items() if baseline.kind == "naive"}
    for model in place.labelled.models if place.labelled is not None else ():
        if model not in constants:
            found = measured_spread(place.measured(model), f"spread as {model} varies")
            if found is not None:
                return found
    return _area_spread(place, truth) or _worst(place, truth)


def _worst(place: Place, truth: float | None) -> Spread | None:
    """The largest deviation of a mean of values within a range (Bhatia and Davis 2000, Am Math Monthly 107:353)."""
    low, high = place.ends
    metric = place.use.metric
    mean = metric.state == "proportion" or metric.mean_over_rows or place.use.business
    if not mean or low is None or high is None:
        return None
    middle = (low + high) / 2 if truth is None else truth
    variance = (middle - low) * (high - middle)
    return Spread(math.sqrt(variance), "spread: the worst case for its range") if variance > 0 else None


def _area_spread(place: Place, truth: float | None) -> Spread | None:
    """Of an AUC, by the exponential approximation of Hanley and McNeil (1982, Radiology 143:29)."""
    cells = place.labelled
    if place.use.metric.name != "auc" or truth is None or cells is None or not 0 < truth < 1:
        return None
    outcomes = cells.outcomes.get(place.slice_name) or cells.outcomes.get(WHOLE)
    if outcomes is None:
        return None
    rows = float(outcomes.count.sum())
    positive = float(outcomes.count[outcomes.label == 1].sum())
    negative = rows - positive
    if positive < 1 or negative < 1:
        return None
    above, below = truth / (2 - truth), 2 * truth**2 / (1 + truth)
    variance = truth * (1 - truth) + (positive - 1) * (above - truth**2) + (negative - 1) * (below - truth**2)
    return Spread(
        math.sqrt(variance / (positive * negative) * rows), "spread: Hanley and McNeil's for an AUC"
    )
