"""Predictions that are the same whatever the row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specgen.checks.sanity.found import Finding, failed, inconclusive, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import Scene
from specgen.inputs.rows import Rows
from specgen.inputs.tables import quote

# A model that finds one row in ten of a label misses as many in a row once in a thousand times: 0.9^66.
SURELY_SEEN = 66
# With fewer rows that differ, one answer for all may still be the right one.
FEW_OTHERS = 20
# A spread of a hundredth of the labels' explains a ten-thousandth of their variance at most.
LEAST_SPREAD = 0.01
MOST_ALIKE = 0.5
LOOK = "Look at what the model is given and at the last layer of it: it answers without regard to the row."


@sanity_check("constant_predictions", "Constant or collapsed predictions")
def constant_predictions(scene: Scene) -> Iterator[Finding]:
    """The candidate does not answer all rows alike, and says every frequent label at least once.

    Classes: one prediction for all rows, or a label of 66 rows or more that is never predicted. Numbers:
    a spread below a hundredth of the labels'. Texts: one text for half of the rows, twice as often as
    among the references. Rankings: ties throughout in half of the queries.
    """
    for split in scene.evaluated:
        rows = scene.rows[split]
        yield LOOKS[scene.spec.task.type](scene, rows, rows.index(scene.candidate))


def _classes(scene: Scene, rows: Rows, i: int) -> Finding:
    label = dict(scene.ask(f"SELECT label, count(*) FROM {rows.table} GROUP BY ALL"))
    said = dict(scene.ask(f"SELECT p{i}, count(*) FROM {rows.table} WHERE p{i} IS NOT NULL GROUP BY ALL"))
    if len(said) == 1:
        only = next(iter(said))
        others = rows.count - label.get(only, 0)
        found = f"every one of {rows.count:,} rows of {rows.split} is predicted '{rows.labels[only]}'"
        return _all_alike(f"{found}, {others:,} of them wrongly", others, rows.split)
    never = {rows.labels[code]: n for code, n in label.items() if code not in said and n >= SURELY_SEEN}
    return _never(never, rows) or passed(f"{len(said)} labels are predicted on {rows.split}", rows.split)


def _multilabel(scene: Scene, rows: Rows, i: int) -> Finding:
    codes = range(len(rows.labels))
    parts = [f"count_if(y{j} = 1), count_if(p{i}_{j} = 1), count_if(y{j} <> p{i}_{j})" for j in codes]
    answers = f"count(DISTINCT [{', '.join(f'p{i}_{j}::INTEGER' for j in codes)}])"
    different, *counts = scene.ask(f"SELECT {answers}, {', '.join(parts)} FROM {rows.table}")[0]
    occurs, said, wrong = counts[0::3], counts[1::3], counts[2::3]
    if different == 1:
        return _all_alike(
            f"every one of {rows.count:,} rows of {rows.split} gets the same labels", max(wrong), rows.split
        )
    never = {rows.labels[j]: occurs[j] for j in codes if occurs[j] >= SURELY_SEEN and not said[j]}
    return _never(never, rows) or passed(f"{different:,} different answers on {rows.split}", rows.split)


def _all_alike(found: str, others: int, split: str) -> Finding:
    if others < FEW_OTHERS:
        return inconclusive(found, "Evaluate on more rows of the other labels.", split, count=others)
    return failed(found, LOOK, split, count=others)


def _never(never: dict[str, int], rows: Rows) -> Finding | None:
    if not never:
        return None
    told = ", ".join(
        f"'{label}' ({n:,} rows)" for label, n in sorted(never.items(), key=lambda one: -one[1])[:5]
    )
    return failed(
        f"on {rows.split} the candidate never predicts {told}",
        "Lower the threshold of these labels, or weigh their rows more in training.",
        rows.split, count=sum(never.values()),
    )  # fmt: skip


def _numbers(scene: Scene, rows: Rows, i: int) -> Finding:
    spread, of_labels, alike = scene.ask(
        f"SELECT stddev_pop(p{i}), stddev_pop(label), count(DISTINCT p{i}) FROM {rows.table}"
    )[0]
    ratio = _ratio(spread, of_labels)
    told = f"predictions of {rows.split} spread {ratio:.3g} times as wide as its labels"
    if of_labels and ratio < LEAST_SPREAD:
        return failed(
            f"{told}, with {alike:,} different values", LOOK, rows.split, count=rows.count, statistic=ratio
        )
    return passed(told, rows.split, statistic=ratio)


def _ratio(spread: float | None, of_labels: float | None) -> float:
    return (spread or 0.0) / of_labels if of_labels else 0.0


def _ranking(scene: Scene, rows: Rows, i: int) -> Finding:
    queries, tied = scene.ask(
        f"SELECT count(*), count_if(least = most) FROM (SELECT min(p{i}) AS least, max(p{i}) AS most"
        f" FROM {rows.table} GROUP BY query HAVING count(*) > 1)"
    )[0]
    share = tied / queries if queries else 0.0
    told = f"{tied:,} of {queries:,} queries of {rows.split} have one score for all their rows"
    if share >= MOST_ALIKE:
        return failed(told, LOOK, rows.split, count=tied, statistic=share)
    return passed(told, rows.split, statistic=share)


def _texts(scene: Scene, rows: Rows, i: int) -> Finding:
    text, share = _commonest(scene, rows, f"__sg_raw_{i}")
    _, of_references = _commonest(scene, rows, quote(scene.spec.task.targets[0]))
    told = f"the commonest text predicted on {rows.split} is '{text[:40]}', {share:.1%} of the rows"
    if rows.count > 1 and share >= max(MOST_ALIKE, 2 * of_references):
        return failed(told, LOOK, rows.split, count=round(share * rows.count), statistic=share)
    return passed(told, rows.split, statistic=share)


def _commonest(scene: Scene, rows: Rows, column: str) -> tuple[str, float]:
    found: list[Any] = scene.ask(
        f"SELECT trim(CAST({column} AS VARCHAR)) AS t, count(*) / {max(rows.count, 1)} FROM {rows.relation}"
        " GROUP BY t ORDER BY 2 DESC, t LIMIT 1"
    )
    return (str(found[0][0] or ""), float(found[0][1])) if found else ("", 0.0)


def _scores(scene: Scene, rows: Rows, i: int) -> Finding:
    values = scene.ask(f"SELECT count(DISTINCT p{i}) FROM {rows.table}")[0][0]
    told = f"the first score has {values:,} different values on {rows.count:,} rows of {rows.split}"
    if values == 1 and rows.count >= FEW_OTHERS:
        return failed(
            told,
            "Look at how the scores were made: they say the same of every row.",
            rows.split,
            count=rows.count,
        )
    return passed(told, rows.split)


LOOKS = {
    "binary": _classes, "multiclass": _classes, "multilabel": _multilabel, "regression": _numbers,
    "ranking": _ranking, "transcription": _texts, "scores": _scores,
}  # fmt: skip
