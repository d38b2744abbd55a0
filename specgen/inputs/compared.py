"""Columns of `fairness` whose values are no groups: as many as there are rows, or nearly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.inputs.tables import Table, quote
from specgen.spec.declared import family_name
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_GROUPS = 200


def group_problems(
    connection: DuckDBPyConnection, loaded: LoadedSpec, split: str, data: Table
) -> list[Problem]:
    """Entries of `fairness` with more groups than can be compared, unless bins under `slices` make them."""
    spec = loaded.spec
    cut = {family_name(part.by) for part in spec.slices if part.by and part.bins}
    problems = []
    for i, part in enumerate(spec.fairness):
        columns = [data.column(name) for name in part.by]
        if family_name(part.by) in cut or None in columns:
            continue
        listed = ", ".join(quote(column or "") for column in columns)
        distinct = f"SELECT DISTINCT {listed} FROM {data.sql} LIMIT {MOST_GROUPS + 1}"
        if connection.execute(f"SELECT count(*) FROM ({distinct})").fetchall()[0][0] > MOST_GROUPS:
            what = f"more than {MOST_GROUPS} groups in data.{split}; compare fewer"
            bins = f", or cut a number into bins under slices: {{by: {part.by[0]}, bins: [...]}}"
            problems.append(loaded.problem(("fairness", i, "by"), what + (bins if len(part.by) == 1 else "")))
    return problems
