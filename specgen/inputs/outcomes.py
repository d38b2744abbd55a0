"""The candidate's outcomes row by row, kept beside a run so that a later run can be compared with it, paired.

A file holds what the rows table has of the candidate and of the slices, by id: codes and numbers, no text or
feature of the data. Of a split with more than 100,000 rows a sample by the ids' digest is kept, so that two runs
keep the same rows; of dependent rows whole sampling units are.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specgen.inputs.joining import Joined
from specgen.inputs.rows import Family, Mask, Queries, Rows
from specgen.inputs.tables import literal, quote
from specgen.inputs.values import text_of
from specgen.spec.task import Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OUTCOMES = "outcomes.parquet"
MOST_ROWS = 100_000
ROW_ID = "row_id"
FORMAT = 1
SHARED = re.compile(r"label|weight|unit|words|chars|centred_label|query|query_rows|relevant_rows|[ymf]\d+")
# Columns of model i: `p0`, `s0_2`; and by value and model, `b1_0`.
OF_MODEL = re.compile(r"([pstechkqgh])(\d+)((?:_\d+)?)")
OF_VALUE = re.compile(r"([bondx]\d+)_(\d+)")
OLD = "(the other run)"


def row_id_sql(task: Task, joined: Joined, count: int) -> str:
    """SQL of a row's id, NULL for rows that are not kept."""
    if count <= MOST_ROWS:
        return "__sg_row_id"
    column = joined.data.column(task.unit or task.query or "")
    chosen = text_of(quote(column), joined.data.columns[column]) if column else "__sg_row_id"
    most = f"{int(MOST_ROWS / count * 16**8):08x}"
    return f"CASE WHEN md5({chosen}) < {literal(most)} THEN __sg_row_id END"


def outcomes_file(rows: Sequence[Rows], candidate: str, has_ids: bool) -> bytes | None:
    """A parquet file of the candidate's outcomes on some splits; None where it has none."""
    import pyarrow
    from pyarrow import parquet

    kept = [one for one in rows if candidate in one.models]
    if not kept:
        return None
    tables = [_table(one, candidate) for one in kept]
    about = {
        "format": FORMAT,
        "has_ids": has_ids,
        "splits": {one.split: _about(one, candidate) for one in kept},
    }
    whole = pyarrow.concat_tables(tables, promote_options="default")
    whole = whole.replace_schema_metadata({"specgen": json.dumps(about)})
    sink = io.BytesIO()
    parquet.write_table(whole, sink, compression="zstd")
    return sink.getvalue()


def _table(rows: Rows, candidate: str) -> Any:
    described = rows.connection.execute(f"DESCRIBE SELECT * FROM {rows.table}").fetchall()
    i = rows.index(candidate)
    chosen = [quote(ROW_ID)]
    for name, *_ in described:
        found, value = OF_MODEL.fullmatch(name), OF_VALUE.fullmatch(name)
        if SHARED.fullmatch(name):
            chosen.append(name)
        elif found and int(found[2]) == i:
            chosen.append(f"{name} AS {found[1]}0{found[3]}")
        elif value and int(value[2]) == i:
            chosen.append(f"{name} AS {value[1]}_0")
    query = f"SELECT {literal(rows.split)} AS split, {', '.join(chosen)} FROM {rows.table} WHERE {ROW_ID} IS NOT NULL"
    return rows.connection.sql(query).to_arrow_table()


def _about(rows: Rows, candidate: str) -> dict[str, Any]:
    return {
        "rows": rows.count, "labels": list(rows.labels), "scored": candidate in rows.scored,
        "weighted": rows.weighted, "clustered": rows.clustered,
        "masks": [[one.name, one.column, one.min_rows] for one in rows.masks],
        "families": [[one.name, one.column, one.keys, one.min_rows] for one in rows.families],
        "absent": sorted(name for model, name in rows.absent if model == candidate and name[0] not in "uv"),
        "queries": rows.queries is not None,
    }  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """An outcomes file: where it lies, and what it says of each split."""

    path: Path
    has_ids: bool
    splits: Mapping[str, Mapping[str, Any]]


