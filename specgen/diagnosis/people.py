"""Several people's labels: how good each person is, and how far they agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from specgen.diagnosis.found import Agreed, Agreement, PersonsValue
from specgen.engine.cells import SplitCells
from specgen.inputs.annotators import Annotations
from specgen.inputs.labels import CLASSES
from specgen.metrics.uses import Use, measurable
from specgen.spec.spec import Spec
from specgen.stats.agreement import alpha, pairwise_agreement
from specgen.stats.estimate import finite
from specgen.stats.measure import measure
from specgen.stats.measured import Measured


def agreement(spec: Spec, found: Annotations, apart: SplitCells, uses: Sequence[Use], seed: int) -> Agreement:
    """The agreement of a baseline's people; `apart` are cells sliced by person."""
    classes = spec.task.type in CLASSES
    numbers = spec.task.type == "regression"
    unit = found.unit if spec.task.unit else None
    _, count = np.unique(found.row, return_counts=True)
    return Agreement(
        baseline=found.baseline, split=apart.split, labelled=dict(found.labelled), rows=len(count),
        shared=int((count > 1).sum()), level="nominal" if classes else "interval" if numbers else None,
        alpha=_agreed(alpha(found.row, unit, found.label, numbers=numbers), spec) if classes or numbers else None,
        pairwise=None if numbers else _agreed(pairwise_agreement(found.row, unit, found.label), spec),
        values=tuple(_values(spec, found, apart, uses, seed)),
    )  # fmt: skip


def _values(
    spec: Spec, found: Annotations, apart: SplitCells, uses: Sequence[Use], seed: int
) -> Iterator[PersonsValue]:
    people = {found.person(name): name for name in apart.rows if name != "all"}
    for person in found.labelled:
        for use in uses if person in people else ():
            if measurable(use, found.baseline, apart):
                told = measure(use, apart, people[person], found.baseline, seed)
                low, high = told.shown.interval(spec.confidence) if told.shown else (None, None)
                yield PersonsValue(
                    person=person, metric=use.key, label=use.label, value=told.value,
                    low=finite(low), high=finite(high), n=told.n, method=told.method,
                )  # fmt: skip


def _agreed(found: Measured, spec: Spec) -> Agreed:
    low, high = found.shown.interval(spec.confidence) if found.shown else (None, None)
    return Agreed(
        value=found.value, low=finite(low), high=finite(high), method=found.method, reason=found.reason
    )
