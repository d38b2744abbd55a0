"""Which columns of the splits are compared, and why others are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from specgen.checks.drift.found import Role
from specgen.checks.drift.named import current_splits
from specgen.checks.drift.predicted import predicted_sides
from specgen.checks.drift.sides import Side
from specgen.inputs.features import not_features
from specgen.inputs.labels import without_values
from specgen.inputs.tables import Table
from specgen.inputs.values import is_number
from specgen.spec.load import LoadedSpec

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TIMES = ("DATE", "TIME", "INTERVAL")
NESTED = ("STRUCT", "MAP", "UNION", "BLOB", "LIST", "BIT")


@dataclass(frozen=True)
class Subject:
    """What is compared by itself: a column, and where each split has it. With `as_text`, numbers are texts."""

    name: str
    role: Role
    sides: Mapping[str, Side]
    as_text: bool = False


@dataclass
class Chosen:
    """The subjects, and by split the columns that could not be compared and why."""

    subjects: list[Subject] = field(default_factory=list)
    not_compared: dict[str, dict[str, str]] = field(default_factory=dict)

    def lacks(self, split: str, column: str, why: str) -> None:
        """Remember why a column of a split is not compared."""
        self.not_compared.setdefault(split, {})[column] = why


def choose(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table], answers: Mapping[str, Table]
) -> Chosen:  # fmt: skip
    """Columns, labels and predictions to compare between the reference and the current splits.

    `answers` are a live candidate's, by split.
    """
    spec, drift = loaded.spec, loaded.spec.drift
    chosen = Chosen()
    if drift is None or drift.reference not in tables:
        return chosen
    splits = [split for split in (drift.reference, *current_splits(spec)) if split in tables]
    known = {split: Side.of(tables[split], spec.task) for split in splits}
    own = not_features(spec)
    features = list(drift.named) or [c for c in tables[drift.reference].columns if c.lower() not in own]
    asked: list[tuple[Role, str]] = [("column", name) for name in features]
    if spec.task.type != "transcription":
        asked += [("label", name) for name in spec.task.targets]
    for role, name in asked:
        sides = {
            split: replace(known[split], column=real, kind=tables[split].columns[real])
            for split in splits if (real := tables[split].column(name)) is not None
            if role == "column" or not without_values(connection, tables[split], real)
        }  # fmt: skip
        _add(chosen, splits, Subject(name, role, sides))
    if spec.task.type != "transcription":
        for role, name, sides in predicted_sides(connection, loaded, tables, known, answers):
            _add(chosen, splits, Subject(name, role, sides))
    if not drift.named:
        for split in splits[1:]:
            for name in tables[split].columns:
                if tables[drift.reference].column(name) is None and name.lower() not in own:
                    chosen.lacks(split, name, f"{drift.reference} has no such column")
    return chosen


def _add(chosen: Chosen, splits: list[str], subject: Subject) -> None:
    """Split a subject into those of one type, and tell where it is missing or cannot be compared."""
    first, currents = splits[0], splits[1:]
    labels = subject.role != "column"
    if first not in subject.sides:
        if not labels:
            for split in currents:
                chosen.lacks(split, subject.name, f"{first} has no such column")
        return
    side = subject.sides[first]
    for split in currents:
        if split not in subject.sides and not labels:
            chosen.lacks(split, subject.name, f"{split} has no such column")
    why = _incomparable(side.kind)
    if why:
        for split in currents:
            chosen.lacks(split, subject.name, why)
        return
    alike = {s: one for s, one in subject.sides.items() if is_number(one.kind) == is_number(side.kind)}
    others = {s: one for s, one in subject.sides.items() if s not in alike}
    if len(alike) > 1:
        chosen.subjects.append(replace(subject, sides=alike))
    for split, one in others.items():
        chosen.subjects.append(replace(subject, sides={first: side, split: one}, as_text=True))


def mixed_types(chosen: Chosen) -> Iterator[tuple[str, str]]:
    """A sentence, and the split, for each column that has another type in one split."""
    for subject in chosen.subjects:
        if subject.as_text:
            (first, side), (split, one) = subject.sides.items()
            held = [f"{_held(s.kind)} in {name}" for name, s in ((first, side), (split, one))]
            yield split, f"Column {subject.name} holds {held[0]} and {held[1]}; it is compared as texts."


def _held(kind: str) -> str:
    return "numbers" if is_number(kind) else "texts" if kind == "VARCHAR" else kind.lower()


def _incomparable(kind: str) -> str:
    if kind.upper().startswith(TIMES):
        return "it holds times, and later rows have later ones"
    if kind.upper().startswith(NESTED) or kind.endswith("]"):
        return "it holds lists or records, not single values"
    return ""
