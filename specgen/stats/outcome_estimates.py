"""Estimates from outcome cells: proportions, and any other function of the cells' counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from specgen.engine.cells import FloatArray, OutcomeCells
from specgen.metrics.outcomes import Share, ratio
from specgen.stats.cell_influences import Moved, cell_influences
from specgen.stats.effective import effective_n
from specgen.stats.estimate import Estimate, outer
from specgen.stats.jackknife import LeaveOneOut, jackknife_bounds, leave_one_out
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.moment_estimates import within, without_spread
from specgen.stats.paired import cautious_tango, tango
from specgen.stats.proportion import clopper_pearson, modified_wilson
from specgen.stats.scale import curved_t

if TYPE_CHECKING:
    from specgen.metrics.outcomes import BoolArray

Statistic = Callable[[FloatArray], FloatArray]


def proportion_estimate(share: Share, cells: OutcomeCells, valid: BoolArray) -> Measured:
    """A proportion over the valid cells (masks (C,)): Wilson's interval to show, Clopper-Pearson's to decide.

    With weights or sampling units both are taken at the effective sample size (Korn and Graubard
    1998, Confidence intervals for proportions with small expected number of positive counts).
    """
    trial = share.trial & valid
    n = int(cells.count[trial].sum())
    if n == 0 or cells.weight[trial].sum() == 0:
        return undefined("no row counts for it")
    if not cells.weighted and cells.units is None:
        successes = int(cells.count[share.success & trial].sum())
        return certain(clopper_pearson(successes, n), modified_wilson(successes, n))
    value = float(cells.weight[share.success & trial].sum() / cells.weight[trial].sum())
    moved = cell_influences(share_statistic(share), cells, trial)
    effective = effective_n(
        value,
        moved.squares,
        moved.fourths,
        moved.sizes,
        moved.units,
        float(n),
        clustered=cells.units is not None,
    )
    exact, shown = (
        replace(
            found := method(value * effective, effective), value=value, n=moved.units,
            method=f"{found.method}, effective n",
        ) for method in (clopper_pearson, modified_wilson)
    )  # fmt: skip
    if cells.units is None or not moved.squares > 0:
        return certain(exact, shown)
    # The effective n is itself uncertain where few units have the failures; t over the units knows that.
    return certain(outer(exact, _curved(value, moved, 0.0, 1.0, moved.fourths)), shown)


def share_statistic(share: Share) -> Statistic:
    """The proportion as a function of counts (..., C)."""
    return lambda counts: ratio(
        counts[..., share.success & share.trial].sum(-1), counts[..., share.trial].sum(-1)
    )


def paired_proportion(first: Share, second: Share, cells: OutcomeCells, valid: BoolArray) -> Measured | None:
    """Difference of two proportions over the same rows by Tango's score interval, to decide with room for few rows.

    None where that does not apply: other trials for each model, weights or sampling units.
    """
    trial = first.trial & valid
    if cells.weighted or cells.units is not None or (trial != (second.trial & valid)).any():
        return None
    n = int(cells.count[trial].sum())
    if n == 0:
        return undefined("no row counts for it")
    only_first = int(cells.count[trial & first.success & ~second.success].sum())
    only_second = int(cells.count[trial & ~first.success & second.success].sum())
    return certain(cautious_tango(only_first, only_second, n), tango(only_first, only_second, n))


def counts_estimate(
    statistic: Statistic, cells: OutcomeCells, valid: BoolArray, bearing: int,
    low: float | None, high: float | None, why: str = "its denominator is 0",
) -> Measured:  # fmt: skip
    """Any function of the counts of the valid cells, from how each row moves it, which the cells alone tell.

    Shown is the jackknife on the logit scale of the range, which misses on both sides alike; gates use
    the wider of it and the bounds that take in skewness and curvature, which promise less where rows
    are few; with weights these are shown too. `bearing` counts the rows that bear on the statistic (those
    of a rare label, not all the others): where no row moves it, the bounds rest on these alone. `why`
    says when it has no value.
    """
    kept = np.where(valid, cells.weight, 0.0)
    value = float(statistic(kept))
    n = int(cells.count[valid].sum())
    if not np.isfinite(value):
        return undefined(f"undefined on these rows: {why}", n)
    decision, linear = _linear(value, cell_influences(statistic, cells, valid), bearing, low, high)
    if cells.units is not None or low is None or high is None or not low < value < high:
        return certain(decision, linear)
    jackknife = _without_rows(statistic, cells, valid)
    if not jackknife.variance[0] > 0:
        return certain(decision, linear)
    others, freedom = (
        _on_logit(value, n, jackknife, degrees, low, high)
        for degrees in (jackknife.others, jackknife.freedom)
    )
    return certain(outer(decision, freedom), linear if cells.weighted else others)


def _without_rows(statistic: Statistic, cells: OutcomeCells, valid: BoolArray) -> LeaveOneOut:
    """The jackknife of the valid cells' rows, of which weights leave fewer."""
    some = np.where(valid & (cells.weight > 0), cells.weight, 0.0)
    weight = np.divide(cells.weight2, cells.weight, out=np.ones_like(some), where=some > 0)
    return leave_one_out(lambda c: np.atleast_1d(statistic(c)), (some / weight)[None], weight[None])


def _on_logit(
    value: float, n: int, moved: LeaveOneOut, freedom: FloatArray, low: float, high: float
) -> Estimate:
    ends = jackknife_bounds(np.array([value]), moved, freedom, low, high)
    return Estimate(
        value, n, "jackknife_t",
        lambda alpha: float(ends(alpha, -1)[0]), lambda alpha: float(ends(alpha, 1)[0]),
        float(np.sqrt(moved.variance[0])),
    )  # fmt: skip


def paired_counts_estimate(
    statistic: Statistic, cells: OutcomeCells, valid: BoolArray, bearing: int,
    low: float | None, high: float | None, why: str = "its denominator is 0",
) -> Measured:  # fmt: skip
    """A difference of two models' functions of the counts of the same rows: t with skewness and curvature."""
    value = float(statistic(np.where(valid, cells.weight, 0.0)))
    if not np.isfinite(value):
        return undefined(f"undefined on these rows: {why}", int(cells.count[valid].sum()))
    return certain(*_linear(value, cell_influences(statistic, cells, valid), bearing, low, high))


def _linear(
    value: float, moved: Moved, bearing: int, low: float | None, high: float | None
) -> tuple[Estimate, Estimate]:
    """Bounds to decide by, which allow for tails that few units show, and to show."""
    if moved.squares <= 0:
        known = replace(without_spread(value, max(min(bearing, moved.units), 1), low, high), n=moved.units)
        return known, known
    decision, shown = (
        within(_curved(value, moved, low, high, fourths), low, high) for fourths in (moved.fourths, None)
    )
    return decision, shown


def _curved(
    value: float, moved: Moved, low: float | None, high: float | None, fourths: float | None
) -> Estimate:
    return curved_t(
        value, moved.squares, moved.cubes, moved.units, moved.sizes, moved.curve, low, high, fourths
    )
