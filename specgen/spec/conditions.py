"""SQL conditions and row values: checked against an allow list and the columns, rewritten to be safe.

The rewriting never fails on a row: a division by zero, a root or a logarithm outside its domain, and
a cast that does not succeed give NULL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from specgen.spec.declared import all_gates, family_name, grouped_by
from specgen.spec.part import Key
from specgen.spec.problems import Problem, did_you_mean
from specgen.spec.row_values import filled_by_models, row_values
from specgen.spec.spec import Spec
from specgen.spec.sql import VALUES, ConditionError, parse

if TYPE_CHECKING:
    from sqlglot import exp

    from specgen.spec.load import LoadedSpec

__all__ = [
    "ConditionError",
    "check_conditions",
    "check_syntax",
    "columns_of",
    "compared_texts",
    "parse_condition",
    "parse_expression",
]


def parse_condition(text: str, columns: Collection[str] | None) -> str:
    """DuckDB SQL of a row condition, its columns quoted by their real names; None leaves columns unchecked.

    Raises ConditionError, with the offset of the mistake where it is known.
    """
    return _condition(text, None if columns is None else tuple(columns))


@lru_cache(maxsize=1024)
def _condition(text: str, columns: tuple[str, ...] | None) -> str:
    """Kept, since a condition is checked in every split, and again where its slice is made."""
    tree = parse(text)
    if type(tree.unnest()).__name__ in VALUES:
        raise ConditionError("a value, not a condition; compare it with something, such as age >= 65")
    return _rewritten(tree, columns)


def parse_expression(text: str, columns: Collection[str] | None) -> str:
    """DuckDB SQL of a row value. Raises ConditionError as `parse_condition` does."""
    return _rewritten(parse(text), columns)


@lru_cache(maxsize=1024)
def columns_of(text: str) -> frozenset[str]:
    """Names of the columns that a condition or a row value reads, as they are written there."""
    from sqlglot import exp

    return frozenset(column.name for column in parse(text).find_all(exp.Column))


def compared_texts(text: str) -> list[tuple[str, str]]:
    """Columns and the texts that a condition wants them to be equal to: `a = 'x'`, `a IN ('x', 'y')`."""
    from sqlglot import exp

    found = []
    for node in parse(text).find_all(exp.EQ, exp.In):
        wanted = node.expressions if isinstance(node, exp.In) else [node.expression]
        if isinstance(node.this, exp.Column) and not node.find_ancestor(exp.Not):
            found += [
                (node.this.name, one.name) for one in wanted if isinstance(one, exp.Literal) and one.is_string
            ]
    return found


def _rewritten(tree: exp.Expr, columns: Collection[str] | None) -> str:
    from sqlglot import exp

    known = None if columns is None else {name.lower(): name for name in reversed(list(columns))}
    root = exp.Paren(this=tree)
    try:
        # Inner nodes first: what is copied into an outer rewriting is safe already.
        for node in reversed(list(tree.walk())):
            _name(node, known)
            _make_safe(node)
        return str(root.this.sql(dialect="duckdb", comments=False))
    except RecursionError as error:
        raise ConditionError("the SQL is nested too deeply") from error


def _name(node: exp.Expr, known: Mapping[str, str] | None) -> None:
    """Quote a column by its real name."""
    from sqlglot import exp

    if not isinstance(node, exp.Column):
        return
    name, quoted = node.name, bool(node.this.args.get("quoted"))
    if known is not None and name.lower() not in known:
        hint = did_you_mean(name, list(known.values()))
        if quoted:
            hint = f"; a text stands in single quotes: '{name}'"
        raise ConditionError(f"no column '{name}'{hint}", node.this.meta.get("start"))
    node.set("this", exp.to_identifier(name if known is None else known[name.lower()], quoted=True))


def _make_safe(node: exp.Expr) -> None:
    """Have a node give NULL for a row where it would fail."""
    from sqlglot import exp

    zero = exp.Literal.number(0)
    if isinstance(node, exp.Div | exp.IntDiv | exp.Mod):
        node.set("expression", exp.Nullif(this=node.expression, expression=zero))
    elif isinstance(node, exp.Ln):
        positive = exp.Greatest(this=node.this, expressions=[zero.copy()], ignore_nulls=True)
        node.set("this", exp.Nullif(this=positive, expression=zero))
    elif isinstance(node, exp.Sqrt):
        inside = exp.GTE(this=exp.Paren(this=node.this.copy()), expression=zero)
        node.set("this", exp.Case(ifs=[exp.If(this=inside, true=node.this)]))
    elif type(node) is exp.Cast:
        node.replace(exp.TryCast(this=node.this, to=node.args["to"], safe=True))


def check_syntax(loaded: LoadedSpec) -> list[Problem]:
    """Every condition and row value of a spec by itself, without its columns."""
    return [
        p
        for path, text, is_condition in _texts(loaded.spec)
        for p in _check(loaded, path, text, is_condition, None, "")
    ]


def check_conditions(loaded: LoadedSpec, columns: Mapping[str, Collection[str]]) -> list[Problem]:
    """Every condition, row value and `by` against the columns of each split, each mistake once.

    `columns` maps a split to its columns. A split without labels is not evaluated, so not looked at,
    unless a milestone is judged on it.
    """
    spec = loaded.spec
    judged = {milestone.split for milestone in spec.milestones}
    problems: list[Problem] = []
    for split, names in columns.items():
        lower = {name.lower() for name in names}
        if split not in judged and not all(column.lower() in lower for column in spec.task.targets):
            continue
        problems += _check_split(loaded, split, list(names))
    first: dict[Key, Problem] = {}
    for problem in problems:
        first.setdefault(problem.path, problem)
    return list(first.values())


def _check_split(loaded: LoadedSpec, split: str, names: list[str]) -> Iterator[Problem]:
    spec = loaded.spec
    own = filled_by_models(spec)
    for path, text, is_condition in _texts(spec):
        known = names if is_condition else [*names, *own]
        yield from _check(loaded, path, text, is_condition, known, f" in data.{split}")
    lower = {name.lower() for name in names}
    for path, column in _by_columns(spec):
        if column.lower() not in lower:
            hint = did_you_mean(column, names)
            yield loaded.problem(path, f"no column '{column}' in data.{split}{hint}")


def _check(
    loaded: LoadedSpec, path: Key, text: str, is_condition: bool, columns: Collection[str] | None, where: str
) -> Iterator[Problem]:
    try:
        parse_condition(text, columns) if is_condition else parse_expression(text, columns)
    except ConditionError as error:
        head, sign, hint = error.message.partition("; ")
        named = head + where if head.startswith("no column ") else head
        yield loaded.problem_at(path, error.offset, named + sign + hint)


def _texts(spec: Spec) -> Iterator[tuple[Key, str, bool]]:
    """Path, SQL, and whether it is a condition."""
    for i, part in enumerate(spec.slices):
        if part.where is not None:
            yield ("slices", i, "where"), part.where, True
    for i, examples in enumerate(spec.key_examples):
        if examples.where is not None:
            yield ("key_examples", i, "where"), examples.where, True
    yield from ((value.place, value.sql, False) for value in row_values(spec))


def _by_columns(spec: Spec) -> Iterator[tuple[Key, str]]:
    for i, part in enumerate(spec.slices):
        for j, column in enumerate(part.by or ()):
            yield ("slices", i, "by", *((j,) if (part.by or ())[1:] else ())), column
    for i, fairness in enumerate(spec.fairness):
        for j, column in enumerate(fairness.by):
            yield ("fairness", i, "by", *((j,) if fairness.by[1:] else ())), column
    families = set(map(family_name, grouped_by(spec)))
    for path, gate in all_gates(spec):
        # A gate may name a declared family such as `gender & language` as well as a column.
        if gate.by is not None and gate.by not in families:
            yield (*path, "by"), gate.by
