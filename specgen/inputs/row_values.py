"""SQL row values of the spec's own, business and metrics alike: a value for each row and model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.spec.conditions import columns_of, parse_expression
from specgen.spec.row_values import filled_by_models
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def model_parts(spec: Spec, text: str) -> tuple[str, ...]:
    """The columns of an expression that each model fills for itself, as the spec names them."""
    named = {name.lower() for name in columns_of(text)}
    return tuple(name for name in filled_by_models(spec) if name.lower() in named)


def value_sql(spec: Spec, text: str, columns: Collection[str], own: Mapping[str, str]) -> str:
    """SQL of a row's value for one model; `own` (name → SQL) has the columns that the model fills."""
    import sqlglot
    from sqlglot import exp

    known = dict.fromkeys([*columns, *filled_by_models(spec)])
    tree = sqlglot.parse_one(parse_expression(text, list(known)), read="duckdb")
    filled = {name.lower(): sql for name, sql in own.items()}

    def replaced(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name.lower() in filled:
            return sqlglot.parse_one(filled[node.name.lower()], read="duckdb")
        return node

    return tree.transform(replaced).sql(dialect="duckdb")
