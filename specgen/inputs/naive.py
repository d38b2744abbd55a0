"""The naive baseline: what a model that looks at nothing would say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from specgen.inputs.labels import CLASSES, code_of
from specgen.inputs.multilabel import label_shares
from specgen.inputs.tables import Table, quote
from specgen.inputs.values import label_text, number_of, text_of
from specgen.spec.task import Task

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Naive:
    """The constant that it predicts (a label's code, or a number), and each label's share of rows.

    With `popularity` the table of that name has the number by which it sorts the items of a ranking.
    """

    value: float
    shares: tuple[float, ...]
    description: str
    popularity: bool = False


def fit_naive(
    connection: DuckDBPyConnection, task: Task, split: str, data: Table, labels: tuple[str, ...]
) -> Naive:
    """Majority class or mean of the target over `split` (the training data, where there is one), weighted."""
    weights = data.column(task.weight) if task.weight else None
    weight = number_of(quote(weights), data.columns[weights]) if weights else "1.0::DOUBLE"
    column = data.column(task.target if isinstance(task.target, str) else "") or ""
    if task.type == "regression":
        number = number_of(quote(column), data.columns[column])
        query = f"SELECT sum({weight} * {number}) / sum({weight}) FROM {data.sql}"
        mean = connection.execute(query).fetchall()[0][0]
        return Naive(float(mean), (), f"always the mean of {split}, {mean:.4g}")
    if task.type == "multilabel":
        return _labels(connection, task, split, data, labels, weight)
    if task.type == "ranking":
        return _popularity(
            connection, task, split, data, f"{weight} * {number_of(quote(column), data.columns[column])}"
        )
    if task.type not in CLASSES:
        return Naive(0.0, (), "always empty text")
    code = code_of(label_text(quote(column), data.columns[column], task))
    found = dict(
        connection.execute(
            f"SELECT {code} AS c, sum(w) FROM (SELECT {quote(column)}, sum({weight}) AS w FROM {data.sql}"
            f" GROUP BY {quote(column)}) GROUP BY c"
        ).fetchall()
    )
    total = sum(found.values())
    shares = tuple(found.get(c, 0) / total for c in range(len(labels)))
    best = max(range(len(labels)), key=lambda c: shares[c])
    return Naive(
        float(best),
        shares,
        f"always '{labels[best]}', the most frequent label of {split} ({shares[best]:.1%})",
    )


def _labels(
    connection: DuckDBPyConnection, task: Task, split: str, data: Table, labels: tuple[str, ...], weight: str
) -> Naive:
    """Each label as the majority of rows has it."""
    shares = label_shares(connection, task, data, weight)
    often = [label for label, share in zip(labels, shares, strict=True) if share > 0.5]
    listed = ", ".join(f"'{label}'" for label in often) or "no label"
    return Naive(0.0, shares, f"always {listed}: each label as most rows of {split} have it")


def _popularity(connection: DuckDBPyConnection, task: Task, split: str, data: Table, relevance: str) -> Naive:
    """Items by their summed relevance in the training data; without any, all rows of a query are alike."""
    item = data.column(task.item) if task.item else None
    if item is None or split != "train":
        why = "task.item is not given" if item is None else "no train split tells what is popular"
        return Naive(0.0, (), f"no order at all: the rows of a query are tied, for {why}")
    connection.execute(
        f"CREATE OR REPLACE TABLE popularity AS SELECT {text_of(quote(item), data.columns[item])} AS __sg_item,"
        f" sum({relevance}) AS __sg_found FROM {data.sql} GROUP BY 1"
    )
    text = f"the most popular {item} of {split} first, by summed relevance; unknown ones last"
    return Naive(0.0, (), text, popularity=True)


def popularity_sql(naive: Naive, task: Task, data: Table) -> str:
    """The number that the naive baseline sorts the rows of a ranking by, over the columns of `data`."""
    item = data.column(task.item) if task.item else None
    if not naive.popularity or item is None:
        return "0.0::DOUBLE"
    text = text_of(quote(item), data.columns[item])
    return f"coalesce((SELECT __sg_found FROM popularity WHERE __sg_item = {text}), 0.0)::DOUBLE"
