"""Drift of a run: what is compared, and what a reader must know of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specgen.checks.drift.columns import Chosen, choose, mixed_types
from specgen.checks.drift.compare import ALL_COLUMNS, ComparedSplit, compare_splits
from specgen.checks.drift.found import SplitDrift
from specgen.checks.drift.named import current_splits
from specgen.inputs.tables import Table
from specgen.record.result import Note
from specgen.spec.load import LoadedSpec
from specgen.spec.spec import Spec
from specgen.verdict.words import listed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Drifts:
    """The splits that were compared with the reference, and notes."""

    by_split: Mapping[str, ComparedSplit] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    def records(self, spec: Spec) -> tuple[SplitDrift, ...]:
        """As they stand in results.json."""
        return tuple(one.record(spec.confidence) for one in self.by_split.values())


def compared_splits(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table], seed: int,
    progress: Callable[[str], None], answers: Mapping[str, Table],
) -> Drifts:  # fmt: skip
    """Every current split against the reference; nothing where the spec has no `drift`.

    `answers` are a live candidate's, by split.
    """
    spec = loaded.spec
    if spec.drift is None:
        return Drifts()
    reference = spec.drift.reference
    splits = [split for split in current_splits(spec) if split in tables]
    if not splits:
        text = f"No split comes after {reference} in data, so nothing was compared for drift; name one by 'current'."
        return Drifts(notes=(Note(level="warning", text=text, place="drift"),))
    progress(f"comparing {listed(splits)} with {reference}")
    chosen = choose(connection, loaded, tables, answers)
    limits, confidence = spec.drift.at_most, spec.confidence
    found = compare_splits(connection, chosen, reference, splits, limits, confidence, seed)
    notes = tuple(_notes(spec, tables, chosen, found))
    return Drifts({one.split: one for one in found}, notes)


def _notes(
    spec: Spec, tables: Mapping[str, Table], chosen: Chosen, found: tuple[ComparedSplit, ...]
) -> Iterator[Note]:
    for _, text in mixed_types(chosen):
        yield Note(level="warning", text=text, place="drift.columns")
    for one in found:
        by_reason: dict[str, list[str]] = {}
        for column, why in one.not_compared.items():
            by_reason.setdefault(why, []).append(column)
        for why, columns in by_reason.items():
            text = f"Drift of {one.split}: {listed(columns, 8)} not compared, since {why}."
            lost = why.endswith(f"{one.split} has no such column") or columns == [ALL_COLUMNS]
            yield Note(level="warning" if lost else "info", text=text, place="drift")
    task = spec.task
    for split in [one.split for one in found] + ([found[0].reference] if found else []):
        for key, name, told in (
            ("unit", task.unit, "its rows are taken as independent, so drift may be told too easily"),
            ("weight", task.weight, "its rows all count alike"),
        ):
            if name is not None and tables[split].column(name) is None:
                text = f"Drift: data.{split} has no column '{name}'; {told}."
                yield Note(level="warning", text=text, place=f"task.{key}")
