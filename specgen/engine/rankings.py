"""Rankings of a split's queries: where each model puts each row, and which slices cut through queries.

Ranks are window functions over a query's rows, so the engine sorts them and spills where it must. Only
the columns that some metric's terms name are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from specgen.engine.groups import groups
from specgen.inputs.rows import Rows

DISCOUNT = re.compile(r"\bdiscount(\d+)_(\w+)")
IDEAL = re.compile(r"\bideal_(\w+)")


def add_rankings(rows: Rows, terms: Iterable[str]) -> None:
    """Add to the rows table of a ranking task what metrics' SQL `terms` need to know of each model i.

    `above_i` counts the query's rows with a higher prediction, `above_or_equal_i` (without the
    underscores) those with one at least as high, itself included; `hits_i` the relevant ones of
    these; `hit_i` numbers the relevant rows from the top; `worst_i` is a relevant row's rank when all
    irrelevant rows of an equal prediction come before it. `discount_i_k` is 1/log2(1 + rank) within the
    top k and 0 below, the mean over rows of an equal prediction; `ideal_k` the largest sum of
    relevance × discount that the query allows. Where a model has no prediction they say nothing.
    """
    if not rows.models:
        return
    text = " ".join(terms)
    discounts, ideals = sorted(set(DISCOUNT.findall(text))), sorted(set(IDEAL.findall(text)))
    ranked = ", ".join(_ranks(i) for i in range(len(rows.models)))
    ideal = ", row_number() OVER (PARTITION BY query ORDER BY label DESC) AS ideal_place" if ideals else ""
    windows = ", ".join(
        f"w{i} AS (PARTITION BY query ORDER BY p{i} DESC NULLS LAST)" for i in range(len(rows.models))
    )
    inner = f"SELECT *, {ranked}{ideal} FROM {rows.table} WINDOW {windows}"
    added = [f"above_or_equal{i} - hits{i} + hit{i} AS worst{i}" for i in range(len(rows.models))]
    added += [f"{_discount(int(i), k)} AS discount{i}_{k}" for i, k in discounts]
    added += [f"sum(label * {_at('ideal_place', k)}) OVER (PARTITION BY query) AS ideal_{k}" for k in ideals]
    dropped = [f"place{i}" for i in range(len(rows.models))] + (["ideal_place"] if ideals else [])
    rows.connection.execute(
        f"CREATE OR REPLACE TABLE {rows.table} AS"
        f" SELECT * EXCLUDE ({', '.join(dropped)}), {', '.join(added)} FROM ({inner})"
    )


def cut_queries(rows: Rows) -> dict[str, int]:
    """Queries of which a slice has only some of the rows, by the names of all slices that have any row."""
    found: dict[str, int] = {}
    for group in groups(rows):
        fetched = rows.connection.execute(
            f"SELECT key, count_if(n < size)::BIGINT AS cut FROM (SELECT {group.key} AS key, query,"
            f" count(*) AS n, any_value(query_rows) AS size FROM {rows.table} WHERE {group.where}"
            " GROUP BY key, query) GROUP BY key"
        ).fetchnumpy()
        if len(fetched["key"]):
            found |= {name: int(fetched["cut"][at[0]]) for name, at in group.slices(fetched["key"])}
    return found


def _ranks(i: int) -> str:
    """Ranks of model i, all from one sort; sums of the default frame run to the last row of an equal prediction."""
    return (
        f"CASE WHEN p{i} IS NOT NULL THEN (rank() OVER w{i} - 1)::INTEGER END AS above{i},"
        f" (count(*) OVER w{i})::INTEGER AS above_or_equal{i},"
        f" (row_number() OVER w{i})::INTEGER AS place{i},"
        f" (count(*) FILTER (label > 0) OVER w{i})::INTEGER AS hits{i},"
        f" (count(*) FILTER (label > 0) OVER (w{i} ROWS UNBOUNDED PRECEDING))::INTEGER AS hit{i}"
    )


def _discount(i: int, k: str) -> str:
    return f"CASE WHEN p{i} IS NOT NULL THEN avg({_at(f'place{i}', k)}) OVER (PARTITION BY query, p{i}) END"


def _at(place: str, k: str) -> str:
    """The discount of a rank, 0 beyond the top k; `inf` is no limit."""
    discount = f"1 / log2(1 + {place})"
    return discount if k == "inf" else f"CASE WHEN {place} <= {k} THEN {discount} ELSE 0 END"
