"""The best point of a precision-recall curve that meets a demand: a maximum over thresholds, so not smooth."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from specgen.metrics.curve import NO_POSITIVE, ranked
from specgen.metrics.influence import Resampled

if TYPE_CHECKING:
    from specgen.engine.samples import Sample
    from specgen.metrics.outcomes import FloatArray, IntArray

    # Weights of positives and of all rows from the top down to each group (..., G), and the demand.
    Point = Callable[[FloatArray, FloatArray, float], FloatArray]

# Groups of scores beyond which those far from the threshold are joined for resampling.
GROUPS = 300
ROUNDING = 1e-9


def best_recall(hits: FloatArray, seen: FloatArray, precision: float) -> FloatArray:
    """Largest recall of a threshold with at least this precision; 0 where none has it."""
    import numpy as np

    positives = hits[..., -1:]
    met = (hits >= precision * seen * (1 - ROUNDING)) & (seen > 0)
    return np.asarray(np.where(met, hits, 0.0).max(-1) / _known(positives)[..., 0])


def best_precision(hits: FloatArray, seen: FloatArray, recall: float) -> FloatArray:
    """Largest precision of a threshold with at least this recall."""
    import numpy as np

    positives = hits[..., -1:]
    met = hits >= recall * positives * (1 - ROUNDING)
    share = hits / np.where(seen > 0, seen, 1.0)
    return np.asarray(np.where(met, share, 0.0).max(-1) + 0 * _known(positives)[..., 0])


def _known(positives: FloatArray) -> FloatArray:
    import numpy as np

    return np.where(positives > 0, positives, np.nan)


def of_rows(rows: Sample, point: Point, at: float) -> Resampled:
    """The best point on rows with a `score` and a `label`, ready to be resampled by groups of scores."""

    positive = rows["label"] == 1
    if not positive.any():
        return Resampled(None, reason=NO_POSITIVE)
    group, groups = ranked(rows["score"])
    value = float(_statistic(_weights(rows, group, groups), groups, point, at))
    if groups > GROUPS:
        group = _joined(group, groups, _edge(rows, group, groups, point, at))
        groups = int(group.max()) + 1
    return Resampled(
        value, partial(_statistic, groups=groups, point=point, at=at), group + groups * positive,
        2 * groups, part=positive,
    )  # fmt: skip


def _weights(rows: Sample, group: IntArray, groups: int) -> FloatArray:
    """Weights of the negative rows of each group, and behind them of the positive ones (2G,)."""
    import numpy as np

    cell = group + groups * (rows["label"] == 1)
    return np.asarray(np.bincount(cell, weights=rows.weight, minlength=2 * groups))


def _statistic(weights: FloatArray, groups: int, point: Point, at: float) -> FloatArray:
    import numpy as np

    positive = weights[..., groups:]
    return point(np.cumsum(positive, -1), np.cumsum(positive + weights[..., :groups], -1), at)


def _edge(rows: Sample, group: IntArray, groups: int, point: Point, at: float) -> int:
    """The group at whose threshold the point lies."""
    import numpy as np

    weights = _weights(rows, group, groups)
    hits = np.cumsum(weights[groups:])
    seen = np.cumsum(weights[groups:] + weights[:groups])
    if point is best_recall:
        return int(np.flatnonzero((hits >= at * seen * (1 - ROUNDING)) | (np.arange(groups) == 0))[-1])
    return int(
        np.where(hits >= at * hits[-1] * (1 - ROUNDING), hits / np.maximum(seen, 1e-300), 0.0).argmax()
    )


def _joined(group: IntArray, groups: int, edge: int) -> IntArray:
    """Groups joined the more, the farther they are from the edge: none near it, in steps of a few percent far off."""
    import numpy as np

    away = np.geomspace(1, groups, GROUPS // 2)
    bounds = np.concatenate([edge + 1 - away, [edge, edge + 1], edge + 1 + away])
    bounds = np.unique(np.clip(np.round(bounds), 0, groups).astype(np.int64))
    return np.asarray(np.searchsorted(bounds[1:], np.arange(groups), side="right")[group])
