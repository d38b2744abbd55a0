"""Reads a column of all compared splits into cells: by one aggregate where it has categories, by rows for numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from specgen.checks.drift.cells import (
    MISSING,
    Cells,
    Counted,
    Novelty,
    cells_of_rows,
    range_cells,
    ranges,
)
from specgen.checks.drift.columns import Subject
from specgen.checks.drift.distances import Numbers, numbers
from specgen.checks.drift.sides import Side
from specgen.engine.cells import FloatArray, IntArray
from specgen.inputs.tables import literal
from specgen.inputs.values import is_number

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEW_NUMBERS = 20
MOST_CELLS = 50
EXPECTED_ROWS = 5.0
MOST_ROWS = 10_000_000
REST = "(others)"


def count(connection: DuckDBPyConnection, subject: Subject, seed: int) -> Counted:
    """A subject by cells; the reference is the first of its sides.

    Numbers of more than 20 values are cut at the reference's tenths, everything else is its categories:
    the 50 most frequent that have 5 rows or more where expected (Cochran 1954), and the others together.
    """
    numeric = is_number(next(iter(subject.sides.values())).kind) and not subject.as_text
    if numeric and any(_many(connection, side) for side in subject.sides.values()):
        return _numeric(connection, subject, seed)
    return _categorical(connection, subject)


def _many(connection: DuckDBPyConnection, side: Side) -> bool:
    distinct = f"SELECT DISTINCT {side.number} FROM {side.relation} LIMIT {FEW_NUMBERS + 2}"
    return int(connection.execute(f"SELECT count(*) FROM ({distinct})").fetchall()[0][0]) > FEW_NUMBERS


@dataclass(frozen=True)
class _Read:
    """Rows of a side: values (n,), weights and units where there are any."""

    value: Any
    weight: FloatArray | None
    unit: IntArray | None


def read(connection: DuckDBPyConnection, side: Side, sql: str, sample: str = "") -> _Read:
    """An SQL value of each row of a side, beside its weight and its unit (hashed)."""
    columns = [f"{sql} AS v"] + ([f"{side.weight} AS w"] if side.weight else [])
    columns += [f"hash({side.unit}) AS u"] if side.unit else []
    found = connection.execute(f"SELECT {', '.join(columns)} FROM {side.relation}{sample}").fetchnumpy()
    weight = np.ma.filled(found["w"], 0.0) if side.weight else None
    return _Read(found["v"], weight, np.ma.filled(found["u"], 0) if side.unit else None)


def _numeric(connection: DuckDBPyConnection, subject: Subject, seed: int) -> Counted:
    rows = {}
    for split, side in subject.sides.items():
        size = int(connection.execute(f"SELECT count(*) FROM {side.relation}").fetchall()[0][0])
        cut = f" USING SAMPLE reservoir({MOST_ROWS} ROWS) REPEATABLE ({seed})" if size > MOST_ROWS else ""
        rows[split] = read(connection, side, side.number, cut)
    samples = {split: sample for split, one in rows.items() if (sample := _sample(one)) is not None}
    first = next(iter(subject.sides))
    if first not in samples:
        return _presence({s: (np.isnan(one.value).astype(int), one) for s, one in rows.items()}, samples)
    low = float(samples[first].values[0])
    ends, names = ranges(samples[first])
    of = {
        split: cells_of_rows(range_cells(one.value, low, ends), len(names), one.weight, one.unit)
        for split, one in rows.items()
    }
    return Counted(names, of, len(names) - 1, samples, {})


def _sample(one: _Read) -> Numbers | None:
    known = ~np.isnan(one.value)
    weight = None if one.weight is None else one.weight[known]
    if not known.any() or (weight is not None and not weight.sum() > 0):
        return None
    return numbers(one.value[known], weight)


def _presence(rows: Mapping[str, tuple[IntArray, _Read]], samples: Mapping[str, Numbers]) -> Counted:
    """Only whether there is a value."""
    of = {split: cells_of_rows(cell, 2, one.weight, one.unit) for split, (cell, one) in rows.items()}
    return Counted(("any value", MISSING), of, 1, samples, {}, text=not samples)


def _categorical(connection: DuckDBPyConnection, subject: Subject) -> Counted:
    """One aggregate over all splits; only the most frequent categories leave the database."""
    splits = list(subject.sides)
    parts = [
        f"SELECT {side.text} AS v, {side.weight or '1'} AS w, {i} AS s FROM {side.relation}"
        for i, side in enumerate(subject.sides.values())
    ]
    sums = ", ".join(
        f"count(*) FILTER (s = {i}) AS n{i}, sum(w) FILTER (s = {i}) AS w{i}" for i in range(len(splits))
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE drift_values AS"
        f" SELECT v, {sums} FROM ({' UNION ALL '.join(parts)}) GROUP BY v"
    )
    totals = _totals(connection, len(splits))
    if totals["distinct"] > max(MOST_CELLS, totals["known"] / 2):
        return _any_value(connection, subject)
    kept = _most_frequent(connection, totals["weight"], totals["rows"])
    novelty = {split: _novelty(connection, i) for i, split in enumerate(splits) if i}
    names = tuple([name for name in kept if name is not None] + [REST, MISSING])
    of = {}
    for i, (split, side) in enumerate(subject.sides.items()):
        if side.weighted:
            of[split] = _weighted_cells(connection, side, names)
            continue
        held = np.array([float(kept[name][i]) for name in names[:-2]] + [0.0, float(totals["missing"][i])])
        held[-2] = totals["rows"][i] - held.sum()
        share = held / max(totals["rows"][i], 1)
        of[split] = Cells(share, int(totals["rows"][i]), float(totals["rows"][i]))
    return Counted(names, of, len(names) - 1, {}, novelty)


def _totals(connection: DuckDBPyConnection, splits: int) -> dict[str, Any]:
    """Rows, weights and missing rows by split, besides the reference's distinct and known values."""
    listed = ", ".join(
        f"coalesce(sum(n{i}), 0), coalesce(sum(w{i}), 0), coalesce(sum(n{i}) FILTER (v IS NULL), 0)"
        for i in range(splits)
    )
    query = f"SELECT count(v) FILTER (n0 > 0), {listed} FROM drift_values"
    distinct, *sums = connection.execute(query).fetchall()[0]
    rows, weight, missing = sums[::3], sums[1::3], sums[2::3]
    return {
        "distinct": distinct,
        "known": rows[0] - missing[0],
        "rows": rows,
        "weight": weight,
        "missing": missing,
    }


