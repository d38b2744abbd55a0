"""Rows → sums of row values and of their products up to the third degree, all that means need.

Additive over rows, so it splits and merges; the third degree measures the skewness that one-sided
bounds of heavy-tailed values need (Hall 1992, On the removal of skewness by transformation).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, permutations
from typing import Any

import numpy as np

from specgen.engine.cells import MomentSums, Vector
from specgen.engine.groups import Group, groups
from specgen.inputs.rows import Rows

ONE = "1"


@dataclass(frozen=True)
class _Plan:
    """What to compute for each row (or unit), and which products of it to sum, each only once.

    `values` names the row values, `sums` the sums, by their SQL.
    """

    values: dict[str, str]
    sums: dict[str, str]
    ones_are_counts: bool

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
        factors = [self.value(vector.valid, t) for t in terms if not (self.ones_are_counts and t == ONE)]
        return self.sum(" * ".join(sorted(factors)) or self.count(vector.valid))

    def sum(self, sql: str) -> str:
        """Name of a sum over rows or units."""
        return self.sums.setdefault(f"sum({sql})::DOUBLE", f"s{len(self.sums)}")

    def units(self, valid: str) -> str:
        """Name of the number of units with a valid row."""
        return self.sums.setdefault(f"count_if({self.count(valid)} > 0)", f"s{len(self.sums)}")


def moment_sums(rows: Rows, vectors: Sequence[Vector]) -> dict[tuple[str, Vector], MomentSums]:
    """Sums of each vector on each slice of the split, by slice name and vector."""
    found: dict[tuple[str, Vector], MomentSums] = {}
    if not vectors:
        return found
    plan = _Plan({}, {}, ones_are_counts=not rows.weighted and not rows.clustered)
    for vector in vectors:
        plan.units(vector.valid), plan.sum(plan.count(vector.valid))
        for powers in _monomials(len(vector.terms)):
            plan.product(vector, powers)
    for group in groups(rows):
        for name, fetched, position in _collapse(rows, group, plan):
            found |= {(name, vector): _sums(plan, fetched, position, vector) for vector in vectors}
    return found


def _collapse(rows: Rows, group: Group, plan: _Plan) -> Iterator[tuple[str, dict[str, Any], int]]:
    values = ", ".join(f"{sql} AS {name}" for sql, name in plan.values.items())
    unit = ", unit" if rows.clustered else ""
    source = f"SELECT {group.key} AS key{unit}, {values} FROM {rows.table} WHERE {group.where}"
    if rows.clustered:
        added = ", ".join(f"sum({name}) AS {name}" for name in plan.values.values())
        source = f"SELECT key, {added} FROM ({source}) GROUP BY key, unit"
    sums = ", ".join(f"{sql} AS {name}" for sql, name in plan.sums.items())
    fetched = rows.connection.execute(f"SELECT key, {sums} FROM ({source}) GROUP BY key").fetchnumpy()
    if len(fetched["key"]):
        for name, positions in group.slices(fetched["key"]):
            yield name, fetched, int(positions[0])


def _monomials(terms: int) -> Iterator[tuple[int, ...]]:
    for degree in (1, 2, 3):
        yield from combinations_with_replacement(range(terms), degree)


def _sums(plan: _Plan, fetched: dict[str, Any], position: int, vector: Vector) -> MomentSums:
    arrays = {degree: np.zeros((len(vector.terms),) * degree) for degree in (1, 2, 3)}
    for powers in _monomials(len(vector.terms)):
        value = float(fetched[plan.product(vector, powers)][position])
        for index in set(permutations(powers)):
            arrays[len(powers)][index] = value
    return MomentSums(
        arrays[1], arrays[2], arrays[3],
        units=int(fetched[plan.units(vector.valid)][position]),
        rows=int(fetched[plan.sum(plan.count(vector.valid))][position]),
    )  # fmt: skip
