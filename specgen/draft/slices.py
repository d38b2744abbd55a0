"""Which columns to slice by: categories with enough rows each, and numbers cut at round edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from specgen.draft.columns import Column, Look
from specgen.draft.hints import ID, has, says_prediction, says_score
from specgen.draft.roles import Roles
from specgen.inputs.tables import quote

MOST_VALUES = 20
FEWEST_ROWS = 30
MOST_CATEGORIES, MOST_NUMBERS = 8, 3
BINS = 4
SHOWN, MOST_NAMED = 20, 8
# Numbers with so few values are codes: each value is a slice.
FEW_NUMBERS = 10
ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class SliceDraft:
    """Slices by a column, by its values or by bins, and why."""

    column: str
    why: str
    bins: tuple[float, ...] = ()


@dataclass(frozen=True)
class SlicesDraft:
    """The slices of a draft, and why columns were left out, with their names."""

    slices: tuple[SliceDraft, ...]
    left_out: tuple[tuple[str, str], ...]


def draft_slices(look: Look, roles: Roles, others: Sequence[str], allowed: Sequence[str]) -> SlicesDraft:
    """Slices over the columns that are `allowed` and no one's labels, predictions or keys (`others`)."""
    known = roles.taken | set(others)
    columns = [c for c in look.columns if c.name in allowed and c.name not in known and not _no_property(c)]
    if roles.type == "ranking":
        columns = [c for c in columns if _of_queries(look, c, roles.keys.query or "")]
    categories = [c for c in columns if is_category(c)]
    ranked = sorted(categories, key=lambda c: (_rare(c), len(c.values)))
    numbers = [(c, bins) for c in columns if c not in categories and (bins := round_bins(look, c))]
    slices = [SliceDraft(c.name, _values(c)) for c in ranked[:MOST_CATEGORIES]]
    slices += [
        SliceDraft(c.name, f"from {c.low:g} to {c.high:g}, about a quarter of the rows each", bins)
        for c, bins in numbers[:MOST_NUMBERS]
    ]
    chosen = {one.column for one in slices}
    reasons: dict[str, list[str]] = {}
    for column in columns:
        if column.name not in chosen:
            reasons.setdefault(_why_not(column), []).append(column.name)
    return SlicesDraft(tuple(slices), tuple((why, _some(names)) for why, names in reasons.items()))


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} others" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def is_category(column: Column) -> bool:
    """Whether each of its values makes a slice: few values, most of them with enough rows."""
    return (
        2 <= len(column.values) <= MOST_VALUES
        and (column.kind != "number" or (column.whole and len(column.values) <= FEW_NUMBERS))
        and column.kind in ("text", "truth", "number")
        and (column.rows - column.missing) / len(column.values) >= FEWEST_ROWS / 2
    )  # fmt: skip


def round_bins(look: Look, column: Column) -> tuple[float, ...]:
    """Edges near the quartiles that read well, the outer ones beyond all values; none if there are too few."""
    if column.kind != "number" or column.distinct <= FEW_NUMBERS or column.low is None or column.high is None:
        return ()
    if column.rows - column.missing < BINS * FEWEST_ROWS or not math.isfinite(column.high - column.low):
        return ()
    value = f"CAST({quote(column.name)} AS DOUBLE)"
    shares = [k / BINS for k in range(1, BINS)]
    found = look.ask(f"quantile_cont({value}, {shares}) FILTER (WHERE isfinite({value}))")[0]
    quartiles = [float(q) for q in found] if isinstance(found, list) else []
    spread = quartiles[-1] - quartiles[0] if quartiles else 0.0
    if spread <= 0:
        return ()
    step = _step(spread / 8, column.whole)
    inner = sorted({_at(round(q / step), step) for q in quartiles})
    outer = max(_step((column.high - column.low) / 20, column.whole), step)
    lowest = _at(math.floor(column.low / outer), outer)
    highest = _at(math.floor(column.high / outer) + 1, outer)
    inner = [edge for edge in inner if column.low < edge <= column.high]
    return (lowest, *inner, highest) if inner else ()


def _step(least: float, whole: bool) -> float:
    """The next round number from `least` on, an integer for whole numbers."""
    least = max(least, 1.0) if whole else least
    power = 10.0 ** math.floor(math.log10(least))
    steps = [r * power for r in ROUND if r * power >= least]
    return next(step for step in steps if step.is_integer() or not whole)


def _at(count: int, step: float) -> float:
    """A multiple of a step without what binary fractions add to it."""
    return float(f"{count * step:.10g}") + 0.0


def _values(column: Column) -> str:
    shown = ", ".join(
        value if len(value) <= SHOWN else value[: SHOWN - 1] + "…" for value in column.values[:4]
    )
    missing = f"; {column.missing:,} rows have none" if column.missing else ""
    return f"{len(column.values)} values: {shown}{', …' if len(column.values) > 4 else ''}{missing}"


def _no_property(column: Column) -> bool:
    """Whether it is no property of a row: an id, a model's answer, an empty column."""
    if column.kind in ("other", "time") or not column.distinct or says_prediction(column):
        return True
    return (has(column, ID) and column.distinct > MOST_VALUES) or (says_score(column) and column.share)


def _rare(column: Column) -> bool:
    return column.fewest < FEWEST_ROWS


def _of_queries(look: Look, column: Column, query: str) -> bool:
    """Whether it is the same on all rows of a query: a slice that cuts queries cannot be measured."""
    value = quote(column.name)
    found = look.connection.execute(
        f"SELECT max(n) FROM (SELECT count(DISTINCT {value}) + count(DISTINCT {value} IS NULL) AS n"
        f" FROM {look.sql} GROUP BY {quote(query)})"
    ).fetchall()
    return bool(found[0][0] is not None and found[0][0] <= 2)


def _why_not(column: Column) -> str:
    if column.distinct == 1:
        return "one value"
    if column.kind == "number" and column.rows - column.missing < BINS * FEWEST_ROWS:
        return "too few rows for bins"
    if is_category(column) or (column.kind == "number" and column.distinct > FEW_NUMBERS):
        return "to keep the list short"
    return f"more than {MOST_VALUES} values" if column.distinct > MOST_VALUES else "too few rows a value"
