"""The SQL that a spec may use: an allow list of syntax and functions, and the parser behind it."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from specgen.spec.problems import did_you_mean

if TYPE_CHECKING:
    from sqlglot import exp

MOST_CHARACTERS = 5_000
TYPES = ("DOUBLE", "FLOAT", "BIGINT", "INT", "VARCHAR", "TEXT", "BOOLEAN", "DATE", "TIMESTAMP")
DATE_PARTS = ("year", "quarter", "month", "week", "day", "dow", "doy", "hour", "minute", "second")
SYNTAX = (
    "And", "Or", "Not", "Paren", "EQ", "NEQ", "GT", "GTE", "LT", "LTE", "NullSafeEQ", "NullSafeNEQ", "In",
    "Between", "Like", "ILike", "Is", "Add", "Sub", "Mul", "Div", "IntDiv", "Mod", "Neg", "DPipe", "Case",
    "If", "Cast", "TryCast", "DataType", "Extract", "Var", "Literal", "Boolean", "Null", "Column",
    "Identifier",
)  # fmt: skip
FUNCTIONS = (
    "Coalesce", "Nullif", "Abs", "Round", "Floor", "Ceil", "Sqrt", "Ln", "Exp", "Least", "Greatest", "Length",
    "Lower", "Upper", "Trim", "StartsWith", "EndsWith", "Contains", "Year", "Month", "Day", "Hour", "Minute",
)  # fmt: skip
KEYWORDS = "and|or|not|in|is|like|ilike|between|case|when|then|else|end|null|true|false|date|timestamp"
WORD = rf"(?!(?:{KEYWORDS})\b)\w+"
# Words one after the other, then what a column is compared with.
WORDS_TOGETHER = re.compile(
    rf"\b(?!\d){WORD}(?: +{WORD}){{1,5}}(?= *(?:[=<>!+*/)-]|$|(?:{KEYWORDS})\b))", re.IGNORECASE
)
NOT_CALLED = ("and", "or", "case", "cast", "try_cast", "data_type", "like", "i_like")
VALUES = ("Literal", "Add", "Sub", "Mul", "Div", "IntDiv", "Mod", "Neg", "DPipe", "Null")
REFUSED = {
    "Select": "a subquery", "Subquery": "a subquery", "Exists": "a subquery", "Union": "a subquery",
    "Window": "a window function", "AggFunc": "an aggregate", "Lambda": "a lambda", "Star": "a star",
    "Placeholder": "a parameter", "Parameter": "a parameter", "Columns": "a star", "Bracket": "an index",
    "PositionalColumn": "a column by number", "Dot": "a table or schema", "Escape": "ESCAPE",
    "Interval": "an interval", "Pow": "a power",
}  # fmt: skip


class ConditionError(Exception):
    """SQL that a spec may not use; `offset` counts characters from 0, None where it is not known."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def parse(text: str) -> exp.Expr:
    """The syntax tree of one allowed SQL expression, in DuckDB's dialect.

    Raises ConditionError for everything that is not on the allow list.
    """
    from sqlglot import exp
    from sqlglot.errors import ParseError, SqlglotError

    if len(text) > MOST_CHARACTERS:
        raise ConditionError(f"{len(text):,} characters of SQL; at most {MOST_CHARACTERS:,} are read")
    try:
        _only_one(text)
        tree = exp.maybe_parse(text, into=exp.Condition, dialect="duckdb")
    except ParseError as error:
        raise _unreadable(text, error) from error
    except SqlglotError as error:
        raise ConditionError(
            "cannot read the SQL; look for a quote or a comment that is not closed"
        ) from error
    except RecursionError as error:
        raise ConditionError("the SQL is nested too deeply") from error
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise ConditionError("cannot read the SQL") from error
    for node in tree.walk():
        _allow(node, text)
    return tree


def _only_one(text: str) -> None:
    import sqlglot

    tokens = sqlglot.tokenize(text, read="duckdb")
    if not tokens:
        raise ConditionError("the SQL is empty")
    ends = [token.start for token in tokens if token.token_type.name == "SEMICOLON"]
    if ends:
        raise ConditionError("a semicolon; write one expression, not statements", ends[0])


