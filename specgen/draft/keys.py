"""Which columns tell rows apart, and which rows belong together."""

from __future__ import annotations

import re

from specgen.draft.columns import Column, Look
from specgen.draft.hints import (
    ID,
    ITEM,
    QUERY,
    TIME,
    UNIT,
    has,
    says_prediction,
    says_score,
    says_target,
    says_time,
)
from specgen.draft.roles import Keys

# Fewer units than this say little about others, and are slices rather than a sample of units.
FEWEST_UNITS = 10
ROWS_A_UNIT = 1.2
WEIGHT = {"weight", "weights"}
NUMBER = {"no", "nr", "number", "code", "ticket", "file", "filename", "path"}
# What pandas' index is called in parquet, and a column of a csv file that has no name.
NAMELESS = re.compile(r"__index_level_\d+__|unnamed: \d+|column\d+", re.IGNORECASE)


def find_keys(look: Look) -> Keys:
    """Columns by name, as far as their values allow it."""
    columns = [c for c in look.columns if not (says_prediction(c) or says_score(c) or says_target(c))]
    time = next((c for c in columns if says_time(c) and not c.missing and has(c, TIME)), None)
    weight = next((c for c in columns if c.kind == "number" and has(c, WEIGHT) and (c.low or 0) >= 0), None)
    groups = [c for c in columns if _groups(c)]
    query = next((c for c in groups if has(c, QUERY)), None)
    unit = next((c for c in groups if has(c, UNIT | {"person", "people"}) and c is not query), None)
    item = next(
        (c for c in columns if has(c, ITEM) and c.distinct > 1 and c is not unit and c is not query), None
    )
    identity = next((c for c in columns if _tells_apart(c) and c is not item), None)
    identity = identity or next((c for c in columns if _tells_apart(c)), None)
    identity = identity or next((c for c in columns if _numbered(c)), None)
    found = (identity, unit, time, query, item, weight)
    return Keys(*(column.name if column else None for column in found))


def _tells_apart(column: Column) -> bool:
    """A column of ids: unique, and called so, or an index without a name."""
    called = has(column, ID) or NAMELESS.fullmatch(column.name) is not None
    return column.unique and column.kind in ("number", "text") and called and _whole(column)


def _numbered(column: Column) -> bool:
    """Unique as ids are, in a column of another name: whole numbers without a gap, the codes of customers."""
    if not column.unique or column.rows < FEWEST_UNITS:
        return False
    if column.kind == "text":
        return column.words_a_text == 1 and has(column, NUMBER | UNIT | ITEM)
    return column.whole and (column.high or 0) - (column.low or 0) + 1 == column.rows


def _groups(column: Column) -> bool:
    """Whether some rows share its value, and there are enough of them to be a sample."""
    together = column.rows / column.distinct if column.distinct else 0
    return (
        column.kind in ("number", "text") and not column.missing and _whole(column)
        and column.distinct >= FEWEST_UNITS and together >= ROWS_A_UNIT
    )  # fmt: skip


def _whole(column: Column) -> bool:
    return column.kind != "number" or column.whole
