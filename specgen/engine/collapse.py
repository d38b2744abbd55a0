"""The pass: everything that the metrics need of a split's rows, in a few queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from specgen.engine.binned import BinnedSamples, binned_score, constant_scores, histograms
from specgen.engine.cells import SplitCells, Vector
from specgen.engine.groups import Group, groups
from specgen.engine.moments import MomentPlan, moment_plan, moment_sums
from specgen.engine.outcomes import LazyOutcomes, slice_outcomes
from specgen.engine.rankings import cut_queries
from specgen.engine.samples import Samples, samples
from specgen.engine.straight import Straight, Wanted, pass_over
from specgen.inputs.labels import CLASSES
from specgen.inputs.rows import Rows


def collapse(
    rows: Rows, task: str, vectors: Sequence[Vector], terms: Sequence[str] = (),
    named: frozenset[str] = frozenset(), *, sliced: bool = True,
) -> SplitCells:  # fmt: skip
    """Cells of every slice of a split: outcomes for classes, sums of `vectors`.

    `terms` are the SQL row values that metrics of samples want to know. Of many rows only those of the
    slices in `named` are kept in memory, if score and label are all that is asked for; where no slice wants
    them (not `sliced`), of many rows only the whole split's are known.
    """
    vectors = tuple(dict.fromkeys(vectors))
    moments = moment_plan(rows, vectors)
    score = binned_score(rows, terms)
    straight = _straight(rows, moments, score, sliced)
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
        samples=_samples(rows, terms, straight, score, named, sliced),
        absent=rows.absent,
        labels=rows.labels,
        clustered=rows.clustered,
        units=rows.units,
        weighted=rows.weighted,
        cut=cut_queries(rows) if rows.queries else {},
        units_of=_units(rows) if rows.clustered else {},
    )


def _samples(
    rows: Rows, terms: Sequence[str], straight: Straight | None, score: str | None, named: frozenset[str],
    sliced: bool,
) -> Samples | BinnedSamples | None:  # fmt: skip
    if straight is None or score is None:
        return samples(rows, terms)
    found = histograms(straight, score)
    # A slice that no cube covers, by a condition over a column of many values, is read row by row too.
    uncovered = [group for group in groups(rows) if group.name not in found] if sliced else []
    exact = named | {name for group in uncovered for name in _slices(group)}
    kept = samples(rows, terms) if exact else None
    of_slices = {name: one for part in found.values() for name, one in part.items()}
    return BinnedSamples(of_slices, constant_scores(straight.direct), rows.weighted, kept, frozenset(exact))


def _slices(group: Group) -> list[str]:
    """Names of a group's slices, whether or not they have rows."""
    if group.family is None:
        return [group.name]
    many = prod(len(values) for _, values in group.family.keys)
    return [group.family.slice_name(code) for code in range(many)]


def _straight(rows: Rows, moments: MomentPlan, score: str | None, sliced: bool) -> Straight | None:
    """What can be counted straight from the split's files, in one reading."""
    if rows.direct is None:
        return None
    products = tuple(moments.summed())
    needed = {name for factors in products for name in factors}
    values = {name: sql for sql, name in moments.values.items() if name in needed}
    return pass_over(rows, rows.direct, Wanted(values, products, (score,) if score else (), sliced))


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


def _units(rows: Rows) -> dict[str, int]:
    """Sampling units with a row in each slice."""
    found: dict[str, int] = {}
    for group in groups(rows):
        fetched = rows.connection.execute(
            f"SELECT {group.key} AS key, count(DISTINCT unit)::BIGINT AS n FROM {rows.table}"
            f" WHERE {group.where} GROUP BY key"
        ).fetchnumpy()
        for name, positions in group.slices(fetched["key"]) if len(fetched["key"]) else ():
            found[name] = int(fetched["n"][positions[0]])
    return found


def _families(totals: Mapping[str, tuple[str, int, float]]) -> dict[str, tuple[str, ...]]:
    families: dict[str, list[str]] = {}
    for name, (family, _, _) in totals.items():
        families.setdefault(family, []).append(name)
    return {family: tuple(names) for family, names in families.items()}


def _min_rows(rows: Rows, totals: Mapping[str, tuple[str, int, float]]) -> dict[str, int]:
    declared = {mask.name: mask.min_rows for mask in rows.masks}
    declared |= {family.name: family.min_rows for family in rows.families}
    return {name: declared.get(family, 1) for name, (family, _, _) in totals.items()}
