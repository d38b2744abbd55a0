"""Labels and categories that the training set does not have."""

from __future__ import annotations

import math
from collections.abc import Iterator

from scipy import stats

from specgen.checks.sanity.columns import (
    Column,
    fine_columns,
    label_columns,
    row_id,
    shared_columns,
    target_text,
    unit_of,
)
from specgen.checks.sanity.found import MOST_ROWS, Finding, failed, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import Scene

MOST_UNSEEN, LEAST_P = 0.01, 0.002
CLASSES = ("binary", "multiclass")
# Numbers of so few values are categories.
FEW_NUMBERS = 20


@sanity_check("unseen_values", "Labels and categories unseen in training")
def unseen_values(scene: Scene) -> Iterator[Finding]:
    """Later splits have no label, and few rows with a category, that the first split has not.

    Of a column with rare categories some new ones are expected: the share of rows whose category occurs
    once in the first split (Good 1953, Biometrika 40:237). It fails where the share of rows with a new one
    is beyond that by 1% of the rows and by more than chance (p < 0.002, Bonferroni over columns and splits).
    """
    splits = list(scene.tables)
    if len(splits) < 2:
        yield not_applicable("there is only one split")
        return
    columns = {split: _categories(scene, splits[0], split) for split in splits[1:]}
    trials = sum(map(len, columns.values()))
    labelled = scene.spec.task.type in CLASSES and label_columns(scene, splits[0])
    found = [
        one for split in splits[1:]
        for one in (
            _labels(scene, splits[0], split) if labelled and label_columns(scene, split) else None,
            *(_column(scene, column, splits[0], split, trials) for column in columns[split]),
        ) if one
    ]  # fmt: skip
    wrong = [one for one in found if one.verdict == "failed"]
    if not found:
        yield not_applicable("neither labels nor features are categories")
    elif wrong:
        yield from wrong
    else:
        most = max(found, key=lambda one: one.statistic or 0.0)
        yield passed(
            f"{len(found)} comparisons with {splits[0]}; at most {most.found}", statistic=most.statistic
        )


def _categories(scene: Scene, first: str, split: str) -> list[Column]:
    """Texts, and numbers of few values; no columns of which most rows have a value of their own."""
    columns = shared_columns(scene, (first, split))
    fine = {one.name for one in fine_columns(scene, first, columns)}
    found = []
    for one in columns:
        if one.name in fine or one.kind == "time":
            continue
        few = (
            f"SELECT count(*) FROM (SELECT DISTINCT {one.text(first)} FROM {scene.tables[first].sql}"
            f" LIMIT {FEW_NUMBERS + 1})"
        )
        if one.kind == "text" or scene.ask(few)[0][0] <= FEW_NUMBERS:
            found.append(one)
    return found


def _labels(scene: Scene, first: str, split: str) -> Finding:
    label = {one: target_text(scene, one) for one in (first, split)}
    known = f"SELECT {label[first]} FROM {scene.tables[first].sql}"
    rows = f"SELECT {label[split]} AS l, {row_id(scene, split)} AS i FROM {scene.tables[split].sql}"
    unseen = f"FROM ({rows}) WHERE l IS NOT NULL AND l NOT IN ({known})"
    count, some = scene.ask(f"SELECT count(*), list(DISTINCT l)[:3] {unseen}")[0]
    if not count:
        return passed(f"0 rows of {split} with a label that is not in {first}", split, statistic=0.0)
    ids = [str(one[0]) for one in scene.ask(f"SELECT i {unseen} LIMIT {MOST_ROWS}")]
    told = f"{count:,} rows of {split} have a label that {first} has not: {', '.join(map(repr, some))}"
    return failed(
        told, "Train on rows of these labels too, or take them out of the task.", split, rows=ids, count=count
    )


def _column(scene: Scene, column: Column, first: str, split: str, trials: int) -> Finding:
    unit = unit_of(scene, first)
    size = f"count(DISTINCT {unit})" if unit else "count(*)"
    counted, current = _counted(scene, column, first, size), _counted(scene, column, split, "count(*)")
    once, twice, values = scene.ask(
        f"SELECT count_if(n = 1), count_if(n = 2), coalesce(sum(n), 0) FROM {counted}"
    )[0]
    rows = scene.ask(f"SELECT {size} FROM {scene.tables[first].sql}")[0][0] if unit else values
    total, new, some = scene.ask(
        "SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (fresh), 0), (list(v ORDER BY n DESC) FILTER (fresh))[:3]"
        f" FROM (SELECT v, n, v NOT IN (SELECT v FROM {counted}) AS fresh FROM {current})"
    )[0]
    units = _units(scene, split, int(total))
    share, expected = float(new) / max(float(total), 1), once / max(float(rows), 1)
    # The spread of the estimate (of categories met once and twice) and of the share itself.
    least = 1 / max(float(rows), 1)
    se = math.sqrt((once + 2 * twice + 1) * least**2 + max(share, expected, least) / max(units, 1))
    p_value = min(float(stats.norm.sf((share - expected) / se)) * trials, 1.0)
    of = f"{share:.2%} of rows of {split} with a {column.name}"
    told = f"{of} that is not in {first} ({expected:.2%} expected)"
    if share - expected > MOST_UNSEEN and p_value < LEAST_P:
        named = ", ".join(f"'{one}'" for one in some or ())
        do = f"Map {named} to categories that {first} has, or train on rows with them."
        return failed(told, do, split, count=int(new), statistic=share, p_value=p_value)
    return passed(told, split, statistic=share, p_value=p_value)


def _counted(scene: Scene, column: Column, split: str, size: str) -> str:
    text = column.text(split)
    return f"(SELECT {text} AS v, {size} AS n FROM {scene.tables[split].sql} WHERE {text} IS NOT NULL GROUP BY v)"


def _units(scene: Scene, split: str, rows: int) -> int:
    unit = unit_of(scene, split)
    return (
        int(scene.ask(f"SELECT count(DISTINCT {unit}) FROM {scene.tables[split].sql}")[0][0])
        if unit
        else rows
    )
