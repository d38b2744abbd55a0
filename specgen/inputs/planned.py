"""The rows of a spec that is still a plan: labels, predictions and whole files may not be there yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specgen.inputs.build import build_rows
from specgen.inputs.checks import data_problems, match_problems, value_problems
from specgen.inputs.joining import join
from specgen.inputs.labels import CLASSES, create_codes, find_labels
from specgen.inputs.naive import Naive, fit_naive
from specgen.inputs.predictions import Source, sources
from specgen.inputs.rows import Rows
from specgen.inputs.tables import Table, TableError, kept, literal, quote
from specgen.spec.declared import all_gates
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import SpecError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

UNLABELLED = "(unlabelled)"


@dataclass(frozen=True)
class PlannedSplit:
    """A split's rows: `every` for their number alone, `labelled` those that have labels, if any has."""

    every: Rows
    labelled: Rows | None


@dataclass(frozen=True)
class PlannedInputs:
    """What is there of a spec's data, and for each split that is not there the reason."""

    splits: Mapping[str, PlannedSplit]
    absent: Mapping[str, str]
    notes: tuple[str, ...]


def planned_inputs(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table]
) -> PlannedInputs:
    """The rows of the splits that can be read, with the models that have predictions for them.

    Missing labels and missing predictions are told as notes. Raises SpecError for those that are there
    and wrong, as a run would.
    """
    found, absent = _kept(connection, tables)
    labelled = {split: table for split, table in found.items() if _labelled(connection, loaded, table)}
    with_labels = {split: _with_labels(connection, loaded, table) for split, table in labelled.items()}
    problems = [
        p for split, table in with_labels.items() for p in data_problems(connection, loaded, split, table)
    ]
    labels, wrong = find_labels(connection, loaded, with_labels)
    _raise(problems or wrong)
    labels = labels or _named_labels(loaded)
    create_codes(connection, labels)
    naive = _naive(connection, loaded, with_labels, labels)
    notes: list[str] = []
    splits: dict[str, PlannedSplit] = {}
    for split, table in found.items():
        rows = None
        if split in labelled:
            chosen, told = _sources(connection, loaded, split, with_labels[split])
            rows = _rows(connection, loaded, split, with_labels[split], chosen, labels, naive)
            notes += told
        every = rows if rows is not None and rows.count == _count(connection, table) else None
        if every is None:
            without = _unlabelled(loaded, table, labels)
            _raise(data_problems(connection, loaded, split, without))
            every = _rows(connection, loaded, split, without, [], labels, naive)
            notes.append(_unlabelled_note(split, every.count, rows.count if rows else 0))
        splits[split] = PlannedSplit(every, rows)
    return PlannedInputs(splits, absent, tuple(dict.fromkeys(notes)))


def _kept(
    connection: DuckDBPyConnection, tables: Mapping[str, Table]
) -> tuple[dict[str, Table], dict[str, str]]:
    found, absent = {}, {}
    for split, table in tables.items():
        try:
            found[split] = kept(connection, table)
        except TableError as error:
            absent[split] = str(error)
            continue
        if not _count(connection, found[split]):
            absent[split] = "the split is empty: it has no row"
            del found[split]
    return found, absent


def _raise(problems: list) -> None:  # type: ignore[type-arg]
    if problems:
        raise SpecError(list(dict.fromkeys(problems)))


def _count(connection: DuckDBPyConnection, table: Table, condition: str = "true") -> int:
    query = f"SELECT count(*) FROM {table.sql} WHERE {condition}"
    return int(connection.execute(query).fetchall()[0][0])


def _target(loaded: LoadedSpec, table: Table) -> str | None:
    target = loaded.spec.task.target
    return table.column(target) if isinstance(target, str) else None


def _has_label(loaded: LoadedSpec, table: Table) -> str | None:
    """SQL of whether a row has its label, or all of them; None where a column of labels is not there."""
    columns = [table.column(name) for name in loaded.spec.task.targets]
    known = [f"{quote(column)} IS NOT NULL" for column in columns if column]
    return " AND ".join(known) if known and len(known) == len(columns) else None


