"""How single rows move a metric, or the difference of two models: by their outcome, or by their row values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from specgen.engine.cells import WHOLE, FloatArray, IntArray, SplitCells
from specgen.metrics.registry import SUMMED
from specgen.metrics.uses import Use, measurable, vector
from specgen.stats.cell_influences import slopes
from specgen.stats.measure import narrowed_cells, outcomes_of, statistic_of, statistic_of_sums, sums_of
from specgen.stats.moment_estimates import gradient_of


def row_terms(use: Use, cells: SplitCells, models: Sequence[str]) -> tuple[str, ...]:
    """SQL of the row values that the influences of one or two models' rows follow from; empty where they do not."""
    if use.alone or not all(measurable(use, model, cells) for model in models):
        return ()
    numbers = [cells.models.index(model) for model in models]
    if use.metric.state in SUMMED:
        partial = [cells.models.index(model) for model in cells.partial]
        needed = vector(use, numbers, cells.task, partial)
        return (*needed.terms, f"({needed.valid})::BIGINT")
    if use.metric.state == "sample" or not cells.outcomes:
        return ()
    return ("label", *(f"p{number}" for number in numbers))


def row_influences(
    use: Use, cells: SplitCells, models: Sequence[str], values: Mapping[str, FloatArray]
) -> FloatArray | None:
    """Influence (n,) of rows on the whole split's value, or on the first model's minus the second's.

    `values` are those of `row_terms`; a row that does not count is NaN. Up to a constant factor, which
    correlations do not see. None where they do not follow from these values.
    """
    terms = row_terms(use, cells, models)
    if not terms:
        return None
    if use.metric.state in SUMMED:
        return _of_sums(use, cells, models, [values[term] for term in terms])
    return _of_outcomes(use, cells, models, [values[term] for term in terms])


def _of_sums(
    use: Use, cells: SplitCells, models: Sequence[str], values: Sequence[FloatArray]
) -> FloatArray | None:
    sums, places, _ = sums_of(use, cells, WHOLE, models)
    if sums is None:
        return None
    parts = [statistic_of_sums(use, one) for one in places]
    slope = gradient_of(lambda s: parts[0](s) - (parts[1](s) if len(parts) > 1 else 0.0), sums)
    if not np.isfinite(slope).all():
        return None
    *terms, valid = values
    moved = np.asarray(sum(k * term for k, term in zip(slope, terms, strict=True)), dtype=float)
    return np.where(valid == 1, moved, np.nan)


def _of_outcomes(
    use: Use, cells: SplitCells, models: Sequence[str], values: Sequence[FloatArray]
) -> FloatArray | None:
    whole = narrowed_cells(cells, WHOLE, tuple(models))
    if whole is None:
        return None
    valid = np.all([whole.predictions[model] >= 0 for model in models], axis=0)
    parts = [statistic_of(use, outcomes_of(use, whole, model, len(cells.labels))) for model in models]
    slope, _ = slopes(
        lambda c: parts[0](c) - (parts[1](c) if len(parts) > 1 else 0.0),
        np.where(valid, whole.weight, 0.0), valid,
    )  # fmt: skip
    if not np.isfinite(slope).all():
        return None
    base = len(cells.labels) + 1
    known = _code([whole.label, *(whole.predictions[model] for model in models)], base)
    order = np.argsort(known)
    asked = _code([np.nan_to_num(value, nan=-1.0).astype(np.int64) for value in values], base)
    place = order[np.minimum(np.searchsorted(known, asked, sorter=order), len(order) - 1)]
    return np.where((known[place] == asked) & valid[place], slope[place], np.nan)


def _code(columns: Sequence[IntArray], base: int) -> IntArray:
    """One number for each combination of codes from -1 on."""
    found = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        found = found * base + column + 1
    return found
