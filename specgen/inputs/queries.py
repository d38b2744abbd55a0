"""What the rows of one query must have in common, told before anything is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.inputs.tables import Table, quote
from specgen.inputs.values import text_of
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN = 3
WHY = {
    "weight": "a weight is the query's, and all its rows have it",
    "unit": "a query must lie within one sampling unit",
}


def query_problems(
    connection: DuckDBPyConnection, loaded: LoadedSpec, split: str, data: Table
) -> list[Problem]:
    """Queries of a ranking task whose rows have several weights, or belong to several sampling units."""
    task = loaded.spec.task
    query = data.column(task.query) if task.query else None
    if query is None:
        return []
    problems = []
    for key, name in (("weight", task.weight), ("unit", task.unit)):
        column = data.column(name) if name else None
        if column is None:
            continue
        shown, value = (
            text_of(quote(query), data.columns[query]),
            text_of(quote(column), data.columns[column]),
        )
        found = connection.execute(
            f"SELECT q, low, high, count(*) OVER () FROM (SELECT {shown} AS q, min({value}) AS low,"
            f" max({value}) AS high FROM {data.sql} GROUP BY q) WHERE low <> high ORDER BY q LIMIT {SHOWN}"
        ).fetchall()
        if found:
            _, low, high, count = found[0]
            names = ", ".join(f"'{row[0]}'" for row in found) + (", …" if count > SHOWN else "")
            message = (
                f"{count:,} {'query of' if count == 1 else 'queries of'} data.{split} with several values of"
                f" '{column}': {names} ({low} and {high}); {WHY[key]}"
            )
            problems.append(loaded.problem(("task", key), message))
    return problems
