"""Rows of a later split that are nearly a row of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specgen.checks.sanity.columns import Column, earlier_and_later, fine_columns, row_id, shared_columns
from specgen.checks.sanity.each.shared_rows import count_twins, row_hash
from specgen.checks.sanity.found import MOST_ROWS, Finding, failed, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import Scene

MOST_EARLIER, MOST_LATER = 100_000, 50_000
FEWEST_WORDS, SHINGLE, SKETCH, ALIKE, MOST_IN_BUCKET = 6, 3, 4, 0.7, 30
FEWEST_NUMBERS, CELL, LEAST_SHARE, LEAST_P = 3, 0.05, 0.005, 0.001
DO = "Take these rows out of {later}, or split by what they come from, and measure again."


@sanity_check("near_duplicates", "Near duplicates between splits")
def near_duplicates(scene: Scene) -> Iterator[Finding]:
    """Fewer than 0.5% of a later split's rows are nearly a row of an earlier one, besides those that are equal.

    Texts of six words and more are alike where 70% of their three-word sequences are the same (Jaccard),
    candidates being found by the smallest hashes (Broder 1997); of splits beyond 100,000 and 50,000 rows
    one row in k is taken by lot, and the share estimated. Rows of three measurements or more are alike where all
    numbers fall into one cell a twentieth of a standard deviation wide, in excess of what dealing rows to
    splits would give.
    """
    splits = list(scene.tables)
    found = []
    for earlier, later in earlier_and_later(splits):
        columns = shared_columns(scene, (earlier, later))
        fine = fine_columns(scene, earlier, columns)
        found += [
            _texts(scene, one, earlier, later)
            for one in fine
            if one.kind == "text" and _worded(scene, one, earlier)
        ]
        numbers = [one for one in fine if one.kind == "number"]
        if len(numbers) >= FEWEST_NUMBERS:
            found.append(_numbers(scene, columns, numbers, earlier, later, len(splits)))
    wrong = [one for one in found if one.verdict == "failed"]
    if not found:
        yield not_applicable(
            "there is only one split" if len(splits) < 2 else "no texts, and fewer than three measurements"
        )
    elif wrong:
        yield from wrong
    else:
        yield max(found, key=lambda one: one.statistic or 0.0)


def _worded(scene: Scene, column: Column, split: str) -> bool:
    text = f"SELECT {column.text(split)} AS t FROM {scene.tables[split].sql} LIMIT 1000"
    found = scene.ask(f"SELECT median(len(string_split(t, ' '))) FROM ({text}) WHERE t IS NOT NULL")[0][0]
    return found is not None and found >= FEWEST_WORDS


def _texts(scene: Scene, column: Column, earlier: str, later: str) -> Finding:
    sizes = [scene.ask(f"SELECT count(*) FROM {scene.tables[split].sql}")[0][0] for split in (earlier, later)]
    steps = [max(-(-size // most), 1) for size, most in zip(sizes, (MOST_EARLIER, MOST_LATER), strict=True)]
    # By lot, each side by itself: copies often stand at the places of their originals.
    for name, split, every in (("sanity_a", earlier, steps[0]), ("sanity_b", later, steps[1])):
        words = "string_split(trim(regexp_replace(lower(t), '[^\\w]+', ' ', 'g')), ' ')"
        one = f"lambda i: hash(list_slice(w, i, i + {SHINGLE - 1}))"
        shingles = f"list_distinct(list_transform(range(1, len(w) - {SHINGLE - 2}), {one}))"
        rows = (
            f"SELECT {column.text(split)} AS t, {row_id(scene, split)} AS i, row_number() OVER () AS r"
            f" FROM {scene.tables[split].sql}"
        )
        scene.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT r, i, t, {shingles} AS s FROM (SELECT r, i, t, {words} AS w"
            f" FROM ({rows}) WHERE hash(hash(r, '{name}')) % {every} = 0 AND t IS NOT NULL)"
            f" WHERE len(w) >= {FEWEST_WORDS}"
        )
    buckets = [
        f"(SELECT r, unnest(list_slice(list_sort(s), 1, {SKETCH})) AS h FROM {name})"
        for name in ("sanity_a", "sanity_b")
    ]
    few = f"SELECT h FROM {buckets[0]} GROUP BY h HAVING count(*) <= {MOST_IN_BUCKET}"
    pairs = f"SELECT DISTINCT a.r AS x, b.r AS y FROM {buckets[0]} a JOIN {buckets[1]} b USING (h) WHERE h IN ({few})"
    both = "len(list_intersect(a.s, b.s))"
    near = (
        f"SELECT DISTINCT b.i FROM ({pairs}) JOIN sanity_a a ON a.r = x JOIN sanity_b b ON b.r = y"
        f" WHERE a.t <> b.t AND {both} >= {ALIKE} * (len(a.s) + len(b.s) - {both})"
    )
    ids = [str(one[0]) for one in scene.ask(near)]
    looked = scene.ask("SELECT count(*) FROM sanity_b")[0][0]
    # Of some of the earlier rows only some twins are found.
    share = min(len(ids) * steps[0] / max(looked, 1), 1.0)
    told = f"{len(ids):,} of {looked:,} rows of {later} have a {column.name} that is nearly one of {earlier}"
    if max(steps) > 1:
        told += f", looked for in one row in {steps[0]:,} of {earlier} and one in {steps[1]:,} of {later}"
    told += f" ({share:.2%})" if max(steps) == 1 else f": about {share:.2%}"
    if share >= LEAST_SHARE:
        return failed(
            told, DO.format(later=later), later, rows=ids[:MOST_ROWS], count=len(ids), statistic=share
        )
    return passed(told, later, statistic=share)


def _numbers(
    scene: Scene, columns: Sequence[Column], numbers: Sequence[Column], earlier: str, later: str, splits: int
) -> Finding:
    """Rows whose numbers fall into one cell, of two grids half a cell apart, and whose categories are equal."""
    spread = scene.ask(
        f"SELECT {', '.join(f'stddev({one.number(earlier)})' for one in numbers)} FROM {scene.tables[earlier].sql}"
    )[0]
    width = [CELL * float(one or 0) or 1.0 for one in spread]
    equal = [one for one in columns if one.kind == "text" and one not in numbers]
    best = None
    exact = {split: row_hash(columns, split) for split in (earlier, later)}
    copies = count_twins(scene, exact, earlier, later)
    for offset in (0.0, 0.5):
        key = {}
        for split in (earlier, later):
            cells = [
                f"floor({one.number(split)} / {w!r} + {offset})"
                for one, w in zip(numbers, width, strict=True)
            ]
            key[split] = f"hash({', '.join([*cells, *(one.text(split) for one in equal)])})"
        found = count_twins(scene, key, earlier, later)
        if best is None or found.excess > best[0].excess:
            best = (found, key)
    assert best is not None
    found, key = best
    pairs = splits * (splits - 1)  # two grids of each pair of splits
    p_value, near = min(found.p_value * pairs, 1.0), max(found.count - copies.count, 0)
    told = (
        f"{near:,} of {found.rows:,} rows of {later} have numbers ({', '.join(one.name for one in numbers[:4])})"
        f" nearly those of a row of {earlier}, where chance would bring {found.expected:,.0f}"
    )
    if near / max(found.rows, 1) >= LEAST_SHARE and found.excess >= LEAST_SHARE and p_value < LEAST_P:
        known = f"SELECT {key[earlier]} FROM {scene.tables[earlier].sql}"
        rows = f"SELECT {key[later]} AS k, {row_id(scene, later)} AS i FROM {scene.tables[later].sql}"
        ids = [
            str(one[0]) for one in scene.ask(f"SELECT i FROM ({rows}) WHERE k IN ({known}) LIMIT {MOST_ROWS}")
        ]
        return failed(
            told, DO.format(later=later), later, rows=ids, count=near, statistic=found.share, p_value=p_value
        )
    return passed(told, later, statistic=near / max(found.rows, 1), p_value=p_value)
