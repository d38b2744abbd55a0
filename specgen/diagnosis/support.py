"""Each class by itself: how rare it is, how well it is found, and what a model would reach that never says it.

With a rare class a high accuracy proves nothing: never to say it is nearly always right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from pydantic import Field

from specgen.engine.cells import WHOLE, OutcomeCells, SplitCells
from specgen.frozen import Frozen
from specgen.inputs.labels import CLASSES
from specgen.metrics.uses import metric_use
from specgen.spec.spec import Spec
from specgen.stats.measure import measure, narrowed_cells
from specgen.stats.measured import Measured
from specgen.stats.paired import tango

RARE = 0.05
# Of 29 rows that all went well, a recall of 0.88 is still possible.
LEAST_ROWS = 30


class Known(Frozen):
    """A number with its interval."""

    value: float | None
    low: float | None
    high: float | None
    n: int


class ClassSupport(Frozen):
    """A class on a split, beside the model that never says it."""

    split: str
    label: str
    rows: int = Field(description="Rows that have the class.")
    prevalence: float = Field(description="Their share, weighted.")
    rare: bool = Field(description=f"A prevalence below {RARE:g}.")
    few: bool = Field(description=f"Fewer than {LEAST_ROWS} rows: too few to tell.")
    precision: Known
    recall: Known
    right: float = Field(
        description="Share of rows on which the candidate is right about this class, that it is there or not."
    )
    right_never: float = Field(
        description="The same of a model that never says the class: 1 minus the prevalence."
    )
    ahead: Known | None = Field(
        description="right minus right_never; null where rows are weighted or not independent."
    )


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
