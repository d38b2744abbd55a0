"""Which of a spec's SQL texts a row's values do not fit, told at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from specgen.inputs.columns import plain
from specgen.inputs.joining import Joined
from specgen.spec.load import LoadedSpec
from specgen.spec.part import Key
from specgen.spec.problems import Problem, SpecError
from specgen.spec.row_values import model_columns, row_values

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN = 3


def create_rows(
    connection: DuckDBPyConnection,
    loaded: LoadedSpec,
    joined: Joined,
    definition: str,
    columns: Mapping[str, str],
) -> None:
    """Make the rows table or view; SpecError names the conditions and row values that its values do not fit."""
    import duckdb

    try:
        connection.execute(f"CREATE OR REPLACE {definition}")
    except duckdb.Error:
        problems = list(_culprits(connection, loaded, joined, columns))
        if not problems:
            raise
        raise SpecError(problems) from None


def _places(loaded: LoadedSpec) -> Iterator[tuple[str, Key]]:
    """Prefix of the rows table's columns, and where in the spec they come from."""
    spec = loaded.spec
    masks: list[Key] = [("slices", i, "where") for i, part in enumerate(spec.slices) if part.where]
    masks += [
        ("key_examples", i, "where" if part.where else "ids") for i, part in enumerate(spec.key_examples)
    ]
    for number, place in enumerate(masks):
        yield f"m{number}", place
    yield from ((value.name, value.place) for value in row_values(spec))


def _culprits(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, columns: Mapping[str, str]
) -> Iterator[Problem]:
    import duckdb

    places = dict(_places(loaded))
    told: set[Key] = set()
    for name, sql in columns.items():
        place = places.get(name.partition("_")[0])
        if place is None or place in told:
            continue
        try:
            connection.execute(f"SELECT count({name}) FROM (SELECT {sql} AS {name} FROM {joined.relation})")
        except duckdb.Error as error:
            told.add(place)
            yield loaded.problem(place, f"does not fit the values of data.{joined.split}: {plain(error)}")


def null_values(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, table: str, columns: Mapping[str, str]
) -> None:
    """SpecError when a row value of the spec's own is missing or infinite where the model has a prediction.

    Ends of predicted intervals may be infinite.
    """
    checked = [
        (value.name, value.place, "; add ELSE or coalesce(..., 0)") for value in row_values(loaded.spec)
    ]
    # Columns that only `others` names are used by SQL, which may say what a missing one counts as.
    own = enumerate(model_columns(loaded.spec).values())
    checked += [(f"x{j}", place, "") for j, place in own if place[0] == "metrics"]
    problems = []
    for name, place, hint in checked:
        for i, source in enumerate(joined.sources):
            column = f"{name}_{i}"
            if source.kind == "human" or column not in columns:
                continue
            unusable = f"isnan({column})" if place[-1] in ("lower", "upper") else f"NOT isfinite({column})"
            query = f"SELECT count(*) FROM {table} WHERE {column} IS NULL OR {unusable}"
            found = connection.execute(query).fetchall()[0][0]
            if found:
                rows = f"{found:,} row{'' if found == 1 else 's'}"
                what = f"no number for {rows} of data.{joined.split} and model {source.model}"
                problems.append(loaded.problem(place, what + hint))
                break
    if problems:
        raise SpecError(problems)
