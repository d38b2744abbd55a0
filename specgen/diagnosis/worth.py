"""What the candidate is worth to the business, a period too, beside every other model and a constant answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from specgen.diagnosis.choices import Amount, Rival, Worth
from specgen.engine.cells import WHOLE, SplitCells
from specgen.metrics.uses import Use, measurable
from specgen.spec.business import BusinessMetric
from specgen.spec.spec import Spec
from specgen.stats.measure import difference, measure
from specgen.stats.measured import Measured

BINARY = 2


def worth(
    spec: Spec, business: BusinessMetric, use: Use, cells: SplitCells, seed: int
) -> Worth | None:  # fmt: skip
    """A business metric on a whole split; None where the candidate was not measured there."""
    candidate = spec.candidate_name
    if candidate not in cells.models or not measurable(use, candidate, cells):
        return None
    mine = measure(use, cells, WHOLE, candidate, seed)
    rivals = [
        _rival(spec, business, use, cells, name, seed)
        for name in cells.models if name != candidate and measurable(use, name, cells)
    ]  # fmt: skip
    rivals += _constants(spec, business, use, cells, seed)
    volume = business.volume
    return Worth(
        metric=use.key, split=cells.split, per=business.per, sum_of_rows=business.aggregate == "sum",
        volume_rows=volume.rows if volume else None, period=volume.period if volume else None,
        total=_total(amount(mine, spec.confidence), business), rivals=tuple(rivals),
    )  # fmt: skip


def _constants(
    spec: Spec, business: BusinessMetric, use: Use, cells: SplitCells, seed: int
) -> Iterator[Rival]:
    """Always no and always yes, as models on the same rows, but what another model says already."""
    if not business.cells or len(cells.labels) != BINARY:
        return
    whole = cells.outcomes[WHOLE]
    for code, label in enumerate(cells.labels):
        if any((said == code).all() for said in whole.predictions.values()):
            continue
        name = f"always '{label}'"
        always = np.full(len(whole.label), code, dtype=np.int64)
        outcomes = replace(whole, predictions={**whole.predictions, name: always})
        beside = replace(cells, models=(*cells.models, name), outcomes={WHOLE: outcomes}, memory={})
        yield _rival(spec, business, use, beside, name, seed)


def _rival(spec: Spec, business: BusinessMetric, use: Use, cells: SplitCells, name: str, seed: int) -> Rival:
    theirs = measure(use, cells, WHOLE, name, seed)
    apart = difference(use, cells, WHOLE, spec.candidate_name, name, seed)
    whole = cells.outcomes.get(WHOLE)
    said = whole.predictions[name] if whole is not None else np.zeros(0)
    moved = amount(apart, spec.confidence)
    return Rival(
        model=name, constant=len(said) > 0 and bool((said == said[0]).all()),
        value=amount(theirs, spec.confidence), difference=moved, total=_total(moved, business),
        method=apart.method, reason=apart.reason,
    )  # fmt: skip


def amount(found: Measured, confidence: float) -> Amount | None:
    """A measured number with its two-sided interval; None where there is no number."""
    if found.value is None or found.shown is None:
        return None
    low, high = (end if np.isfinite(end) else None for end in found.shown.interval(confidence))
    return Amount(value=found.value, low=low, high=high)


def _total(found: Amount | None, business: BusinessMetric) -> Amount | None:
    """What a mean comes to in a period of the declared volume."""
    if found is None or business.volume is None:
        return None
    times = business.volume.rows / business.per
    low, high = (None if end is None else times * end for end in (found.low, found.high))
    return Amount(value=times * found.value, low=low, high=high)
