"""Rows → sums of row values and of their products up to the third or fourth degree, all that means need.

Additive over rows, so it splits and merges; the third degree measures the skewness that one-sided
bounds of heavy-tailed values need (Hall 1992, On the removal of skewness by transformation), the fourth
how few rows or units carry the variance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, permutations

import numpy as np

from specgen.engine.cells import FloatArray, IntArray, MomentSums, Vector
from specgen.engine.cubes import Summed
from specgen.engine.groups import Group, groups
from specgen.engine.straight import Straight
from specgen.inputs.rows import Rows

ONE = "1"
MOST_TERMS = 8
EVERY_ROW = "(true)::BIGINT"
Factors = tuple[str, ...]


@dataclass(frozen=True)
class MomentPlan:
    """What to compute for each row (or unit), and which products of it to sum, each only once.

    `values` names the row values by their SQL, `products` the sums by their factors. `units` names, by
    its count, the number of units that have a row; without units it is the count itself.
    """

    values: dict[str, str]
    products: dict[Factors, str]
    units: dict[str, str]
    plain: bool
    clustered: bool

    def value(self, valid: str, term: str) -> str:
        """Name of a weighted term that is 0 where it is not valid."""
        sql = (
            f"weight * ({term})"
            if valid == "true"
            else f"CASE WHEN {valid} THEN weight * ({term}) ELSE 0 END"
        )
        return self.values.setdefault(sql, f"v{len(self.values)}")

    def count(self, valid: str) -> str:
        """Name of the number of valid rows."""
        return self.values.setdefault(f"({valid})::BIGINT", f"v{len(self.values)}")

    def product(self, vector: Vector, powers: tuple[int, ...]) -> str:
        """Name of the sum of a product of terms.

        Without weights and units a count is 1 or 0, where all else is 0 too, so it drops out of products.
        """
        terms = [vector.terms[i] for i in powers]
        factors = [self.value(vector.valid, t) for t in terms if not (self.plain and t == ONE)]
        return self.sum(tuple(sorted(factors)) or (self.count(vector.valid),))

    def sum(self, factors: Factors) -> str:
        """Name of a sum over rows or units."""
        return self.products.setdefault(factors, f"s{len(self.products)}")

    def unit_count(self, valid: str) -> str:
        """Name of the number of units with a valid row."""
        if not self.clustered:
            return self.sum((self.count(valid),))
        return self.units.setdefault(self.count(valid), f"u{len(self.units)}")

    def summed(self) -> dict[Factors, str]:
        """The products that have to be summed where rows are counted anyway: all but the number of all rows."""
        every = self.values.get(EVERY_ROW)
        return {factors: name for factors, name in self.products.items() if factors != (every,)}


def moment_plan(rows: Rows, vectors: Sequence[Vector]) -> MomentPlan:
    """The sums that the vectors need of a split's rows."""
    plain = not rows.weighted and not rows.clustered
    plan = MomentPlan({}, {}, {}, plain=plain, clustered=rows.clustered)
    for vector in vectors:
        plan.unit_count(vector.valid), plan.sum((plan.count(vector.valid),))
        for powers in _monomials(len(vector.terms), _degree(plan, vector)):
            plan.product(vector, powers)
    return plan


def _degree(plan: MomentPlan, vector: Vector) -> int:
    """Of weighted rows and of units few may carry most; beyond a few terms there are too many products."""
    return 3 if len(vector.terms) > MOST_TERMS else vector.degree if plan.plain else 4


def moment_sums(
    rows: Rows, vectors: Sequence[Vector], plan: MomentPlan, straight: Straight | None
) -> dict[tuple[str, Vector], MomentSums]:
    """Sums of each vector on each slice of the split, by slice name and vector."""
    found: dict[tuple[str, Vector], MomentSums] = {}
    if not vectors:
        return found
    for group in groups(rows):
        summed = straight.slices("moments", group) if straight else None
        names, sums = _queried(rows, group, plan) if summed is None else _straight(group, plan, *summed)
        for vector in vectors:
            of_slices = _of_slices(plan, sums, vector)
            found |= {(name, vector): one for name, one in zip(names, of_slices, strict=True)}
    return found


def _straight(
    group: Group, plan: MomentPlan, codes: IntArray, summed: Summed
) -> tuple[list[str], dict[str, FloatArray]]:
    """Names of a group's slices and every sum by its name, (slices,), as the pass over the files left them."""
    sums = dict(zip(plan.summed().values(), summed.sums[:, 0].T, strict=True))
    every = {name: summed.count[:, 0].astype(float) for name in plan.products.values() if name not in sums}
    return [group.slice_name(int(code)) for code in codes], sums | every


def _queried(rows: Rows, group: Group, plan: MomentPlan) -> tuple[list[str], dict[str, FloatArray]]:
    """The same by the engine's own group-by."""
    values = ", ".join(f"{sql} AS {name}" for sql, name in plan.values.items())
    unit = ", unit" if rows.clustered else ""
    source = f"SELECT {group.key} AS key{unit}, {values} FROM {rows.table} WHERE {group.where}"
    if rows.clustered:
        added = ", ".join(f"sum({name}) AS {name}" for name in plan.values.values())
        source = f"SELECT key, {added} FROM ({source}) GROUP BY key, unit"
    sums = [f"sum({' * '.join(factors)})::DOUBLE AS {name}" for factors, name in plan.products.items()]
    sums += [f"count_if({count} > 0) AS {name}" for count, name in plan.units.items()]
    fetched = rows.connection.execute(
        f"SELECT key, {', '.join(sums)} FROM ({source}) GROUP BY key"
    ).fetchnumpy()
    found = list(group.slices(fetched["key"])) if len(fetched["key"]) else []
    places = [int(positions[0]) for _, positions in found]
    names = [*plan.products.values(), *plan.units.values()]
    return [name for name, _ in found], {
        name: np.asarray(fetched[name], dtype=float)[places] for name in names
    }


def _monomials(terms: int, most: int) -> Iterator[tuple[int, ...]]:
    for degree in range(1, most + 1):
        yield from combinations_with_replacement(range(terms), degree)


def _of_slices(plan: MomentPlan, sums: Mapping[str, FloatArray], vector: Vector) -> Iterator[MomentSums]:
    """A vector's sums on each slice."""
    terms, slices = len(vector.terms), len(next(iter(sums.values())))
    most = _degree(plan, vector)
    arrays = {degree: np.zeros((slices, *(terms,) * degree)) for degree in range(1, most + 1)}
    for powers in _monomials(terms, most):
        values = sums[plan.product(vector, powers)]
        for index in set(permutations(powers)):
            arrays[len(powers)].T[index[::-1]] = values
    units, rows = sums[plan.unit_count(vector.valid)], sums[plan.sum((plan.count(vector.valid),))]
    for k in range(slices):
        fourth = arrays[4][k] if 4 in arrays else None
        yield MomentSums(arrays[1][k], arrays[2][k], arrays[3][k], int(units[k]), int(rows[k]), fourth)
