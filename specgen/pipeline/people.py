"""Baselines of several people: their cells beside the split's, and what they agree on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from specgen.diagnosis.found import Agreement
from specgen.diagnosis.people import agreement
from specgen.engine.cells import SplitCells
from specgen.inputs.annotators import Annotations
from specgen.inputs.rows import Rows
from specgen.metrics.uses import Use
from specgen.spec.spec import Spec

Collapse = Callable[[Rows], SplitCells]


def with_people(
    cells: SplitCells, found: Sequence[Annotations], spec: Spec, uses: Sequence[Use], collapsed: Collapse, seed: int
) -> tuple[SplitCells, tuple[Agreement, ...]]:  # fmt: skip
    """The split's cells with those of each baseline of several people, and how far these agree."""
    if not found:
        return cells, ()
    pooled, agreed = {}, []
    for one in found:
        pooled[one.baseline] = collapsed(_own_connection(one.pooled))
        agreed.append(agreement(spec, one, collapsed(_own_connection(one.apart)), uses, seed))
    return replace(cells, of_people=pooled), tuple(agreed)


def _own_connection(rows: Rows) -> Rows:
    return replace(rows, connection=rows.connection.cursor())
