"""Slices by condition that hold no row: the condition is wrong, or the split cannot be judged by them."""

from __future__ import annotations

from collections.abc import Mapping

from specgen.spec.load import LoadedSpec
from specgen.spec.part import Key
from specgen.spec.problems import Problem


def empty_slices(
    loaded: LoadedSpec, rows: Mapping[str, Mapping[str, int]], hints: Mapping[str, str] | None = None
) -> list[Problem]:
    """Slices and key examples that match no row of any split, or of a split that a gate judges them on.

    `rows` are those of slices by split; with `hints` (what to add, by name) of these slices alone.
    """
    spec = loaded.spec
    places: dict[str, Key] = {part.name: ("slices", i) for i, part in enumerate(spec.slices) if part.name}
    places |= {part.name: ("key_examples", i) for i, part in enumerate(spec.key_examples)}
    problems = []
    for name, place in places.items():
        if hints is not None and not all(name in one for one in rows.values()):
            continue
        counts = {split: one.get(name, 0) for split, one in rows.items()}
        hint = (hints or {}).get(name, "")
        needed = {m.split for m in spec.milestones for g in m.gates if g.slice == name or g.key_examples == name
                  or (g.slices == "every" and place[0] == "slices") or name in (g.slices or ())}  # fmt: skip
        empty = [split for split in counts if counts[split] == 0 and split in needed]
        if counts and not any(counts.values()):
            problems.append(loaded.problem(place, f"'{name}' matches no row of any split{hint}"))
        elif empty:
            where = f"matches no row of data.{empty[0]}, where a gate needs it"
            problems.append(loaded.problem(place, f"'{name}' {where}"))
    return problems
