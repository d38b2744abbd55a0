"""SQL for values: one text for each value whatever its type, and numbers from whatever holds them."""

from __future__ import annotations

from specgen.spec.task import Task

FLOATS = ("FLOAT", "DOUBLE", "DECIMAL")
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
           "UBIGINT", "UHUGEINT", *FLOATS)  # fmt: skip
MISSING = "(missing)"


def is_number(kind: str) -> bool:
    """Whether a DuckDB type holds numbers."""
    return kind.upper().startswith(NUMBERS)


def text_of(column: str, kind: str) -> str:
    """SQL text of a value: 1.0 reads `1`, so that a label is the same from a float and an int column."""
    if kind.upper().startswith(FLOATS):
        whole = f"{column} = floor({column}) AND abs({column}) < 1e15"
        return f"(CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END)"
    return f"CAST({column} AS VARCHAR)"


def label_text(column: str, kind: str, task: Task) -> str:
    """SQL text of a label; where `positive` is a truth value, True and TRUE read `true` as well."""
    text = text_of(column, kind)
    if not isinstance(task.positive, bool):
        return text
    return f"(CASE WHEN lower({text}) IN ('true', 'false') THEN lower({text}) ELSE {text} END)"


def number_of(column: str, kind: str) -> str:
    """SQL number (DOUBLE) of a value; text that is no number becomes NULL, which the checks name."""
    return f"CAST({column} AS DOUBLE)" if is_number(kind) else f"TRY_CAST({column} AS DOUBLE)"
