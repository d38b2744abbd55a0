"""Business metrics by the spec's own SQL expressions: a value for each row and model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.spec.business import BusinessMetric
from specgen.spec.conditions import parse_expression
from specgen.spec.task import Task

if TYPE_CHECKING:
    from collections.abc import Collection


def per_row_columns(task: Task) -> tuple[str, ...]:
    """Columns that a `per_row` expression may name although a model, not the data, fills them."""
    return task.model_columns


def per_row_sql(business: BusinessMetric, task: Task, columns: Collection[str], model: dict[str, str]) -> str:
    """SQL of a row's value for one model, whose own columns (`model`: name → SQL) replace the task's."""
    import sqlglot
    from sqlglot import exp

    known = dict.fromkeys([*columns, *per_row_columns(task)])
    tree = sqlglot.parse_one(parse_expression(business.per_row or "", list(known)), read="duckdb")
    own = {name.lower(): sql for name, sql in model.items()}

    def replaced(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name.lower() in own:
            return sqlglot.parse_one(own[node.name.lower()], read="duckdb")
        return node

    return tree.transform(replaced).sql(dialect="duckdb")
