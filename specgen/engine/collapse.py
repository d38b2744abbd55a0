"""The pass: everything that the metrics need of a split's rows, in a few queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specgen.engine.cells import SplitCells, Vector
from specgen.engine.groups import groups
from specgen.engine.moments import MomentPlan, moment_plan, moment_sums
from specgen.engine.outcomes import LazyOutcomes, slice_outcomes
from specgen.engine.rankings import cut_queries
from specgen.engine.samples import samples
from specgen.engine.straight import Straight, Wanted, pass_over
from specgen.inputs.labels import CLASSES
from specgen.inputs.rows import Rows


def collapse(rows: Rows, task: str, vectors: Sequence[Vector], terms: Sequence[str] = ()) -> SplitCells:
    """Cells of every slice of a split: outcomes for classes, sums of `vectors`.

    `terms` are the SQL row values to keep in memory for metrics of samples.
    """
    vectors = tuple(dict.fromkeys(vectors))
    moments = moment_plan(rows, vectors)
    straight = _straight(rows, moments)
    outcomes = slice_outcomes(rows, straight) if task in CLASSES else {}
    totals = {name: (one.family, one.rows, one.weight) for name, one in outcomes.items()} or _totals(rows)
    return SplitCells(
        split=rows.split,
        task=task,
        models=rows.models,
        scored=rows.scored,
        partial=rows.partial,
        labelled=_labelled(rows, task),
        rows={name: count for name, (_, count, _) in totals.items()},
        weight={name: weight for name, (_, _, weight) in totals.items()},
        families=_families(totals),
        min_rows=_min_rows(rows, totals),
        outcomes=LazyOutcomes(outcomes),
        moments=moment_sums(rows, vectors, moments, straight),
        samples=samples(rows, terms),
        absent=rows.absent,
        labels=rows.labels,
        clustered=rows.clustered,
        units=rows.units,
        weighted=rows.weighted,
        cut=cut_queries(rows) if rows.queries else {},
    )


def _straight(rows: Rows, moments: MomentPlan) -> Straight | None:
    """What can be counted straight from the split's files, in one reading."""
    if rows.direct is None:
        return None
    values = {name: sql for sql, name in moments.values.items()}
    return pass_over(rows, rows.direct, Wanted(values, tuple(moments.products), ()))


def _labelled(rows: Rows, task: str) -> dict[str, int]:
    """Rows on which each partial model has a prediction."""
    column = "e" if task == "transcription" else "p"
    counted = {model: f"count({column}{rows.index(model)})" for model in sorted(rows.partial)}
    if not counted:
        return {}
    found = rows.connection.execute(f"SELECT {', '.join(counted.values())} FROM {rows.table}").fetchall()[0]
    return dict(zip(counted, map(int, found), strict=True))


def _totals(rows: Rows) -> dict[str, tuple[str, int, float]]:
    """Family, rows and weight of every slice, in the order in which slices were declared."""
    found: dict[str, tuple[str, int, float]] = {}
    # What a slice of a ranking weighs is what its queries do, however many rows they have.
    weight = "weight / query_rows" if rows.queries else "weight"
    for group in groups(rows):
        fetched = rows.connection.execute(
            f"SELECT {group.key} AS key, count(*)::BIGINT AS n, sum({weight}) AS w FROM {rows.table}"
            f" WHERE {group.where} GROUP BY key"
        ).fetchnumpy()
        for name, positions in group.slices(fetched["key"]) if len(fetched["key"]) else ():
            found[name] = group.name, int(fetched["n"][positions[0]]), float(fetched["w"][positions[0]])
    return found


def _families(totals: Mapping[str, tuple[str, int, float]]) -> dict[str, tuple[str, ...]]:
    families: dict[str, tuple[str, ...]] = {}
    for name, (family, _, _) in totals.items():
        families[family] = (*families.get(family, ()), name)
    return families


def _min_rows(rows: Rows, totals: Mapping[str, tuple[str, int, float]]) -> dict[str, int]:
    declared = {mask.name: mask.min_rows for mask in rows.masks}
    declared |= {family.name: family.min_rows for family in rows.families}
    return {name: declared.get(family, 1) for name, (family, _, _) in totals.items()}
