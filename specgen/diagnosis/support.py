"""Each class by itself: how rare it is, how well it is found, and what a model would reach that never says it.

With a rare class a high accuracy proves nothing: never to say it is nearly always right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from specgen.diagnosis.found import LEAST_ROWS, RARE, ClassSupport, Known
from specgen.engine.cells import WHOLE, OutcomeCells, SplitCells
from specgen.inputs.labels import CLASSES
from specgen.metrics.uses import metric_use
from specgen.spec.spec import Spec
from specgen.stats.measure import measure, narrowed_cells
from specgen.stats.measured import Measured
from specgen.stats.paired import tango


def class_supports(spec: Spec, cells: SplitCells, seed: int) -> Iterator[ClassSupport]:
    """Every class that has rows on the split."""
    if spec.candidate_name not in cells.models:
        return
    for code, label in enumerate(cells.labels):
        multilabel = cells.task == "multilabel"
        if not multilabel and cells.task not in CLASSES:
            return
        own = cells.of_label.get(label) if multilabel else cells
        outcomes = narrowed_cells(own, WHOLE, (spec.candidate_name,)) if own else None
        if outcomes is not None:
            found = _support(spec, cells, label, outcomes, 1 if multilabel else code, seed)
            if found is not None:
                yield found


def _support(
    spec: Spec, cells: SplitCells, label: str, outcomes: OutcomeCells, code: int, seed: int
) -> ClassSupport | None:
    has, said = outcomes.label == code, outcomes.predictions[spec.candidate_name] == code
    rows = int(outcomes.count[has].sum())
    if rows == 0:
        return None
    total = float(outcomes.weight.sum())
    prevalence = float(outcomes.weight[has].sum()) / total
    plain = not cells.weighted and not cells.clustered
    hits, alarms = (int(outcomes.count[said & one].sum()) for one in (has, ~has))
    precision, recall = (
        _known(
            measure(metric_use(spec, cells.labels, name, label), cells, WHOLE, spec.candidate_name, seed),
            spec,
        )
        for name in ("precision", "recall")
    )
    apart = tango(hits, alarms, int(outcomes.count.sum())) if plain else None
    return ClassSupport(
        split=cells.split, label=label, rows=rows, prevalence=prevalence,
        rare=prevalence < RARE, few=rows < LEAST_ROWS, precision=precision, recall=recall,
        right=float(outcomes.weight[has == said].sum()) / total, right_never=1 - prevalence,
        ahead=None if apart is None else _known(Measured(apart.value, apart.n, apart, apart), spec),
    )  # fmt: skip


def _known(found: Measured, spec: Spec) -> Known:
    low, high = found.shown.interval(spec.confidence) if found.shown else (None, None)
    ends = [None if end is None or math.isinf(end) else float(np.float64(end)) for end in (low, high)]
    return Known(value=found.value, low=ends[0], high=ends[1], n=found.n)
