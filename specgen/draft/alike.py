"""How alike two columns are: the true values and somebody's answers agree more than any feature does."""

from __future__ import annotations

from specgen.draft.columns import Column, Look
from specgen.inputs.tables import quote

TEXTS = 200
# Texts that hardly recur are no classes if they have so many words on average; others if they are sentences.
WORDS, SENTENCE, FEW = 1.5, 3.0, 20


def is_texts(column: Column) -> bool:
    """Whether it holds texts, written or spoken, rather than classes."""
    if column.kind != "text":
        return False
    if not column.values or column.distinct > 0.5 * column.rows:
        return not column.values or column.words_a_text >= WORDS
    return column.words_a_text >= SENTENCE and column.distinct > FEW


def is_classes(column: Column) -> bool:
    """Whether it holds classes: a few values that recur."""
    recur = column.distinct <= max(2, (column.rows - column.missing) / 2)
    return column.kind in ("text", "truth", "number") and len(column.values) >= 2 and recur and (
        column.kind != "number" or column.whole
    )  # fmt: skip


def alike(look: Look, one: Column, others: list[Column]) -> dict[str, float]:
    """From 0 to 1 for each other column of the same kind: the share that agrees beyond the most frequent
    answer's, the correlation of numbers, the likeness of texts."""
    if is_texts(one):
        return {other.name: _texts(look, one, other) for other in others if other.kind == "text"}
    if is_classes(one):
        near = [other for other in others if is_classes(other) and _same_values(one, other)]
        return {other.name: _agreement(look, one, other) for other in near}
    if one.kind == "number":
        return {other.name: _correlation(look, one, other) for other in others if other.kind == "number"}
    return {}


def _same_values(one: Column, other: Column) -> bool:
    return set(one.values) <= set(other.values) or set(other.values) <= set(one.values)


def _agreement(look: Look, one: Column, other: Column) -> float:
    """Cohen's kappa, so that two columns that nearly always say the same are not alike for that alone."""
    a, b = look.text(one.name), look.text(other.name)
    counts = look.connection.execute(
        f"SELECT a, b, count(*) FROM (SELECT {a} AS a, {b} AS b FROM {look.sql})"
        " WHERE a IS NOT NULL AND b IS NOT NULL GROUP BY ALL"
    ).fetchall()
    total = sum(n for _, _, n in counts)
    if not total:
        return 0.0
    left: dict[str, float] = {}
    right: dict[str, float] = {}
    for a_value, b_value, n in counts:
        left[a_value] = left.get(a_value, 0.0) + n / total
        right[b_value] = right.get(b_value, 0.0) + n / total
    agreed = sum(n for a_value, b_value, n in counts if a_value == b_value) / total
    chance = sum(share * right.get(value, 0.0) for value, share in left.items())
    return max((agreed - chance) / (1 - chance), 0.0) if chance < 1 else 0.0


def _correlation(look: Look, one: Column, other: Column) -> float:
    a, b = (f"CAST({quote(column.name)} AS DOUBLE)" for column in (one, other))
    usable = f"isfinite({a}) AND isfinite({b})"
    if one.low == one.high or other.low == other.high:
        return 0.0
    found = look.ask(f"corr({a}, {b}) FILTER (WHERE {usable})")[0]
    return max(float(found), 0.0) if isinstance(found, float) and found == found else 0.0


def _texts(look: Look, one: Column, other: Column) -> float:
    from rapidfuzz.fuzz import ratio

    a, b = quote(one.name), quote(other.name)
    rows = look.connection.execute(
        f"SELECT {a}, {b} FROM {look.sql} WHERE {a} IS NOT NULL AND {b} IS NOT NULL LIMIT {TEXTS}"
    ).fetchall()
    return sum(ratio(x, y) for x, y in rows) / (100 * len(rows)) if rows else 0.0