def read_kept(path: Path) -> Kept | None:
    """What an outcomes file holds; None where there is none, or it cannot be read."""
    import pyarrow
    from pyarrow import parquet

    try:
        about = json.loads((parquet.read_schema(path).metadata or {})[b"specgen"])
    except (OSError, pyarrow.ArrowException, KeyError, ValueError):
        return None
    return Kept(path, about["has_ids"], about["splits"]) if about.get("format") == FORMAT else None


@dataclass(frozen=True)
class Pair:
    """The rows of a split that two runs have in common; `relabelled` others have another label by now."""

    rows: Rows
    relabelled: int


def pair_rows(connection: DuckDBPyConnection, old: Kept, new: Kept, split: str, candidate: str) -> Pair:
    """One split's rows of both runs as a rows table: the new run's candidate is model 0, the old run's model 1.

    Slices, weights and units are the new run's. Rows whose labels differ are left out.
    """
    about = new.splits[split]
    name = f"pair_{connection.execute('SELECT count(*) FROM duckdb_tables()').fetchall()[0][0]}"
    kept = {side: f"(SELECT * FROM read_parquet({literal(str(one.path))}) WHERE split = {literal(split)})"
            for side, one in (("a", old), ("b", new))}  # fmt: skip
    columns = {side: [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {sql}").fetchall()]
               for side, sql in kept.items()}  # fmt: skip
    same = [name for name in columns["b"] if re.fullmatch(r"label|y\d+|words|chars", name)]
    equal = (
        " AND ".join(f"a.{one} IS NOT DISTINCT FROM b.{one}" for one in same if one in columns["a"]) or "true"
    )
    theirs = ", ".join(f"a.{one} AS {renamed}" for one, renamed in _of_other(columns["a"]))
    connection.execute(
        f"CREATE TABLE {name} AS SELECT b.* EXCLUDE (split), {theirs}, ({equal}) AS same,"
        f" row_number() OVER () AS row FROM {kept['b']} b JOIN {kept['a']} a USING ({ROW_ID})"
    )
    relabelled = connection.execute(f"SELECT count_if(NOT same) FROM {name}").fetchall()[0][0]
    connection.execute(f"DELETE FROM {name} WHERE NOT same")
    return Pair(_rows(connection, name, split, about, old.splits[split], candidate), int(relabelled or 0))


def _of_other(columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The old run's columns of its candidate, and what they are called as model 1's."""
    for name in columns:
        found, value = OF_MODEL.fullmatch(name), OF_VALUE.fullmatch(name)
        if found and not SHARED.fullmatch(name):
            yield name, f"{found[1]}1{found[3]}"
        elif value:
            yield name, f"{value[1]}_1"


def _rows(
    connection: DuckDBPyConnection, name: str, split: str, about: Mapping[str, Any], other: Mapping[str, Any],
    candidate: str,
) -> Rows:  # fmt: skip
    counts = connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]
    units = f"SELECT count(DISTINCT unit) FROM {name}" if about["clustered"] else None
    queries = f"SELECT count(DISTINCT query) FROM {name}" if about["queries"] else None
    return Rows(
        connection=connection, table=name, split=split, count=int(counts), models=(candidate, OLD),
        scored=frozenset(m for m, one in ((candidate, about), (OLD, other)) if one["scored"]),
        partial=frozenset(), labels=tuple(about["labels"]), weighted=about["weighted"],
        clustered=about["clustered"],
        units=int(connection.execute(units).fetchall()[0][0]) if units else None,
        masks=tuple(Mask(*one) for one in about["masks"]),
        families=tuple(
            Family(family, column, tuple((key, tuple(values)) for key, values in keys), least)
            for family, column, keys, least in about["families"]
        ),
        queries=Queries(int(connection.execute(queries).fetchall()[0][0]), 0) if queries else None,
        absent=frozenset(
            (m, one) for m, some in ((candidate, about), (OLD, other)) for one in some["absent"]
        ),
    )  # fmt: skip
