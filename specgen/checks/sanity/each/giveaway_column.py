"""Single columns that give the label away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from specgen.checks.sanity.columns import TIMES, label_columns
from specgen.checks.sanity.found import Finding, failed, inconclusive, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import Scene
from specgen.checks.sanity.single_column import auc, codes_of_numbers, codes_of_texts, explained, fitted_means
from specgen.engine.cells import FloatArray
from specgen.inputs.tables import Table, quote
from specgen.inputs.values import is_number, label_text, number_of

MOST_ROWS, FEWEST_ROWS, FEWEST_LABELS = 10_000, 60, 10
GIVEN_AWAY = 0.98
NORMAL_BOUND = 3.0
ROW_ORDER = "the order of the rows"
NESTED = ("STRUCT", "MAP", "UNION", "BLOB", "BIT")
DO = "Find out whether {name} is known before the label is; if not, keep it from the model and train again."


@dataclass(frozen=True)
class _Told:
    """How well a column tells the label: its value and a lower bound."""

    name: str
    value: float
    low: float
    measure: str


@sanity_check("giveaway_column", "A column that gives the label away")
def giveaway_column(scene: Scene) -> Iterator[Finding]:
    """No single feature, nor the id or the order of the rows, tells the label.

    Each column predicts by itself, fitted on one half of the rows (means by category or by one of 64
    ranges, a missing value being a range of its own) and measured on the other, so that columns of many
    values do not look as if they could. It fails from an AUC of 0.98 on (of each label against the
    others), for numbers from an R² of 0.98 on, and where the lower bound (3 standard errors) is above
    0.95. The order of the rows alone is open: it matters where something uses it.
    """
    task = scene.spec.task
    if task.type in ("transcription", "scores"):
        yield not_applicable(
            "a scores task has no label" if task.type == "scores" else "the labels are texts"
        )
        return
    for split in [split for split in scene.tables if label_columns(scene, split)]:
        yield from _looked_at(scene, split)


def _looked_at(scene: Scene, split: str) -> Iterator[Finding]:
    table, task = scene.tables[split], scene.spec.task
    names = [
        n
        for n in scene.features(split)
        if not table.columns[n].upper().startswith(NESTED) and "]" not in table.columns[n]
    ]
    known = table.column(task.id) if task.id else None
    names += [known] if known and known not in names else []
    data = _rows(scene, table, names)
    half = np.random.default_rng(scene.seed).random(len(data["__order"])) < 0.5
    targets = _targets(scene, data)
    if len(half) < FEWEST_ROWS or not targets:
        yield not_applicable(f"too few rows of {split}, or of each label, to tell", split)
        return
    found = [
        max((_told(name, values, target, half) for target in targets), key=lambda one: one.value)
        for name, values in [
            *((name, _values(table, name, data[name])) for name in names),
            (ROW_ORDER, data["__order"]),
        ]
    ]
    best = max(found, key=lambda one: one.value)
    wrong = [one for one in found if one.value >= GIVEN_AWAY and one.low >= GIVEN_AWAY - 0.03]
    yield from (_finding(one, split) for one in wrong)
    if not wrong:
        yield passed(f"of {len(found)} columns of {split} {best.name} tells most, {best.measure} {best.value:.3f}",
                     split, statistic=best.value)  # fmt: skip


def _finding(one: _Told, split: str) -> Finding:
    what = one.name if one.name == ROW_ORDER else f"the column {one.name}"
    told = f"{what} alone tells the label of {split} with {one.measure} {one.value:.3f}"
    if one.name == ROW_ORDER:
        do = "Shuffle the rows, unless nothing that trains or evaluates the model uses their order."
        return inconclusive(told, do, split, statistic=one.value)
    return failed(told, DO.format(name=one.name), split, statistic=one.value)


def _rows(scene: Scene, table: Table, names: Sequence[str]) -> dict[str, Any]:
    """Columns of the table's rows, of every k-th where there are many, beside their targets and their order."""
    task = scene.spec.task
    targets = [table.column(name) or name for name in task.targets]
    columns = [f"{quote(name)} AS {quote(name)}" for name in dict.fromkeys(names)]
    for i, name in enumerate(targets):
        kind = table.columns[name]
        text = task.type in ("binary", "multiclass")
        columns.append(
            f"{label_text(quote(name), kind, task) if text else number_of(quote(name), kind)} AS __target_{i}"
        )
    size = scene.ask(f"SELECT count(*) FROM {table.sql}")[0][0]
    step = max(-(-size // MOST_ROWS), 1)
    relation = f"(SELECT {', '.join(columns)}, row_number() OVER () AS __order FROM {table.sql})"
    found = scene.connection.execute(
        f"SELECT * FROM {relation} WHERE __order % {step} = 0 ORDER BY __order"
    ).fetchnumpy()
    return {name: found[name] for name in found} | {"__order": np.asarray(found["__order"], float)}


def _targets(scene: Scene, data: dict[str, Any]) -> list[FloatArray]:
    """What is to be told: a number, or each frequent label against the others as 1 and 0."""
    task = scene.spec.task
    if task.type == "regression":
        return [np.ma.filled(data["__target_0"], np.nan).astype(float)]
    if task.type in ("ranking", "multilabel"):
        found = [
            np.asarray(np.ma.filled(data[f"__target_{i}"], 0) > 0, float) for i in range(len(task.targets))
        ]
    else:
        text = np.array([str(one) for one in data["__target_0"]])
        labels, counts = np.unique(text, return_counts=True)
        order = np.argsort(-counts)[:10]
        found = [
            np.asarray(text == label, float) for label in labels[order[: 1 if len(labels) == 2 else None]]
        ]
    return [one for one in found if min(one.sum(), (1 - one).sum()) >= 4 * FEWEST_LABELS]


def _values(table: Table, name: str, column: Any) -> Any:
    """A column as numbers (n,), missing ones NaN, or as it is."""
    kind = table.columns[name].upper()
    if is_number(kind):
        return np.ma.filled(np.ma.asarray(column).astype(float), np.nan)
    if kind.startswith(TIMES[:1]) or kind.startswith("TIMESTAMP"):
        times = np.ma.asarray(column)
        return np.where(
            np.ma.getmaskarray(times),
            np.nan,
            times.filled(np.datetime64(0, "s")).astype("datetime64[s]").astype(float),
        )
    return np.ma.filled(np.ma.asarray(column, dtype=object), None)


def _told(name: str, values: Any, target: FloatArray, half: Any) -> _Told:
    known = np.isfinite(target)
    number = np.asarray(values).dtype == float
    code = codes_of_numbers(values) if number else codes_of_texts(values)
    score, test = fitted_means(code, target, half & known), ~half & known
    if not set(np.unique(target[known])) <= {0.0, 1.0}:
        fits = [explained(score[test], target[test])]
        finite = np.isfinite(values) if number else np.zeros(len(code), bool)
        if finite[known].all() and number and np.ptp(values[half]):
            slope, start = np.polyfit(values[half & known], target[half & known], 1)
            fits.append(explained(slope * values[test] + start, target[test]))
        return _Told(name, max(fits), max(fits), "R²")
    positive = target[test] == 1
    value, se = auc(score[test], positive)
    if number and np.isfinite(values).all():
        direction = 1.0 if auc(values[half], target[half] == 1)[0] >= 0.5 else -1.0
        straight = auc(direction * values[test], positive)
        value, se = max((value, se), straight)
    return _Told(name, value, value - NORMAL_BOUND * se, "AUC")