def _most_frequent(
    connection: DuckDBPyConnection, weights: list[float], rows: list[int]
) -> dict[str | None, tuple[int, ...]]:
    """Rows by split of the categories that stand for themselves, most frequent first."""
    shares = [f"coalesce(w{i}, 0) / {max(float(w), 1e-300)!r}" for i, w in enumerate(weights)]
    least = min(EXPECTED_ROWS / max(min(rows[0], n), 1) for n in rows[1:])
    pooled = f"greatest({', '.join(f'({shares[0]} + {share}) / 2' for share in shares[1:])})"
    counted = ", ".join(f"n{i}" for i in range(len(weights)))
    found = connection.execute(
        f"SELECT v, {counted} FROM drift_values WHERE v IS NOT NULL AND {pooled} >= {least!r}"
        f" ORDER BY {pooled} DESC, v LIMIT {MOST_CELLS}"
    ).fetchall()
    return {row[0]: row[1:] for row in found}


def _novelty(connection: DuckDBPyConnection, i: int) -> Novelty:
    new = f"v IS NOT NULL AND n0 = 0 AND n{i} > 0"
    query = (
        f"SELECT count(*) FILTER ({new}), coalesce(sum(n{i}) FILTER ({new}), 0),"
        f" count(*) FILTER (v IS NOT NULL AND n0 > 0 AND n{i} = 0) FROM drift_values"
    )
    categories, rows, vanished = connection.execute(query).fetchall()[0]
    if not categories:
        return Novelty(vanished=int(vanished))
    named = connection.execute(
        f"SELECT v FROM drift_values WHERE {new} ORDER BY n{i} DESC, v LIMIT 3"
    ).fetchall()
    return Novelty(int(categories), int(rows), int(vanished), tuple(str(row[0]) for row in named))


def _weighted_cells(connection: DuckDBPyConnection, side: Side, names: tuple[str, ...]) -> Cells:
    whens = " ".join(f"WHEN {literal(name)} THEN {i}" for i, name in enumerate(names[:-2]))
    rest, missing = len(names) - 2, len(names) - 1
    cases = f"CASE {side.text} {whens} ELSE {rest} END" if whens else str(rest)
    sql = f"CASE WHEN {side.text} IS NULL THEN {missing} ELSE {cases} END"
    found = read(connection, side, sql)
    return cells_of_rows(np.asarray(found.value).astype(int), len(names), found.weight, found.unit)


def _any_value(connection: DuckDBPyConnection, subject: Subject) -> Counted:
    rows = {}
    for split, side in subject.sides.items():
        one = read(connection, side, f"CAST({side.text} IS NULL AS INTEGER)")
        rows[split] = (np.asarray(one.value).astype(int), one)
    return _presence(rows, {})
