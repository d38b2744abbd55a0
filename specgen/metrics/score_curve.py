"""What a score can do at every threshold: rates over thresholds, thinned so that they can be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from specgen.metrics.curve import ranked

if TYPE_CHECKING:
    from specgen.engine.samples import Sample
    from specgen.metrics.outcomes import FloatArray, IntArray

MOST_POINTS = 200


@dataclass(frozen=True)
class Rates:
    """Rates if rows are predicted positive from each of `threshold` (T,) on, the highest first."""

    threshold: FloatArray
    recall: FloatArray
    false_positive_rate: FloatArray
    precision: FloatArray


def rates(rows: Sample) -> Rates | None:
    """Rates of rows with a `score` and a `label` at no more than 200 of their scores, the lowest among them.

    Between two points neither recall nor the false positive rate rises by more than 1%, but where many rows
    tie. None where the rows have one label only, or one score.
    """
    import numpy as np

    group, groups = ranked(rows["score"])
    positive = rows["label"] == 1
    if groups < 2 or positive.all() or not positive.any():
        return None
    hits, misses = (
        np.cumsum(np.bincount(group, weights=rows.weight * chosen, minlength=groups))
        for chosen in (positive, ~positive)
    )
    threshold = np.empty(groups)
    threshold[group] = rows["score"]
    recall, false = hits / hits[-1], misses / misses[-1]
    kept = _thinned(recall, false)
    return Rates(threshold[kept], recall[kept], false[kept], (hits / (hits + misses))[kept])


def _thinned(recall: FloatArray, false: FloatArray) -> IntArray:
    """Positions at which either rate first reaches one of a hundred even levels."""
    import numpy as np

    levels = np.linspace(0.0, 1.0, MOST_POINTS // 2 + 1)[1:-1]
    reached = [np.searchsorted(one, levels) for one in (recall, false)]
    return np.unique(np.concatenate([*reached, [0, len(recall) - 1]]))
