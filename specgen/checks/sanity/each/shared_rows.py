"""Rows that stand in two splits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from specgen.checks.sanity.columns import (
    Column,
    earlier_and_later,
    fine_columns,
    row_id,
    shared_columns,
    target_text,
)
from specgen.checks.sanity.found import MOST_ROWS, Finding, failed, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import Scene
from specgen.checks.sanity.twins import Twins, twins
from specgen.inputs.tables import quote

# A few doubles in two hundred rows do not move a score.
LEAST_SHARE, LEAST_EXCESS, LEAST_P = 0.005, 0.005, 0.001
# Cohen's kappa of the labels of twins, below which one says nothing of the other.
LEAST_KAPPA = 0.1
DO = "Take the shared rows out of {later}, or split again by what is unique to a row, and measure again."


@sanity_check("shared_rows", "Rows shared between splits")
def shared_rows(scene: Scene) -> Iterator[Finding]:
    """No row of a later split stands, with the same features, in an earlier one; ids and labels aside.

    Where a column holds amounts, measurements or texts, of which most rows have one of their own, equal
    rows are copies: 1 in 200 fails. Rows of few categories are alike by chance: they fail where there
    are more twins, by 0.5% of the rows and with p < 0.001, than dealing the rows to the splits would give.
    In a ranking the same item of the same query may come back with another label, as a later choice does:
    it is shared where the two labels agree (kappa of 0.1 or more).
    """
    splits = list(scene.tables)
    if len(splits) < 2:
        yield not_applicable("there is only one split")
        return
    for later in splits[1:]:
        pairs = [pair for pair in earlier_and_later(splits) if pair[1] == later]
        yield _worst([_compared(scene, *pair, len(splits) * (len(splits) - 1) // 2) for pair in pairs])


def _worst(findings: Sequence[Finding]) -> Finding:
    """The finding of the earlier split with which most is shared."""
    rank = {"failed": 0, "passed": 1, "not_applicable": 2}
    return min(findings, key=lambda one: (rank[one.verdict], -(one.statistic or 0.0)))


def _compared(scene: Scene, earlier: str, later: str, pairs: int) -> Finding:
    columns = shared_columns(scene, (earlier, later), _names(scene, earlier))
    if not columns:
        return not_applicable(f"{earlier} and {later} have no feature in common", later)
    key = {split: row_hash(columns, split) for split in (earlier, later)}
    found = count_twins(scene, key, earlier, later)
    p_value = min(found.p_value * pairs, 1.0)
    fine = [one.name for one in fine_columns(scene, earlier, columns)]
    told = f"{found.count:,} of {found.rows:,} rows of {later} ({found.share:.2%}) stand in {earlier} too"
    chance = f", where chance would bring {found.expected:,.0f}"
    if (
        scene.spec.task.type == "ranking"
        and found.count
        and _agreement(scene, key, earlier, later) < LEAST_KAPPA
    ):
        return passed(f"{told}, with labels of their own", later)
    if found.count and found.share >= LEAST_SHARE and fine:
        same, ids = _details(scene, key, earlier, later)
        others = f", {found.count - same:,} of them with another label" if same < found.count else ""
        return failed(
            told + others, DO.format(later=later), later, rows=ids, count=found.count, statistic=found.share
        )
    if found.excess >= LEAST_EXCESS and p_value < LEAST_P:
        _, ids = _details(scene, key, earlier, later)
        return failed(told + chance, DO.format(later=later), later, rows=ids, count=found.count,
                      statistic=found.share, p_value=p_value)  # fmt: skip
    by_chance = chance if found.count and not fine else ""
    return passed(told + by_chance, later, statistic=found.share, p_value=None if fine else p_value)


def _names(scene: Scene, split: str) -> tuple[str, ...]:
    """The features; in a ranking with the query, for the same item stands in many lists."""
    query = scene.spec.task.query
    return (*scene.features(split), *([query] if query else []))


def row_hash(columns: Sequence[Column], split: str) -> str:
    """SQL of a number that equal rows share."""
    same = all(len(set(one.types.values())) == 1 for one in columns)
    return f"hash({', '.join(quote(one.name) if same else one.text(split) for one in columns)})"


def count_twins(scene: Scene, key: dict[str, str], earlier: str, later: str) -> Twins:
    """Rows of equal keys in both splits."""
    parts = [
        f"SELECT {key[split]} AS k, {i} AS s FROM {scene.tables[split].sql}"
        for i, split in enumerate((earlier, later))
    ]
    groups = scene.ask(
        "SELECT a, b, count(*) FROM (SELECT count_if(s = 0) AS a, count_if(s = 1) AS b"
        f" FROM ({' UNION ALL '.join(parts)}) WHERE k IS NOT NULL GROUP BY k HAVING count(*) > 1) GROUP BY a, b"
    )
    sizes = [scene.ask(f"SELECT count(*) FROM {scene.tables[split].sql}")[0][0] for split in (earlier, later)]
    a, b, n = np.array(groups, dtype=np.int64).reshape(-1, 3).T
    return twins(a, b, n, *sizes)


def _agreement(scene: Scene, key: dict[str, str], earlier: str, later: str) -> float:
    """Cohen's kappa of the labels of twins, whether relevant or not."""
    label = quote(scene.spec.task.targets[0])
    sides = (f"SELECT {key[s]} AS k, {label} > 0 AS l FROM {scene.tables[s].sql}" for s in (earlier, later))
    both, one, other = scene.ask(
        "SELECT avg((a.l = b.l)::INTEGER), avg(a.l::INTEGER), avg(b.l::INTEGER)"
        f" FROM ({next(sides)}) a JOIN ({next(sides)}) b USING (k)"
    )[0]
    chance = one * other + (1 - one) * (1 - other)
    return float((both - chance) / (1 - chance)) if chance < 1 else 1.0


def _details(scene: Scene, key: dict[str, str], earlier: str, later: str) -> tuple[int, list[str]]:
    """How many of the later split's shared rows have the label of a twin, and ids of some."""
    labels = {split: target_text(scene, split) or "''" for split in (earlier, later)}
    known = f"SELECT {key[earlier]} AS k, {labels[earlier]} AS l FROM {scene.tables[earlier].sql}"
    rows = f"SELECT {key[later]} AS k, {labels[later]} AS l, {row_id(scene, later)} AS i FROM {scene.tables[later].sql}"
    same = scene.ask(f"SELECT count(*) FROM ({rows}) WHERE (k, l) IN (SELECT (k, l) FROM ({known}))")[0][0]
    ids = scene.ask(f"SELECT i FROM ({rows}) WHERE k IN (SELECT k FROM ({known})) LIMIT {MOST_ROWS}")
    return int(same), [str(one[0]) for one in ids]