def _labelled(connection: DuckDBPyConnection, loaded: LoadedSpec, table: Table) -> int:
    """Rows that have a label; scores made elsewhere need none."""
    if loaded.spec.task.type == "scores":
        return _count(connection, table)
    condition = _has_label(loaded, table)
    return _count(connection, table, condition) if condition else 0


def _with_labels(connection: DuckDBPyConnection, loaded: LoadedSpec, table: Table) -> Table:
    """The rows that have a label; the table itself where all have, which the engine may read by itself."""
    if _labelled(connection, loaded, table) == _count(connection, table):
        return table
    condition = _has_label(loaded, table) or "true"
    return Table(f"(SELECT * FROM {table.sql} WHERE {condition})", table.columns, table.files)


def _unlabelled(loaded: LoadedSpec, table: Table, labels: tuple[str, ...]) -> Table:
    """The rows with a stand-in for every label, so that they can be counted like any others."""
    column, task = _target(loaded, table), loaded.spec.task
    name = column or (task.target if isinstance(task.target, str) else UNLABELLED)
    stand_in, kind = (literal(labels[-1]), "VARCHAR") if labels else ("0.0::DOUBLE", "DOUBLE")
    if task.type == "transcription":
        stand_in, kind = "''", "VARCHAR"
    rest = f"* EXCLUDE ({quote(column)})" if column else "*"
    sql = f"(SELECT {rest}, {stand_in} AS {quote(name)} FROM {table.sql})"
    return Table(sql, {**table.columns, name: kind}, table.files)


def _named_labels(loaded: LoadedSpec) -> tuple[str, ...]:
    """The labels that the spec itself names, where no data has any."""
    spec = loaded.spec
    if spec.task.type not in CLASSES:
        return ()
    if spec.task.type == "binary":
        return (f"not {spec.task.positive_text}", spec.task.positive_text or "")
    named = [request.label for request in spec.metrics] + [gate.label for _, gate in all_gates(spec)]
    return spec.task.labels or (*dict.fromkeys(label for label in named if label), UNLABELLED)


def _naive(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table], labels: tuple[str, ...]
) -> Naive | None:
    if not tables or all(baseline.kind != "naive" for baseline in loaded.spec.baselines.values()):
        return None
    split = "train" if "train" in tables else next(iter(tables))
    return fit_naive(connection, loaded.spec.task, split, tables[split], labels)


def _sources(
    connection: DuckDBPyConnection, loaded: LoadedSpec, split: str, table: Table
) -> tuple[list[Source], list[str]]:
    """The models that have predictions for a split, and a note for each that has none."""
    found, problems = sources(connection, loaded, split, table, False, {})
    why = {p.path[1]: p.message for p in problems if len(p.path) > 1}
    there = {source.model for source in found}
    notes = []
    for name in dict.fromkeys([loaded.spec.candidate_name, *loaded.spec.models]):
        model = loaded.spec.models.get(name)
        if name not in there:
            absent = (
                "there is no file yet" if model is not None and model.predictions else "no such columns yet"
            )
            reason = "it has to run" if model is not None and model.is_live else why.get(name, absent)
            notes.append(f"{split}: no predictions of {name} ({reason})")
    for name, baseline in loaded.spec.baselines.items():
        if baseline.column and name not in there:
            notes.append(f"{split}: no labels of {name} (no column '{baseline.column}')")
    return found, notes


def _rows(
    connection: DuckDBPyConnection, loaded: LoadedSpec, split: str, table: Table,
    chosen: list[Source], labels: tuple[str, ...], naive: Naive | None,
) -> Rows:  # fmt: skip
    joined = join(connection, loaded.spec.task, split, table, chosen)
    _raise(match_problems(connection, loaded, joined) or value_problems(connection, loaded, joined))
    return build_rows(connection, loaded, joined, labels, naive)


def _unlabelled_note(split: str, rows: int, labelled: int) -> str:
    if not labelled:
        return f"{split}: no labels yet; planned as if all {rows:,} rows get one"
    return f"{split}: {labelled:,} of {rows:,} rows have labels; planned as if all get one"
