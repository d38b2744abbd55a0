"""The candidate's proportions on the slices of a family, drawn towards each other."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.engine.cells import SplitCells
from specgen.metrics.uses import Use
from specgen.record.measurements import Number
from specgen.spec.spec import Spec
from specgen.stats.shrinkage import FEWEST, shrunken_proportions


def shrunken(spec: Spec, cells: SplitCells, uses: Sequence[Use], found: Sequence[Number]) -> dict[int, float]:
    """By position among `found` what chance leaves of the candidate's proportions in families of four or more.

    Only where each row counts once and by itself: `specgen.stats.shrinkage`.
    """
    if cells.weighted or cells.clustered:
        return {}
    plain = {(use.key, use.label) for use in uses if use.metric.state in ("proportion", "share")}
    family = {name: one for one, names in cells.families.items() for name in names}
    candidate = spec.candidate_name
    grouped: dict[tuple[str, str, str | None], list[int]] = {}
    for k, one in enumerate(found):
        counts = one.model == candidate and one.value is not None and one.n > 0
        if counts and (one.use.key, one.use.label) in plain:
            grouped.setdefault((family.get(one.slice, ""), one.use.key, one.use.label), []).append(k)
    values: dict[int, float] = {}
    for (name, *_), places in grouped.items():
        if name and len(places) >= FEWEST:
            sizes = [float(found[k].n) for k in places]
            successes = [(found[k].value or 0.0) * n for k, n in zip(places, sizes, strict=True)]
            drawn = shrunken_proportions(successes, sizes)
            values |= dict(zip(places, drawn.tolist(), strict=True)) if drawn is not None else {}
    return values
