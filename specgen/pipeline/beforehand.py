"""What rows alone tell of a spec, told before anything is measured where its files are small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from specgen.inputs.checks import data_problems
from specgen.inputs.columns import plain
from specgen.inputs.labels import find_labels, no_labels
from specgen.inputs.slicing import truth
from specgen.inputs.splits import kept_tables
from specgen.inputs.tables import Table, literal, quote
from specgen.inputs.values import is_number
from specgen.pipeline.empty import empty_slices
from specgen.spec.conditions import ConditionError, compared_texts, parse_condition
from specgen.spec.load import LoadedSpec
from specgen.spec.part import Key
from specgen.spec.problems import Problem, did_you_mean

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Bytes of all splits' files that are read to tell mistakes; of larger ones these are told once rows are read.
SMALL = 4_000_000
# Rows of a larger split on which conditions are tried.
FIRST_ROWS = 1_000
VALUES_SHOWN = 5


def row_problems(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table], judged: tuple[str, ...]
) -> tuple[dict[str, Table], list[Problem]]:
    """The tables, read where they are small, and what their rows tell: labels, ids, conditions that match nothing.

    Raises SpecError when a row of a small table cannot be read.
    """
    task = loaded.spec.task
    size = sum(file.stat().st_size for table in tables.values() for file in table.files)
    if size > SMALL or loaded.frames:
        return dict(tables), list(_misfits(connection, loaded, _first_rows(tables)))
    kept = kept_tables(connection, loaded, tables)
    labelled = {
        split: table for split, table in kept.items()
        if split in judged or (task.targets and no_labels(connection, task, table) is None)
    }  # fmt: skip
    problems = [
        p for split, table in labelled.items() for p in data_problems(connection, loaded, split, table)
    ]
    _, wrong = find_labels(connection, loaded, labelled)
    problems += [*wrong, *_misfits(connection, loaded, labelled)]
    counts = {split: _matching(connection, loaded, table) for split, table in labelled.items()}
    hints = {name: _hint(connection, text, labelled) for _, name, text in _conditions(loaded)
             if not any(one.get(name) for one in counts.values())}  # fmt: skip
    return kept, [*problems, *empty_slices(loaded, counts, hints)]


def _first_rows(tables: Mapping[str, Table]) -> dict[str, Table]:
    return {
        split: replace(table, sql=f"(SELECT * FROM {table.sql} LIMIT {FIRST_ROWS})")
        for split, table in tables.items()
    }


def _conditions(loaded: LoadedSpec) -> Iterator[tuple[Key, str, str]]:
    """Place, name and SQL of each slice and set of key examples by condition."""
    for i, part in enumerate(loaded.spec.slices):
        if part.where:
            yield ("slices", i, "where"), part.name or "", part.where
    for i, examples in enumerate(loaded.spec.key_examples):
        if examples.where:
            yield ("key_examples", i, "where"), examples.name, examples.where


def _count(connection: DuckDBPyConnection, text: str, table: Table) -> int | str | None:
    """Rows that meet a condition, why its values do not fit, or None where it is not of these columns."""
    import duckdb

    try:
        condition = truth(parse_condition(text, table.columns))
        return int(connection.execute(f"SELECT count_if({condition}) FROM {table.sql}").fetchall()[0][0])
    except (ConditionError, duckdb.BinderException):
        return None
    except duckdb.Error as error:
        return plain(error)


def _misfits(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table]
) -> Iterator[Problem]:
    doubtful = {split: table for split, table in tables.items() if not _all_fit(connection, loaded, table)}
    for path, _, text in _conditions(loaded):
        for split, table in doubtful.items():
            found = _count(connection, text, table)
            if isinstance(found, str):
                yield loaded.problem(path, f"does not fit the values of data.{split}: {found}")
                break


def _all_fit(connection: DuckDBPyConnection, loaded: LoadedSpec, table: Table) -> bool:
    """Whether all conditions can be evaluated in one query, as nearly always."""
    import duckdb

    try:
        truths = [truth(parse_condition(text, table.columns)) for _, _, text in _conditions(loaded)]
        if truths:
            connection.execute(f"SELECT {', '.join(f'count_if({one})' for one in truths)} FROM {table.sql}")
    except (ConditionError, duckdb.Error):
        return False
    return True


def _matching(connection: DuckDBPyConnection, loaded: LoadedSpec, table: Table) -> dict[str, int]:
    """Rows that meet each condition; those that cannot be evaluated are left out."""
    found = {name: _count(connection, text, table) for _, name, text in _conditions(loaded)}
    return {name: count for name, count in found.items() if isinstance(count, int)}


def _hint(connection: DuckDBPyConnection, text: str, tables: Mapping[str, Table]) -> str:
    """The value that was meant by one which a text column does not hold; empty where no value is to blame."""
    for name, wanted in compared_texts(text):
        held: dict[str, None] = {}
        for table in tables.values():
            column = table.column(name)
            if column is None or is_number(table.columns[column]):
                continue
            values = f"SELECT DISTINCT CAST({quote(column)} AS VARCHAR) AS v FROM {table.sql}"
            rows = connection.execute(f"SELECT v FROM ({values}) WHERE v IS NOT NULL ORDER BY v LIMIT 1000")
            held |= dict.fromkeys(row[0] for row in rows.fetchall())
        if held and wanted not in held:
            near = did_you_mean(wanted, list(held))
            shown = ", ".join(map(literal, list(held)[:VALUES_SHOWN])) + (
                ", …" if len(held) > VALUES_SHOWN else ""
            )
            return f"; column '{name}' has no {literal(wanted)}{near or f', but {shown}'}"
    return ""
