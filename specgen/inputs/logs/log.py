"""What every adapter makes of a log: rows with an id, and which of their columns are scores."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from numbers import Real
from typing import Any, Literal

Row = Mapping[str, Any]
SHOWN_ID = 80


class LogError(Exception):
    """A log cannot be used; the message says why, for people."""


@dataclass(frozen=True)
class Score:
    """A column of per-example scores, and which direction is better."""

    column: str
    better: Literal["higher", "lower"] = "higher"


@dataclass(frozen=True)
class EvaluationLog:
    """A log of `tool`, a row an example; `models` names the columns of each model where a log holds several.

    Every row has `id`. `unit` is the column of what was tried more than once, if something was.
    """

    tool: str
    rows: Sequence[Row]
    scores: tuple[Score, ...]
    unit: str | None = None
    models: Mapping[str, Mapping[str, str]] | None = None


def beside(taken: Row, extra: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Fields to add to a row: by their own names, or as `prefix.NAME` where a column is called so already."""
    names = {name.lower() for name in taken}
    return {
        f"{prefix}.{key}" if str(key).lower() in names else str(key): value for key, value in extra.items()
    }


def text_ids(texts: Sequence[str]) -> list[str]:
    """Ids of examples that have none: their text, so that logs pair by what was asked and not by position.

    A long text is cut and told apart by its digest; the same text again gets a number.
    """
    found: list[str] = []
    seen: dict[str, int] = {}
    for text in texts:
        plain = " ".join(text.split())
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        name = plain if 0 < len(plain) <= SHOWN_ID else f"{plain[: SHOWN_ID - 10]}… {digest}"
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return found


def number(value: object) -> float | None:
    """A value as a score: numbers and truth values; None for anything else."""
    return float(value) if isinstance(value, Real) else None


def scored(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[str]:
    """Those of the columns that hold numbers wherever they hold something."""
    for column in columns:
        values = [row.get(column) for row in rows]
        if any(value is not None for value in values) and all(
            value is None or number(value) is not None for value in values
        ):
            yield column


def as_arrow(rows: Sequence[Row]) -> Any:
    """An Arrow table of rows that may differ in their keys; what is neither number nor text is JSON text."""
    import pyarrow

    names = list(dict.fromkeys(name for row in rows for name in row))
    return pyarrow.table({name: _column([row.get(name) for row in rows]) for name in names})


def _column(values: Sequence[object]) -> Any:
    import pyarrow

    there = [value for value in values if value is not None]
    kinds = {type(value) for value in there}
    if kinds <= {bool}:
        return pyarrow.array(values, pyarrow.bool_() if there else pyarrow.string())
    if kinds == {int} and all(abs(value) < 2**63 for value in there if isinstance(value, int)):
        return pyarrow.array(values, pyarrow.int64())
    if all(isinstance(value, Real) for value in there):
        return pyarrow.array([number(value) for value in values], pyarrow.float64())
    return pyarrow.array([_text(value) for value in values], pyarrow.string())


def _text(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()
