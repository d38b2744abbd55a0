"""What a spec's drift is about: its splits, and whether they have the columns that it names."""

from __future__ import annotations

from collections.abc import Mapping

from specgen.inputs.tables import Table
from specgen.spec.declared import all_gates
from specgen.spec.load import LoadedSpec
from specgen.spec.part import Key
from specgen.spec.problems import Problem, did_you_mean
from specgen.spec.spec import Spec


def current_splits(spec: Spec) -> tuple[str, ...]:
    """The splits that are compared with the reference: those named, or every later one."""
    if spec.drift is None:
        return ()
    if spec.drift.current is not None:
        current = spec.drift.current
        return (current,) if isinstance(current, str) else tuple(dict.fromkeys(current))
    names = list(spec.data)
    return tuple(names[names.index(spec.drift.reference) + 1 :])


def drift_problems(loaded: LoadedSpec, tables: Mapping[str, Table]) -> list[Problem]:
    """Columns that `drift` or one of its gates names and no compared split has."""
    spec = loaded.spec
    if spec.drift is None:
        return []
    compared = [tables[s] for s in (spec.drift.reference, *current_splits(spec)) if s in tables]
    if not compared:
        return []
    named: list[tuple[Key, str]] = [
        (("drift", "columns", i), name) for i, name in enumerate(spec.drift.named)
    ]
    predicted = {name.lower() for name in spec.task.model_columns}
    named += [
        ((*path, "drift"), gate.drift) for path, gate in all_gates(spec)
        if gate.drift not in (None, "all") and str(gate.drift).lower() not in predicted
    ]  # fmt: skip
    problems = []
    for path, name in named:
        if all(table.column(name) is None for table in compared):
            hint = did_you_mean(name, list(compared[0].columns))
            problems.append(loaded.problem(path, f"no column '{name}' in data.{spec.drift.reference}{hint}"))
    return problems
