"""Where to improve: the candidate's gap to each baseline on each slice, its share and its potential.

The table of Andrew Ng's error analysis: gap to human level × share of the data is what closing the
gap would bring the whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from specgen.engine.cells import WHOLE, SplitCells
from specgen.metrics.uses import Use, measurable
from specgen.spec.baselines import PublishedValue
from specgen.spec.declared import metric_key
from specgen.spec.spec import Spec
from specgen.stats.estimate import Estimate, fixed, shift
from specgen.stats.measure import difference, measure
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.proportion import mid_p, wilson
from specgen.stats.unpaired import mover

# Kinds that say what is possible, the nearest to irreducible error first.
REFERENCES: tuple[tuple[str, ...], ...] = (("human",), ("literature", "open_source"))


@dataclass(frozen=True)
class Comparison:
    """A baseline's value and the candidate's difference to it (candidate minus baseline)."""

    value: float | None
    low: float | None
    high: float | None
    difference: Measured
    published: bool
    reason: str | None = None
    published_se: float = 0.0


def baseline_model(spec: Spec, name: str, cells: SplitCells) -> str | None:
    """The model that stands for a baseline on a split: its labels, its model, its constant; None if none."""
    baseline = spec.baselines[name]
    own = baseline.column or baseline.columns or baseline.kind == "naive"
    model = name if own else baseline.model
    return model if model in baseline_cells(cells, name).models else None


def baseline_cells(cells: SplitCells, name: str) -> SplitCells:
    """Cells that a baseline is measured on beside the candidate: the split's, or several people's own."""
    return cells.of_people.get(name, cells)


def published(spec: Spec, name: str, use: Use, split: str, slice_name: str) -> PublishedValue | None:
    """The published value for a metric on a slice, if the spec gives one; `all` is the whole split."""
    for value in spec.baselines[name].values:
        asked = (metric_key(spec, value.metric, value.label), value.label, value.slice or "all")
        if asked == (use.key, use.label, slice_name) and value.split in (None, split):
            return value
    return None


def baseline_value(
    spec: Spec, cells: SplitCells, use: Use, slice_name: str, name: str, seed: int
) -> float | None:
    """The value of a baseline on a slice, measured or published; None where it has none."""
    found = baseline_estimate(spec, cells, use, slice_name, name, seed)
    return None if found is None else found.value


def baseline_estimate(
    spec: Spec, cells: SplitCells, use: Use, slice_name: str, name: str, seed: int
) -> Estimate | None:
    """The value of a baseline on a slice with its doubt, measured or published; None where it has none."""
    model = baseline_model(spec, name, cells)
    if model is not None:
        own = baseline_cells(cells, name)
        return measure(use, own, slice_name, model, seed).shown if measurable(use, model, own) else None
    found = published(spec, name, use, cells.split, slice_name)
    return None if found is None else _published_estimate(use, found)


def reference_baseline(spec: Spec, splits: Mapping[str, SplitCells], use: Use, seed: int) -> str | None:
    """The baseline that stands for the irreducible error of a metric: the best human level that is known.

    Where there is none, the best published or open-source result. A system in use and a naive rule say
    nothing of what is possible, so they are never it. Baselines are compared on one whole split: the
    last judged one on which any of their kind has a value. None where no baseline is a reference, and for
    a metric of which neither more nor less is better.
    """
    if use.metric.better == "neither":
        return None
    judged = [stage.split for stage in reversed(spec.milestones)]
    for kinds in REFERENCES:
        names = [name for name, baseline in spec.baselines.items() if baseline.kind in kinds]
        for split in dict.fromkeys(one for one in (*judged, *splits) if one in splits):
            values = {name: baseline_value(spec, splits[split], use, WHOLE, name, seed) for name in names}
            known = {name: value for name, value in values.items() if value is not None}
            if known:
                best = max if use.metric.better == "higher" else min
                return best(known, key=lambda name: known[name])
    return None


def compare(spec: Spec, cells: SplitCells, use: Use, slice_name: str, name: str, seed: int) -> Comparison:
    """The candidate against one baseline on one slice: paired where per-row values exist."""
    candidate = spec.candidate_name
    model = baseline_model(spec, name, cells)
    if candidate not in cells.models:
        return _nothing("the candidate was not measured")
    if model is not None:
        own = baseline_cells(cells, name)
        if not measurable(use, model, own):
            return _nothing(f"the baseline '{name}' has no values for it")
        theirs = measure(use, own, slice_name, model, seed)
        apart = difference(use, own, slice_name, candidate, model, seed)
        low, high = theirs.shown.interval(spec.confidence) if theirs.shown else (None, None)
        return Comparison(theirs.value, low, high, apart, False, theirs.reason or apart.reason)
    value = published(spec, name, use, cells.split, slice_name)
    if value is None:
        return _nothing(f"the baseline '{name}' has no value for it")
    mine = measure(use, cells, slice_name, candidate, seed)
    if mine.value is None or mine.shown is None or mine.decision is None:
        return _nothing(mine.reason or "not measured")
    theirs_known = _published_estimate(use, value)
    low, high = theirs_known.interval(spec.confidence) if value.n else (None, None)
    apart = _apart(use, mine, value, mine.shown)
    return Comparison(value.value, low, high, apart, True, published_se=_standard_error(value, theirs_known))


def _standard_error(value: PublishedValue, theirs: Estimate) -> float:
    """Of a published proportion; 0 where it counts as exact."""
    if theirs.method == "fixed" or not value.n:
        return 0.0
    return math.sqrt(value.value * (1 - value.value) / value.n)


def _nothing(reason: str) -> Comparison:
    return Comparison(None, None, None, undefined(reason), True, reason)


def _published_estimate(
    use: Use, value: PublishedValue, method: Callable[[float, float], Estimate] = wilson
) -> Estimate:
    """A published proportion with its n has doubt, Wilson's unless told; anything else counts as exact."""
    if value.n and use.metric.high == 1.0 and 0 <= value.value <= 1:
        return replace(method(value.value * value.n, value.n), value=value.value)
    return fixed(value.value)


def _apart(use: Use, mine: Measured, value: PublishedValue, shown: Estimate) -> Measured:
    """Candidate minus a published value: Newcombe's interval when its n is known, else a fixed bound.

    Gates join the candidate's own deciding bounds with mid-p ones of the published value: at the bound
    Newcombe's err up to 6.1% where the smaller sample is near 0 or 1, these at most 5%.
    """
    theirs = _published_estimate(use, value)
    if theirs.method == "fixed":
        moved = shift(mine.decision or shown, -theirs.value)
        return certain(
            replace(moved, method=f"{moved.method} against a fixed value"), shift(shown, -theirs.value)
        )
    exact = _published_estimate(use, value, mid_p)
    return certain(mover(mine.decision or shown, exact), mover(shown, theirs))


def share(spec: Spec, cells: SplitCells, slice_name: str) -> float:
    """The slice's declared share of real traffic, else its share of the split's weight."""
    declared = next(
        (part.share for part in spec.slices if part.name == slice_name and part.share is not None), None
    )
    return declared if declared is not None else cells.weight[slice_name] / cells.weight["all"]


def gap(
    use: Use, comparison: Comparison, confidence: float
) -> tuple[float | None, float | None, float | None]:
    """Baseline minus candidate in the direction of more to gain, with its interval."""
    apart = comparison.difference
    if comparison.value is None or apart.value is None or apart.shown is None:
        return None, None, None
    low, high = apart.shown.interval(confidence)
    return (-apart.value, -high, -low) if use.metric.better == "higher" else (apart.value, low, high)
