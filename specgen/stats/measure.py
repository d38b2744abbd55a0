"""The one front door from cells to numbers with doubt: it chooses the method and names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from specgen.engine.cells import MomentSums, OutcomeCells, SplitCells
from specgen.engine.straight import BINS
from specgen.metrics.curve import ranked
from specgen.metrics.influence import Influenced
from specgen.metrics.outcomes import Outcomes, Share
from specgen.metrics.registry import SUMMED
from specgen.metrics.uses import Use, measurable, model_terms, sample_terms, vector
from specgen.stats.f1 import f1_estimate
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.moment_estimates import moment_estimate, within
from specgen.stats.narrow import narrowed
from specgen.stats.outcome_estimates import (
    Statistic,
    counts_estimate,
    paired_counts_estimate,
    paired_proportion,
    proportion_estimate,
    share_statistic,
)
from specgen.stats.sampled import Found, sample_difference, sample_estimate
from specgen.stats.share_estimates import share_difference, share_estimate
from specgen.stats.shared_units import UnitInfluence, unit_influence
from specgen.stats.unseen import widened

if TYPE_CHECKING:
    from specgen.engine.binned import BinnedSamples
    from specgen.engine.samples import Sample, Samples
    from specgen.metrics.outcomes import BoolArray, FloatArray

NO_ROW = "no row to measure it on"


def measure(use: Use, cells: SplitCells, slice_name: str, model: str, seed: int) -> Measured:
    """A metric of one model on one slice."""
    key = (use.key, use.label, slice_name, model)
    if key not in cells.memory:
        cells.memory[key] = _measure(use, cells, slice_name, model, seed)
    found: Measured = cells.memory[key]
    return found


def _measure(use: Use, cells: SplitCells, slice_name: str, model: str, seed: int) -> Measured:
    cells = _own_cells(use, cells)
    if model not in cells.models:
        return undefined(f"{model} has no predictions here")
    if use.metric.whole_queries and cells.cut.get(slice_name):
        return undefined(_cut(cells.cut[slice_name]))
    if use.metric.state in SUMMED:
        return _of_sums(use, cells, slice_name, (model,))
    if use.metric.state == "sample":
        return _of_sample(use, cells, slice_name, (model,), seed)
    outcomes = narrowed_cells(cells, slice_name, (model,))
    if outcomes is None:
        return undefined(NO_ROW)
    seen, valid = outcomes_of(use, outcomes, model, len(cells.labels)), outcomes.predictions[model] >= 0
    if use.metric.state == "proportion":
        return proportion_estimate(use.function(seen), outcomes, valid)
    if use.metric.name == "f1" and outcomes.units is None:
        return f1_estimate(seen, outcomes, valid, use.metric.undefined)
    bearing = _bearing(use, seen, outcomes, valid)
    found = counts_estimate(
        statistic_of(use, seen), outcomes, valid, bearing, *_range(use), use.metric.undefined
    )
    if found.decision is None or found.shown is None:
        return found
    weights = [np.where(valid, one, 0.0) for one in (outcomes.weight, outcomes.weight2)]
    decision, shown = (
        within(widened(one, use.function, seen, *weights), *_range(use))
        for one in (found.decision, found.shown)
    )
    return certain(decision, shown)


def difference(
    use: Use, cells: SplitCells, slice_name: str, model: str, baseline: str, seed: int
) -> Measured:
    """A metric of `model` minus that of `baseline`, paired on the rows that both have."""
    key = (use.key, use.label, slice_name, model, baseline)
    if key not in cells.memory:
        cells.memory[key] = _difference(use, cells, slice_name, model, baseline, seed)
    found: Measured = cells.memory[key]
    return found


def _difference(
    use: Use, cells: SplitCells, slice_name: str, model: str, baseline: str, seed: int
) -> Measured:
    cells = _own_cells(use, cells)
    absent = next((name for name in (model, baseline) if name not in cells.models), None)
    if absent is not None:
        return undefined(f"{absent} has no predictions here")
    if use.metric.whole_queries and cells.cut.get(slice_name):
        return undefined(_cut(cells.cut[slice_name]))
    if use.metric.state in SUMMED:
        return _of_sums(use, cells, slice_name, (model, baseline))
    if use.metric.state == "sample":
        return _of_sample(use, cells, slice_name, (model, baseline), seed)
    outcomes = narrowed_cells(cells, slice_name, (model, baseline))
    if outcomes is None:
        return undefined(NO_ROW)
    seen = [outcomes_of(use, outcomes, name, len(cells.labels)) for name in (model, baseline)]
    valid = (outcomes.predictions[model] >= 0) & (outcomes.predictions[baseline] >= 0)
    if use.metric.state == "proportion":
        shares: list[Share] = [use.function(one) for one in seen]
        paired = paired_proportion(shares[0], shares[1], outcomes, valid)
        if paired is not None:
            return paired
    mine, theirs = (statistic_of(use, one) for one in seen)
    bearing = min(_bearing(use, one, outcomes, valid) for one in seen)
    apart = _difference_range(use)
    return paired_counts_estimate(
        lambda c: mine(c) - theirs(c), outcomes, valid, bearing, *apart, use.metric.undefined
    )


def _own_cells(use: Use, cells: SplitCells) -> SplitCells:
    """The cells that a metric is measured on: the split's, or those of its label alone."""
    return cells.of_label[use.label] if use.alone and use.label is not None else cells


