"""How estimates of windows go together where sampling units, such as speakers, have rows in several of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from specgen.engine.cells import FloatArray, IntArray, SplitCells
from specgen.metrics.outcomes import Outcomes, Share
from specgen.metrics.registry import SUMMED
from specgen.metrics.uses import Use, model_terms, vector
from specgen.stats.cell_influences import slopes
from specgen.stats.measure import group_influence
from specgen.stats.moment_estimates import gradient_of
from specgen.stats.outcome_estimates import share_statistic

if TYPE_CHECKING:
    from specgen.inputs.rows import Rows


def units_are_shared(rows: Rows, code: str) -> bool:
    """Whether a sampling unit has rows in several of the windows that the column `code` numbers."""
    if not rows.clustered:
        return False
    found = rows.connection.execute(
        f"SELECT coalesce(max(c), 0) FROM (SELECT count(DISTINCT {code}) AS c FROM {rows.table} GROUP BY unit)"
    ).fetchall()
    return int(found[0][0]) > 1


def correlations(
    rows: Rows, cells: SplitCells, use: Use, model: str, code: str, slices: Sequence[tuple[int, str]]
) -> FloatArray | None:
    """Correlations (W, W) of a metric's values on windows, by what each unit adds to each of them.

    `slices` are the windows' codes with their names as slices. None where the metric does not say how
    a unit moves it.
    """
    if use.alone or use.metric.whole_queries:
        return None
    if use.metric.state in ("proportion", "counts"):
        moved = _by_outcomes(rows, use, model, code)
    elif use.metric.state in SUMMED:
        moved = _by_sums(rows, cells, use, model, code, slices)
    else:
        moved = {}
        for k, name in slices:
            found = group_influence(use, cells, name, model)
            if found is None:
                return None
            moved[k] = found.unit, found.influence
    every = np.unique(np.concatenate([moved[k][0] for k, _ in slices]))
    influence = np.zeros((len(every), len(slices)))
    for column, (k, _) in enumerate(slices):
        influence[np.searchsorted(every, moved[k][0]), column] = moved[k][1]
    return _correlated(influence)


def _correlated(influence: FloatArray) -> FloatArray:
    """Correlations of W windows from the influences (U, W) of U units, drawn towards 0 by W/(W + U).

    Those of few units are unsure, and to believe them would make chance look smaller than it is.
    """
    units, windows = influence.shape
    products = influence.T @ influence
    size = np.sqrt(np.diag(products))
    size = np.where(size > 0, size, 1.0)
    found = units / (units + windows) * products / size[:, None] / size
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)


def _by_outcomes(rows: Rows, use: Use, model: str, code: str) -> dict[int, tuple[IntArray, FloatArray]]:
    """Units and their influences by window, of a metric of outcome cells."""
    predicted = f"p{rows.index(model)}"
    found = rows.connection.execute(
        f"SELECT {code} AS k, unit, label, {predicted} AS p, sum(weight) AS w FROM {rows.table}"
        f" WHERE {predicted} IS NOT NULL GROUP BY ALL"
    ).fetchnumpy()
    window = np.asarray(found["k"], dtype=np.int64)
    moved = {}
    for k in np.unique(window):
        inside = window == k
        label, prediction = (np.asarray(found[name][inside], dtype=np.int64) for name in ("label", "p"))
        distinct, cell = np.unique(np.stack([label, prediction]), axis=1, return_inverse=True)
        cell, weight = cell.reshape(-1), np.asarray(found["w"][inside], dtype=float)
        outcomes = Outcomes(distinct[0], distinct[1], len(rows.labels), use.focus)
        value = use.function(outcomes) if use.metric.state == "proportion" else None
        statistic = (
            share_statistic(value) if isinstance(value, Share)
            else lambda counts, seen=outcomes: use.function(seen, counts)
        )  # fmt: skip
        kept = np.asarray(np.bincount(cell, weights=weight, minlength=distinct.shape[1]), dtype=float)
        slope, _ = slopes(statistic, kept, np.ones(len(kept), dtype=bool))
        moved[int(k)] = _added(found["unit"][inside], weight * np.nan_to_num(slope)[cell])
    return moved


def _by_sums(
    rows: Rows, cells: SplitCells, use: Use, model: str, code: str, slices: Sequence[tuple[int, str]]
) -> dict[int, tuple[IntArray, FloatArray]]:
    """Units and their influences by window, of a metric of sums of row values."""
    number = rows.index(model)
    needed = vector(use, (number,), cells.task, [rows.index(one) for one in rows.partial])
    places = [needed.terms.index(term) for term in model_terms(use, number)]
    summed = ", ".join(f"sum(weight * ({term})) AS v{j}" for j, term in enumerate(needed.terms))
    found = rows.connection.execute(
        f"SELECT {code} AS k, unit, {summed} FROM {rows.table} WHERE {needed.valid} GROUP BY k, unit"
    ).fetchnumpy()
    window = np.asarray(found["k"], dtype=np.int64)
    values = np.stack([np.asarray(found[f"v{j}"], dtype=float) for j in range(len(needed.terms))], axis=1)

    def statistic(sums: FloatArray) -> FloatArray:
        return np.asarray(use.function(*(sums[..., p] for p in places)))

    moved = {}
    for k, name in slices:
        inside, sums = window == k, cells.moments[name, needed]
        slope = gradient_of(statistic, sums)
        centred = values[inside] @ slope - float(sums.first @ slope) / max(int(inside.sum()), 1)
        moved[k] = _added(found["unit"][inside], centred)
    return moved


def _added(unit: IntArray, influence: FloatArray) -> tuple[IntArray, FloatArray]:
    names, position = np.unique(np.asarray(unit, dtype=np.int64), return_inverse=True)
    return names, np.asarray(np.bincount(position, weights=influence), dtype=float)
