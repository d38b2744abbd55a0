"""Slices by condition that hold no row: the condition is wrong, or the split cannot be judged by them."""

from __future__ import annotations

from collections.abc import Mapping

from specgen.engine.cells import SplitCells
from specgen.spec.load import LoadedSpec
from specgen.spec.part import Key
from specgen.spec.problems import Problem


def empty_slices(loaded: LoadedSpec, splits: Mapping[str, SplitCells]) -> list[Problem]:
    """Slices and key examples that match no row of any split, or of a split that a gate judges them on."""
    spec = loaded.spec
    places: dict[str, Key] = {part.name: ("slices", i) for i, part in enumerate(spec.slices) if part.name}
    places |= {part.name: ("key_examples", i) for i, part in enumerate(spec.key_examples)}
    problems = []
    for name, place in places.items():
        counts = {split: cells.rows.get(name, 0) for split, cells in splits.items()}
        needed = {m.split for m in spec.milestones for g in m.gates if g.slice == name or g.key_examples == name
                  or (g.slices == "every" and place[0] == "slices") or name in (g.slices or ())}  # fmt: skip
        empty = [split for split in counts if counts[split] == 0 and split in needed]
        if counts and not any(counts.values()):
            problems.append(loaded.problem(place, f"'{name}' matches no row of any split"))
        elif empty:
            where = f"matches no row of data.{empty[0]}, where a gate needs it"
            problems.append(loaded.problem(place, f"'{name}' {where}"))
    return problems