def _cut(queries: int) -> str:
    """Why a metric of whole queries has no value on a slice of rows."""
    what = "1 query has" if queries == 1 else f"{queries:,} queries have"
    return (
        f"{what} only some of their rows in it; of such groups of rows exposure and coverage can be measured"
    )


def group_influence(use: Use, cells: SplitCells, slice_name: str, model: str) -> UnitInfluence | None:
    """How each sampling unit moves a metric of a group of rows, where units have rows of several groups.

    None where the metric does not say, or the rows are independent.
    """
    cells = _own_cells(use, cells)
    if use.metric.state != "sample" or not cells.clustered or cells.samples is None:
        return None
    terms = sample_terms(use, cells.models.index(model))
    sample = cells.samples.of(slice_name, terms)
    found = None if sample is None else use.function(sample)
    return unit_influence(found, sample) if sample is not None and isinstance(found, Influenced) else None


def narrowed_cells(cells: SplitCells, slice_name: str, models: tuple[str, ...]) -> OutcomeCells | None:
    """The slice's cells of these models; None where none of its rows has predictions of them all."""
    outcomes = cells.outcomes.get(slice_name)
    if outcomes is None:
        return None
    found = narrowed(outcomes, models)
    complete = np.all([found.predictions[model] >= 0 for model in models], axis=0)
    return found if complete.any() else None


def _bearing(use: Use, seen: Outcomes, cells: OutcomeCells, valid: BoolArray) -> int:
    """Rows that bear on a metric: those with its label on either side, or those of the rarest label."""
    if use.metric.about_one_label:
        return int(cells.count[(seen.actual | seen.predicted) & valid].sum())
    labels = np.bincount(seen.against_rest.label[valid], weights=cells.count[valid])
    return int(labels[labels > 0].min())


def _range(use: Use) -> tuple[float | None, float | None]:
    return use.metric.low, use.metric.high


def _difference_range(use: Use) -> tuple[float | None, float | None]:
    """How far two values of a metric can be apart; a rate that ends at 1 is taken to begin at 0."""
    low = 0.0 if use.metric.low is None and use.metric.high == 1.0 else use.metric.low
    if low is None or use.metric.high is None:
        return None, None
    return low - use.metric.high, use.metric.high - low


def outcomes_of(use: Use, cells: OutcomeCells, model: str, labels: int) -> Outcomes:
    """A model's outcome cells as the metric looks at them."""
    return Outcomes(cells.label, cells.predictions[model], labels, use.focus)


def statistic_of(use: Use, outcomes: Outcomes) -> Statistic:
    """The metric as a function of the cells' counts (..., C)."""
    if use.metric.state == "proportion":
        return share_statistic(use.function(outcomes))
    return lambda counts: use.function(outcomes, counts)


