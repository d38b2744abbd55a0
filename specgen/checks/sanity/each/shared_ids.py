"""Ids and sampling units that stand in two splits."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.checks.sanity.columns import earlier_and_later
from specgen.checks.sanity.found import MOST_ROWS, Finding, failed, inconclusive, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import Scene
from specgen.inputs.tables import quote
from specgen.inputs.values import is_number, text_of


@sanity_check("shared_ids", "Ids shared between splits")
def shared_ids(scene: Scene) -> Iterator[Finding]:
    """No id stands in two splits, and no sampling unit (`task.unit`) of a later split in an earlier one.

    Ids that merely number the rows of each split, from 0 or 1 without a gap, say nothing. Rows of one
    unit are alike: where units are shared, the score is one of units that the model knows. That may be
    meant, so it is open, not wrong.
    """
    splits = list(scene.tables)
    named = [name for name in (scene.spec.task.id, scene.spec.task.unit) if name]
    if len(splits) < 2 or not named:
        yield not_applicable(
            "there is only one split" if len(splits) < 2 else "the spec names no task.id or task.unit"
        )
        return
    found = [
        one for name in named for pair in earlier_and_later(splits) if (one := _shared(scene, name, *pair))
    ]
    wrong = [one for one in found if one.verdict != "passed"]
    what = " or ".join(named)
    if not found:
        yield not_applicable(f"no two splits have {what}")
    elif wrong:
        yield from wrong
    else:
        yield passed(f"no {what} stands in two of {', '.join(splits)}")


def _shared(scene: Scene, name: str, earlier: str, later: str) -> Finding | None:
    texts = {}
    for split in (earlier, later):
        column = scene.tables[split].column(name)
        if column is None:
            return None
        texts[split] = text_of(quote(column), scene.tables[split].columns[column])
    here, there = (
        f"SELECT DISTINCT {texts[split]} AS k FROM {scene.tables[split].sql}" for split in (later, earlier)
    )
    both = f"SELECT k FROM ({here}) WHERE k IN (SELECT k FROM ({there}))"
    count, total = scene.ask(f"SELECT (SELECT count(*) FROM ({both})), (SELECT count(*) FROM ({here}))")[0]
    if not count or all(_numbered(scene, split, name) for split in (earlier, later)):
        return passed(f"no {name} of {later} stands in {earlier}", later)
    some = [str(one[0]) for one in scene.ask(f"{both} ORDER BY k LIMIT {MOST_ROWS}")]
    told = f"{count:,} of {total:,} values of {name} in {later} stand in {earlier} too"
    if name == scene.spec.task.id:
        do = f"Find out whether these are the same rows; if so, take them out of {later} and measure again."
        return failed(told, do, later, rows=some, count=count, statistic=count / total)
    do = f"Split by {name}, so that {later} holds units that the model has not seen, unless it will meet the same ones."
    return inconclusive(told, do, later, rows=some, count=count, statistic=count / total)


def _numbered(scene: Scene, split: str, name: str) -> bool:
    """Whether the values are the numbers of the split's rows."""
    column = scene.tables[split].column(name) or ""
    if not is_number(scene.tables[split].columns[column]):
        return False
    k = quote(column)
    low, high, distinct = scene.ask(
        f"SELECT min({k}), max({k}), count(DISTINCT {k}) FROM {scene.tables[split].sql}"
    )[0]
    return low in (0, 1) and high - low + 1 == distinct
