"""The shown intervals of many slices at once: the methods of one slice, on arrays of slices."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from specgen.engine.cells import FloatArray, IntArray, SplitCells
from specgen.engine.outcomes import confusions
from specgen.metrics.outcomes import Outcomes, Share
from specgen.metrics.uses import Use, measurable, sample_terms
from specgen.stats.binned_areas import binned_areas
from specgen.stats.estimate import finite
from specgen.stats.f1 import f1_of, jaccard
from specgen.stats.jackknife import jackknife_bounds, leave_one_out
from specgen.stats.many_means import means
from specgen.stats.measure import within_bins
from specgen.stats.proportion import modified_wilson_bound

if TYPE_CHECKING:
    from specgen.metrics.outcomes import BoolArray

# Cells of slices × the cells that each is moved by; beyond, one slice after the other is as fast.
MOST_MOVES = 50_000_000


class Shown(NamedTuple):
    """A value with its two-sided interval; None for a side without a bound."""

    value: float
    low: float | None
    high: float | None
    n: int
    method: str


def shown_many(
    use: Use, cells: SplitCells, names: Sequence[str], model: str, confidence: float
) -> dict[str, Shown]:
    """A metric of one model on many slices, by name; what arrays do not cover is left to `measure`.

    That is whatever is no function of plain counts, is undefined, or has bounds by other means since the
    rows of a slice do not vary.
    """
    if use.metric.name == "auc" and not use.alone:
        return _areas(use, cells, names, model, confidence)
    if use.metric.state == "moments" and use.metric.mean_over_rows:
        return _means(use, cells, names, model, confidence)
    labels = len(cells.labels)
    plain = not cells.weighted and not cells.clustered and not use.alone
    if use.metric.state not in ("proportion", "counts") or not plain or not names:
        return {}
    if len(names) * labels**4 > MOST_MOVES:
        return {}
    counts = _stacked(cells, names, model, labels)
    label, prediction = np.divmod(np.arange(labels**2), labels)
    outcomes = Outcomes(label, prediction, labels, use.focus)
    alpha = (1 - confidence) / 2
    if use.metric.state == "proportion":
        return _by_name(names, *_proportions(use.function(outcomes), counts, alpha), "wilson")
    if use.metric.name == "f1":
        chosen, bounds, _ = _proportions(jaccard(outcomes), counts, alpha)
        moved = [np.asarray(f1_of(one)) for one in bounds]
        return _by_name(names, chosen, moved, counts.sum(1)[chosen], "wilson, by Jaccard's index")
    return _functions(use, outcomes, names, counts, alpha)


def _means(
    use: Use, cells: SplitCells, names: Sequence[str], model: str, confidence: float
) -> dict[str, Shown]:
    """Means over plain rows; those of whole queries have a way of their own."""
    if cells.weighted or cells.clustered or use.alone or use.metric.whole_queries:
        return {}
    found = means(use, cells, names, model, (1 - confidence) / 2)
    return {
        name: Shown(value, finite(low), finite(high), n, "linearised_t")
        for name, value, low, high, n in found
    }


def _areas(
    use: Use, cells: SplitCells, names: Sequence[str], model: str, confidence: float
) -> dict[str, Shown]:
    """Areas under the ROC curve of slices that are read off histograms of plain rows."""
    from specgen.engine.binned import BinnedSamples

    samples = cells.samples
    if not isinstance(samples, BinnedSamples) or samples.weighted or not measurable(use, model, cells):
        return {}
    if samples.is_constant(str(sample_terms(use, cells.models.index(model))["score"])):
        return {}
    found = binned_areas(samples, names, (1 - confidence) / 2)
    return {
        name: Shown(value, finite(low), finite(high), n, f"influence_t, {within_bins(hidden)}")
        for name, value, low, high, n, hidden in found
    }


def _stacked(cells: SplitCells, names: Sequence[str], model: str, labels: int) -> IntArray:
    key = ("counts", model, *names)
    if key not in cells.memory:
        cells.memory[key] = confusions(cells.outcomes, names, model, labels)
    counts: IntArray = cells.memory[key]
    return counts


def _by_name(
    names: Sequence[str], chosen: IntArray, bounds: Sequence[FloatArray], n: IntArray, method: str
) -> dict[str, Shown]:
    """Values, lower and upper ends and n of the chosen slices, an array each, by the slices' names."""
    columns = zip(*(one.tolist() for one in (*bounds, n)), repeat(method))
    return dict(zip((names[k] for k in chosen.tolist()), map(Shown._make, columns), strict=True))


def _proportions(
    share: Share, counts: IntArray, alpha: float
) -> tuple[IntArray, tuple[FloatArray, FloatArray, FloatArray], IntArray]:
    """Slices with trials; values, lower and upper ends as `stats.proportion.modified_wilson` gives them; trials."""
    successes, trials = counts[:, share.success & share.trial].sum(1), counts[:, share.trial].sum(1)
    chosen = np.flatnonzero(trials)
    hits, n = successes[chosen].astype(float), trials[chosen].astype(float)
    value = hits / n
    low = np.where(hits > 0, np.minimum(modified_wilson_bound(hits, n, alpha, -1), value), 0.0)
    high = np.where(hits < n, np.maximum(modified_wilson_bound(hits, n, alpha, 1), value), 1.0)
    return chosen, (value, low, high), trials[chosen]


def _functions(
    use: Use, outcomes: Outcomes, names: Sequence[str], counts: IntArray, alpha: float
) -> dict[str, Shown]:
    """Functions of counts by the jackknife on the logit scale, as `stats.outcome_estimates` gives them."""
    low, high = use.metric.low, use.metric.high
    if low is None or high is None:
        return {}
    with np.errstate(invalid="ignore"):
        value = np.asarray(use.function(outcomes, counts.astype(float)))
        inside = np.isfinite(value) & (value > low) & (value < high)
    chosen = np.flatnonzero(inside & (counts.sum(1) > 1) & _varied(outcomes, counts))
    moved = leave_one_out(lambda c: np.asarray(use.function(outcomes, c)), counts[chosen])
    ends = jackknife_bounds(value[chosen], moved, moved.others, low, high)
    spread = np.flatnonzero(moved.variance > 0)
    bounds = [one[spread] for one in (value[chosen], ends(alpha, -1), ends(alpha, 1))]
    kept = chosen[spread]
    return _by_name(names, kept, bounds, counts[kept].sum(1), "jackknife_t")


def _varied(outcomes: Outcomes, counts: IntArray) -> BoolArray:
    """Whether some but not all rows of each slice's labels are right; else unseen ones widen the bounds."""
    seen = counts.reshape(len(counts), outcomes.labels, outcomes.labels)
    rows, right = seen.sum(2), np.diagonal(seen, axis1=1, axis2=2)
    return np.asarray(((rows == 0) | ((right > 0) & (right < rows))).all(1))
