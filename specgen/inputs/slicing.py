"""Declared slices and key examples → columns of the rows table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.inputs.rows import Family, Mask
from specgen.inputs.tables import Table, literal, quote
from specgen.inputs.values import MISSING, is_number, number_of, text_of
from specgen.spec.conditions import parse_condition
from specgen.spec.declared import family_name
from specgen.spec.slices import KeyExamples, Slice
from specgen.spec.spec import Spec

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
    """The spec's slices by value, and those that only a gate's `by` asks for."""
    declared = [part for part in spec.slices if part.by]
    names = {family_name(part.by or ()) for part in declared}
    for gate in (gate for milestone in spec.milestones for gate in milestone.gates):
        if gate.by and gate.by not in names:
            names.add(gate.by)
            declared.append(Slice.model_validate({"by": [gate.by]}))
    return tuple(declared)


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


def slicing(connection: DuckDBPyConnection, spec: Spec, table: Table, relation: str, folder: Path) -> Slicing:
    """Masks and families of one split, over the columns of its data in `relation`."""
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
        columns[mask.column] = _examples(connection, examples, table, folder, mask)
    for part in declared_families(spec):
        family, code = _family(connection, part, table, relation, f"f{len(families)}")
        families.append(family)
        columns[family.column] = code
    return Slicing(tuple(masks), tuple(families), columns)


def _examples(
    connection: DuckDBPyConnection, part: KeyExamples, table: Table, folder: Path, mask: Mask
) -> str:
    ids = key_ids(part, folder)
    if ids is None:
        return truth(parse_condition(part.where or "", table.columns))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE ids_{mask.column} (id VARCHAR)")
    connection.executemany(f"INSERT INTO ids_{mask.column} VALUES (?)", [[i] for i in ids])
    return f"__sg_row_id IN (SELECT id FROM ids_{mask.column})"


def _family(
    connection: DuckDBPyConnection, part: Slice, table: Table, relation: str, column: str
) -> tuple[Family, str]:
    """A family and the SQL of its integer code: mixed radix over the values of its keys."""
    keys, code = [], "0"
    for position, name in enumerate(part.by or ()):
        real = table.column(name) or name
        number = number_of(quote(real), table.columns[real])
        text = _bin(number, part.bins) if part.bins else text_of(quote(real), table.columns[real])
        text = f"coalesce({text}, {literal(MISSING)})"
        order = number if part.bins or is_number(table.columns[real]) else text
        found = connection.execute(
            f"SELECT v FROM (SELECT {text} AS v, {order} AS o FROM {relation}) GROUP BY v ORDER BY min(o) NULLS LAST, v"
        )
        values = tuple(row[0] for row in found.fetchall())
        kind = f"{column}_{position}"
        connection.execute(f"DROP TYPE IF EXISTS {kind}")
        connection.execute(f"CREATE TYPE {kind} AS ENUM ({', '.join(map(literal, values))})")
        code = f"({code}) * {len(values)} + enum_code(CAST({text} AS {kind}))::BIGINT"
        keys.append((name, values))
    family = Family(family_name(part.by or ()), column, tuple(keys), part.min_rows)
    return family, code


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
