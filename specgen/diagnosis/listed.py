"""The slices that a spec lists, beside which there may be groups that are compared only."""

from __future__ import annotations

from specgen.engine.cells import SplitCells
from specgen.inputs.slicing import only_compared
from specgen.spec.spec import Spec


def listed_slices(spec: Spec, cells: SplitCells) -> list[str]:
    """Every slice of a split but the groups that only `fairness` asks for: they are compared, not ranked."""
    apart = {name for family in only_compared(spec) for name in cells.families.get(family, ())}
    return [name for name in cells.rows if name not in apart]
