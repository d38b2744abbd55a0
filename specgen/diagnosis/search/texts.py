"""Columns made of texts: how long a text is, and words that go with losses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from specgen.diagnosis.search.columns import Column, name_sql
from specgen.diagnosis.search.edges import edges
from specgen.diagnosis.search.losses import RowLoss
from specgen.diagnosis.search.read import Searched, number_sql
from specgen.inputs.tables import literal, quote

# A column of texts: so many of its values are their own, and so long they are on average.
OWN_VALUES, LONG = 0.5, 10
MOST_WORDS, MOST_TEXTS = 40, 100_000


def text_columns(searched: Searched, names: Sequence[str], loss: RowLoss, min_rows: int) -> Iterator[Column]:
    """The length of each text column, in characters, and a column of its own for each word worth looking at."""
    for name in names:
        sql = name_sql(name, searched.names)
        lengths = searched.fetch([f"length({quote(name)})"])[0]
        cut = tuple(number_sql(edge) for edge in edges(lengths[np.isfinite(lengths)]))
        lacking = f"{sql} IS NULL" if np.isnan(lengths).any() else ""
        if cut:
            yield Column(name, f"length({sql})", edges=cut, ordered=True, missing=lacking)
        for word in _words(searched, name, loss, min_rows):
            condition = f"contains(' ' || lower({sql}) || ' ', {literal(f' {word} ')})"
            yield Column(name, sql, conditions=(condition,))


def is_text(searched: Searched, name: str) -> bool:
    """Whether a column holds texts, not categories."""
    if searched.kinds[name].upper() != "VARCHAR":
        return False
    own, long = searched.connection.execute(
        f"SELECT approx_count_distinct({quote(name)}) / nullif(count({quote(name)}), 0), avg(length({quote(name)}))"
        f" FROM {searched.table}"
    ).fetchall()[0]
    return own is not None and own > OWN_VALUES and long > LONG


def _words(searched: Searched, name: str, loss: RowLoss, min_rows: int) -> list[str]:
    """Words whose rows lose most beyond the average, on the half that is searched: the other must not choose."""
    rows = np.flatnonzero(searched.first_half & (loss.weight > 0))[:MOST_TEXTS]
    if not len(rows):
        return []
    texts = searched.connection.execute(
        f"SELECT lower({quote(name)}) FROM {searched.table} ORDER BY rowid"
    ).fetchall()
    lost, weight = loss.loss[rows], loss.weight[rows]
    excess = lost - lost.sum() / weight.sum() * weight
    count, total = defaultdict[str, int](int), defaultdict[str, float](float)
    for row, more in zip(rows.tolist(), excess.tolist(), strict=True):
        for word in set((texts[row][0] or "").split()):
            count[word] += 1
            total[word] += more
    kept = [word for word, n in count.items() if min_rows <= n < len(rows) and total[word] > 0]
    return sorted(kept, key=lambda word: (-total[word], word))[:MOST_WORDS]