def _unreadable(text: str, error: Exception) -> ConditionError:
    found = getattr(error, "errors", None) or [{}]
    line, end, near = found[0].get("line"), found[0].get("col"), found[0].get("highlight") or ""
    lines = text.split("\n")
    if not line or not end or line > len(lines):
        return ConditionError("cannot read the SQL")
    before = sum(len(one) + 1 for one in lines[: line - 1])
    start = max(before + end - max(len(near), 1), 0)
    return ConditionError(f"cannot read the SQL near '{near}'{_unquoted(text, start)}", start)


def _unquoted(text: str, start: int) -> str:
    """What to say of a word where SQL expects none, if together with those before it it may be a column's name."""
    for found in WORDS_TOGETHER.finditer(text):
        if found.start() < start < found.end():
            name = found[0]
            return f'; a name with spaces stands in double quotes: "{name}" (\\"{name}\\" in a text in such quotes)'
    return ""


@cache
def _allowed() -> frozenset[type]:
    from sqlglot import exp

    return frozenset(getattr(exp, name) for name in (*SYNTAX, *FUNCTIONS))


def _allow(node: exp.Expr, text: str) -> None:
    from sqlglot import exp

    if type(node) not in _allowed():
        raise ConditionError(_refusal(node), _start(node, text))
    if node.error_messages():
        raise ConditionError("cannot read the SQL: something is missing in it", _start(node, text))
    if isinstance(node, exp.Column) and len(node.parts) > 1:
        written = ".".join(part.name for part in node.parts)
        raise ConditionError(f"'{written}' names a table; write the column alone", _start(node, text))
    if isinstance(node, exp.In) and not node.expressions:
        raise ConditionError("IN needs a list of values, such as IN ('a', 'b')", _start(node.this, text))
    if isinstance(node, exp.Literal) and not node.is_string and not _finite(node.name):
        raise ConditionError(f"'{node.name[:20]}' is no number", _start(node, text))
    if isinstance(node, exp.DataType) and (node.this.name not in TYPES or node.expressions):
        raise ConditionError(f"no cast to {node.sql(dialect='duckdb')}; casts go to {', '.join(TYPES)}")
    if isinstance(node, exp.Cast) and node.this.is_string and not _is_date(node.this.name, node.to.this.name):
        raise ConditionError(f"'{node.this.name[:20]}' is no date", _start(node.this, text))
    if isinstance(node, exp.Sqrt) and node.find_ancestor(exp.Sqrt):
        raise ConditionError("a root inside a root is not allowed", _start(node, text))
    if isinstance(node, exp.Var) and not _is_date_part(node):
        raise ConditionError(f"'{node.name}' is not allowed here; EXTRACT takes {', '.join(DATE_PARTS)}")


def _is_date_part(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node.parent, exp.Extract) and node.arg_key == "this" and node.name.lower() in DATE_PARTS


def _is_date(written: str, kind: str) -> bool:
    """Whether a text that is cast to a date begins with a year, a month and a day that there are."""
    if kind not in ("DATE", "TIMESTAMP") or written.strip().lower().lstrip("+-") in ("infinity", "epoch"):
        return True
    parts = re.match(r"\s*(\d{1,4})[-/ ](\d{1,2})[-/ ](\d{1,2})", written)
    try:
        return parts is not None and bool(date(*map(int, parts.groups())))
    except ValueError:
        return False


def _finite(number: str) -> bool:
    try:
        return abs(float(number)) < float("inf")
    except ValueError:
        return False


def _refusal(node: exp.Expr) -> str:
    from sqlglot import exp

    if isinstance(node, exp.AggFunc):
        return "an aggregate is not allowed; a condition is about one row"
    for kind in type(node).__mro__:
        if kind.__name__ in REFUSED:
            return f"{REFUSED[kind.__name__]} is not allowed; a condition is about one row"
    if isinstance(node, exp.Func):
        name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
        known = sorted(kind.sql_names()[0].lower() for kind in _allowed() if issubclass(kind, exp.Func))
        known = [one for one in known if one not in NOT_CALLED]
        hint = did_you_mean(name, known) or f"; allowed: {', '.join(known)}"
        return f"the function '{name}' is not allowed{hint}"
    return f"{type(node).__name__.upper()} is not allowed in a condition"


def _start(node: exp.Expr, text: str) -> int | None:
    """Offset of the first token of a node that the parser knows the place of."""
    starts = [found.meta["start"] for found in node.walk() if "start" in found.meta]
    start = min(starts, default=None)
    return start if start is None or start < len(text) else None
