"""Metrics of the curve that scores draw over all thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.influence import Influenced
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.engine.samples import Sample


@metric(
    "sample", tasks=("binary",), label_tasks=("multiclass", "multilabel"), better="higher", needs_score=True,
    terms={"score": "{score}", "label": "{label}"},
)  # fmt: skip
def average_precision(rows: Sample) -> Influenced:
    """Mean of the precisions at each positive row's score, as the area under the precision-recall curve.

    Source: Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, §8.4; no
    interpolation, tied scores are one threshold, as in scikit-learn.
    """
    import numpy as np

    order = np.argsort(-rows["score"], kind="stable")
    score, weight = rows["score"][order], rows.weight[order]
    positive = weight * (rows["label"][order] == 1)
    total = float(positive.sum())
    if total == 0:
        return Influenced(None, reason="no row has the positive label")
    last = np.append(score[1:] != score[:-1], True)
    group = np.append(0, np.cumsum(last[:-1]))
    hits, seen = np.cumsum(positive)[last], np.cumsum(weight)[last]
    here = np.diff(hits, prepend=0.0)
    precision = hits / np.where(seen > 0, seen, 1.0)
    value = float((here * precision).sum() / total)
    # A row moves the precision at its own threshold and at every lower one.
    safe = np.where(seen > 0, seen, 1.0)
    as_hit = np.cumsum((here / safe)[::-1])[::-1]
    as_seen = np.cumsum((here * precision / safe)[::-1])[::-1]
    label = (rows["label"][order] == 1).astype(float)
    moved = label * (precision[group] + as_hit[group] - value) - as_seen[group]
    influence = np.empty(len(order))
    influence[order] = weight * moved / total
    return Influenced(value, influence)
