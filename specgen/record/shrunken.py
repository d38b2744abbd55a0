"""The candidate's proportions on the slices of a family, drawn towards each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from specgen.engine.cells import SplitCells
from specgen.metrics.uses import Use
from specgen.record.measurements import Number
from specgen.spec.spec import Spec
from specgen.stats.shrinkage import shrunken_proportions


def shrink(spec: Spec, cells: SplitCells, uses: Sequence[Use], found: Sequence[Number]) -> None:
    """Write beside the candidate's proportions in families of four or more what chance leaves of them.

    Only where each row counts once and by itself: `specgen.stats.shrinkage`.
    """
    if cells.weighted or cells.clustered:
        return
    plain = {(use.key, use.label) for use in uses if use.metric.state in ("proportion", "share")}
    family = {name: one for one, names in cells.families.items() for name in names}
    candidate = spec.candidate_name
    grouped = defaultdict[tuple[str, str, str | None], list[Number]](list)
    for one in found:
        counts = one.model == candidate and one.value is not None and one.n > 0
        if counts and (one.metric, one.label) in plain:
            grouped[family[one.slice], one.metric, one.label].append(one)
    for members in grouped.values():
        sizes = [float(one.n) for one in members]
        successes = [(one.value or 0.0) * n for one, n in zip(members, sizes, strict=True)]
        drawn = shrunken_proportions(successes, sizes)
        if drawn is not None:
            for one, value in zip(members, drawn.tolist(), strict=True):
                one.shrunken = value