def _of_sums(use: Use, cells: SplitCells, slice_name: str, models: Sequence[str]) -> Measured:
    """A metric of sums of row values, of one model or as a difference on the rows that both models have."""
    lacking = next((model for model in models if not measurable(use, model, cells)), None)
    if lacking is not None:
        return undefined(f"the model {lacking} has no values for it")
    sums, places, size = sums_of(use, cells, slice_name, models)
    if sums is None:
        return undefined(NO_ROW)
    plain = not cells.weighted and not cells.clustered
    statistics = [statistic_of_sums(use, one) for one in places]
    if len(models) == 1:
        if use.metric.state == "share":
            return share_estimate(sums, plain=plain)
        on_scale = use.metric.whole_queries
        return moment_estimate(
            statistics[0], sums, *_range(use), use.metric.undefined, size=size, on_scale=on_scale
        )

    def apart(values: FloatArray) -> FloatArray:
        return np.asarray(statistics[0](values) - statistics[1](values))

    if use.metric.state == "share":
        return share_difference(apart, places[0][0], places[1][0], places[0][1], sums, plain=plain)
    return moment_estimate(apart, sums, *_difference_range(use), use.metric.undefined, size=size)


def statistic_of_sums(use: Use, positions: Sequence[int]) -> Statistic:
    """The metric as a function of sums (..., k), of which its own stand at `positions`."""
    return lambda sums: np.asarray(use.function(*(sums[..., p] for p in positions)))


def sums_of(
    use: Use, cells: SplitCells, slice_name: str, models: Sequence[str]
) -> tuple[MomentSums | None, list[list[int]], int]:
    """Sums of the models' terms on a slice, where each model's terms stand in them, and the size of units.

    That is the number of rows (their weight), or what the metric divides by, such as words.
    """
    numbers = [cells.models.index(model) for model in models]
    partial = [cells.models.index(model) for model in cells.partial]
    needed = vector(use, numbers, cells.task, partial)
    places = [[needed.terms.index(term) for term in model_terms(use, number)] for number in numbers]
    size = needed.terms.index("1") if "1" in needed.terms else places[0][-1]
    return cells.moments.get((slice_name, needed)), places, size


def _of_sample(use: Use, cells: SplitCells, slice_name: str, models: Sequence[str], seed: int) -> Measured:
    """A metric of the rows themselves, of one model or as a difference on the rows that both models have."""
    lacking = next((model for model in models if not measurable(use, model, cells)), None)
    if lacking is not None:
        return undefined(f"the model {lacking} has no values for it")
    if cells.samples is None:
        return undefined(NO_ROW)
    numbers = [cells.models.index(model) for model in models]
    needed = [sql for i in numbers for sql in model_terms(use, i)]
    shared = tuple(sorted(cells.samples.incomplete.intersection(needed)))
    found = [moved for i in numbers if (moved := _moved(cells.samples, slice_name, use, i, shared))]
    if not found:
        return undefined(NO_ROW)
    sample, mine = found[0]
    if len(found) == 1:
        told = sample_estimate(mine, sample, *_range(use), seed)
    else:
        told = sample_difference(mine, found[1][1], sample, *_range(use), seed)
    return told if sample.copies is None else _off_bins(told, use, sample)


def _off_bins(found: Measured, use: Use, sample: Sample) -> Measured:
    """The estimate named as read off a histogram; an area under the ROC curve with what its ties may hide."""
    within = within_bins(_hidden(sample) if use.metric.name == "auc" else None)
    shown, decision = (
        replace(one, method=f"{one.method}, {within}") if one else None
        for one in (found.shown, found.decision)
    )
    return replace(found, shown=shown, decision=decision)


def within_bins(hidden: float | None) -> str:
    """How a number off a histogram is named; `hidden` is how far off it may be."""
    return f"{BINS:,} bins" + ("" if hidden is None else f", exact within {hidden:.1g}")


def _hidden(sample: Sample) -> float:
    """Half the share of pairs of a positive and a negative row that a bin has together."""
    positive = np.where(sample["label"] == 1, sample.weight, 0.0)
    bin_, _ = ranked(sample["score"])
    hits, misses = (np.bincount(bin_, weights=weight) for weight in (positive, sample.weight - positive))
    pairs = float(hits.sum() * misses.sum())
    return float((hits * misses).sum()) / (2 * pairs) if pairs else 0.0


@lru_cache(maxsize=16)
def _moved(
    samples: Samples | BinnedSamples, slice_name: str, use: Use, model: int, complete: tuple[str, ...]
) -> tuple[Sample, Found] | None:
    """A slice's rows and how they move a metric of a model; kept while the slice is being measured."""
    sample = samples.of(slice_name, sample_terms(use, model), complete)
    return None if sample is None else (sample, use.function(sample))
