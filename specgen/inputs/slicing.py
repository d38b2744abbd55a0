"""Declared slices and key examples → columns of the rows table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.inputs.axes import Axis
from specgen.inputs.rows import Family, Mask
from specgen.inputs.tables import Table, literal, quote
from specgen.inputs.values import MISSING, is_number, number_of, text_of
from specgen.spec.conditions import parse_condition
from specgen.spec.declared import all_gates, family_name
from specgen.spec.slices import KeyExamples, Slice
from specgen.spec.spec import Spec
from specgen.spec.task import Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Slicing:
    """What to add to the rows: `columns` maps a column's name to the SQL that fills it."""

    masks: tuple[Mask, ...]
    families: tuple[Family, ...]
    columns: dict[str, str]


def truth(condition: str) -> str:
    """SQL of a condition that is never NULL; a column of texts `True` and `False` is a condition too."""
    return f"coalesce(TRY_CAST(({condition}) AS BOOLEAN), false)"


def declared_families(spec: Spec) -> tuple[Slice, ...]:
    """The spec's slices by value, those that only a gate's `by` asks for, and the groups of `fairness`."""
    compared = {family_name(part.by): by_values(part.by) for part in spec.fairness}
    declared = {family_name(part.by): part for part in spec.slices if part.by}
    for _, gate in all_gates(spec):
        if gate.by and gate.by not in declared:
            declared[gate.by] = compared.get(gate.by) or by_values((gate.by,))
    return tuple(
        (declared | {name: part for name, part in compared.items() if name not in declared}).values()
    )


def by_values(columns: Sequence[str]) -> Slice:
    """One slice for each combination of columns' values."""
    return Slice.model_validate({"by": tuple(columns)})


def only_compared(spec: Spec) -> frozenset[str]:
    """Families that `fairness` alone asks for: no slices of the spec's, so only shown beside each other."""
    listed = {family_name(part.by) for part in spec.slices if part.by}
    listed |= {gate.by for _, gate in all_gates(spec) if gate.by}
    return frozenset(family_name(part.by) for part in spec.fairness) - listed


def key_ids(part: KeyExamples, folder: Path) -> tuple[str, ...] | None:
    """Ids of a set of key examples, from the list or the file; None when it has a condition instead.

    Raises OSError or UnicodeDecodeError when the file cannot be read.
    """
    if part.ids is None:
        return None
    if not isinstance(part.ids, str):
        return tuple(str(i) for i in part.ids)
    lines = (folder / part.ids).read_text(encoding="utf-8-sig").splitlines()
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))


def slicing(
    connection: DuckDBPyConnection,
    spec: Spec,
    table: Table,
    prefix: str,
    axes: Mapping[str, Axis],
    folder: Path,
) -> Slicing:
    """Masks and families of one split, over the columns of its data; what is made for them begins with `prefix`.

    `axes` are the columns whose distinct values are known already.
    """
    masks: list[Mask] = []
    families: list[Family] = []
    columns: dict[str, str] = {}
    for part in (part for part in spec.slices if part.where):
        mask = Mask(part.name or "", f"m{len(masks)}", part.min_rows)
        masks.append(mask)
        columns[mask.column] = truth(parse_condition(part.where or "", table.columns))
    for examples in spec.key_examples:
        mask = Mask(examples.name, f"m{len(masks)}")
        masks.append(mask)
        listed = f"{prefix}_ids_{mask.column}"
        columns[mask.column] = _examples(connection, spec, examples, table, folder, listed)
    kinds: dict[str, tuple[str, tuple[str, ...]]] = {}
    for part in declared_families(spec):
        family, code = _family(connection, part, table, axes, f"{prefix}_values", kinds, f"f{len(families)}")
        families.append(family)
        columns[family.column] = code
    return Slicing(tuple(masks), tuple(families), columns)


def example_column(task: Task) -> str | None:
    """The column that the ids of key examples stand in: an example is a row, or a query with all its rows."""
    return task.query if task.type == "ranking" else task.id


def _examples(
    connection: DuckDBPyConnection, spec: Spec, part: KeyExamples, table: Table, folder: Path, listed: str
) -> str:
    ids = key_ids(part, folder)
    if ids is None:
        return truth(parse_condition(part.where or "", table.columns))
    connection.execute(f"CREATE OR REPLACE TABLE {listed} (id VARCHAR)")
    connection.executemany(f"INSERT INTO {listed} VALUES (?)", [[i] for i in ids])
    query = table.column(spec.task.query) if spec.task.query else None
    example = text_of(quote(query), table.columns[query]) if query else "__sg_row_id"
    return f"{example} IN (SELECT id FROM {listed})"


def _family(
    connection: DuckDBPyConnection, part: Slice, table: Table, axes: Mapping[str, Axis], prefix: str,
    kinds: dict[str, tuple[str, tuple[str, ...]]], column: str,
) -> tuple[Family, str]:  # fmt: skip
    """A family and the SQL of its integer code: mixed radix over the values of its keys.

    `kinds` keeps, by the SQL of a key's text, the type that numbers its values, which families share.
    """
    keys, code = [], "0"
    for name in part.by or ():
        real = table.column(name) or name
        text, order = value_sql(part, real, table.columns[real])
        if text not in kinds:
            # The distinct values first: most often they are few, and what is computed of each costs more.
            distinct = f"(SELECT {quote(real)} FROM {table.sql} GROUP BY {quote(real)})"
            source = axes[real].relation if real in axes else distinct
            kinds[text] = _kind(connection, source, text, order, f"{prefix}_{len(kinds)}")
        kind, values = kinds[text]
        code = f"({code}) * {len(values)} + enum_code(CAST({text} AS {kind}))::BIGINT"
        keys.append((name, values))
    family = Family(family_name(part.by or ()), column, tuple(keys), part.min_rows)
    return family, code


def _kind(
    connection: DuckDBPyConnection, source: str, text: str, order: str, name: str
) -> tuple[str, tuple[str, ...]]:
    """A type that numbers the texts of a column's values, in order, and these texts."""
    found = connection.execute(
        f"SELECT v FROM (SELECT {text} AS v, {order} AS o FROM {source}) GROUP BY v ORDER BY min(o) NULLS LAST, v"
    )
    values = tuple(row[0] for row in found.fetchall())
    connection.execute(f"CREATE TYPE {name} AS ENUM ({', '.join(map(literal, values))})")
    return name, values


def value_sql(part: Slice, column: str, kind: str) -> tuple[str, str]:
    """SQL of the name of a column's value in slices by it, and of what sorts these names."""
    number = number_of(quote(column), kind)
    text = _bin(number, part.bins) if part.bins else text_of(quote(column), kind)
    text = f"coalesce({text}, {literal(MISSING)})"
    return text, number if part.bins or is_number(kind) else text


def _bin(column: str, edges: Sequence[float]) -> str:
    """SQL name of the half-open bin that holds a number; rows outside the edges get open bins."""
    cases = [f"WHEN {column} IS NULL OR isnan({column}) THEN NULL"]
    cases.append(f"WHEN {column} < {edges[0]!r} THEN {literal(f'(-inf, {_edge(edges[0])})')}")
    for low, high in pairwise(edges):
        cases.append(f"WHEN {column} < {high!r} THEN {literal(f'[{_edge(low)}, {_edge(high)})')}")
    return f"(CASE {' '.join(cases)} ELSE {literal(f'[{_edge(edges[-1])}, inf)')} END)"


def _edge(value: float) -> str:
    """An edge as it was written: 18 and not 18.0, every digit of 20240101."""
    return f"{value:.15g}"
