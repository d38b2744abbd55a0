"""Whether a split is a table of numbers and categories, rather than texts or files that people read, hear or see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from specgen.inputs.features import not_features
from specgen.inputs.tables import Table, quote
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROWS = 1000
FEWEST_FEATURES = 3
# A category is a word or a few, and recurs.
LONGEST_CATEGORY = 30
FILE = re.compile(
    r"\.(png|jpe?g|gif|tiff?|bmp|dcm|webp|wav|mp3|flac|ogg|mp4|avi|pdf|txt|html?)$", re.IGNORECASE
)


def structured(connection: DuckDBPyConnection, spec: Spec, table: Table) -> bool:
    """Whether three columns or more are left besides what the spec names, and all hold numbers or categories.

    Tasks about texts that are heard and scores that are judged are none. A guess, for a hint: data whose
    texts or pictures are kept elsewhere has few columns left.
    """
    if spec.task.type in ("transcription", "scores"):
        return False
    others = not_features(spec) | ({spec.task.item.lower()} if spec.task.item else set())
    features = [column for column in table.columns if column.lower() not in others]
    if len(features) < FEWEST_FEATURES:
        return False
    texts = [column for column in features if table.columns[column].upper() in ("VARCHAR", "BLOB")]
    if any(table.columns[column].upper().endswith("]") for column in features):
        return False
    return not texts or _categories(connection, table, texts)


def _categories(connection: DuckDBPyConnection, table: Table, columns: Sequence[str]) -> bool:
    """Whether the first values of text columns are short, recur, and name no files."""
    listed = ", ".join(f"{quote(column)}::VARCHAR" for column in columns)
    first = connection.execute(f"SELECT {listed} FROM {table.sql} LIMIT {ROWS}").fetchall()
    return all(
        _recur([value for value in values if value is not None]) for values in zip(*first, strict=True)
    )


def _recur(values: Sequence[str]) -> bool:
    distinct = set(values)
    recurs = len(distinct) <= max(len(values) / 4, 2)
    return recurs and all(len(one) <= LONGEST_CATEGORY and not FILE.search(one) for one in distinct)
