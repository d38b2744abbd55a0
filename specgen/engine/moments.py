"""Rows → sums of row values and of their products up to the third degree, all that means need.

Additive over rows, so it splits and merges; the third degree measures the skewness that one-sided
bounds of heavy-tailed values need (Hall 1992, On the removal of skewness by transformation).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, permutations
from typing import Any

import numpy as np

from specgen.engine.cells import MomentSums, Vector
from specgen.engine.groups import Group, groups
from specgen.inputs.rows import Rows


def moment_sums(rows: Rows, vectors: Sequence[Vector]) -> dict[tuple[str, Vector], MomentSums]:
    """Sums of each vector on each slice of the split, by slice name and vector."""
    found: dict[tuple[str, Vector], MomentSums] = {}
    if not vectors:
        return found
    for group in groups(rows):
        for name, fetched, position in _collapse(rows, group, vectors):
            for number, vector in enumerate(vectors):
                found[name, vector] = _sums(fetched, position, number, len(vector.terms))
    return found


def _collapse(
    rows: Rows, group: Group, vectors: Sequence[Vector]
) -> Iterator[tuple[str, dict[str, Any], int]]:
    sums = []
    for number, vector in enumerate(vectors):
        sums += [f"count_if(n{number} > 0)::BIGINT AS u{number}", f"sum(n{number})::BIGINT AS r{number}"]
        sums += [f"sum({_product(number, p)}) AS {_name(number, p)}" for p in _monomials(len(vector.terms))]
    fetched = rows.connection.execute(
        f"SELECT key, {', '.join(sums)} FROM ({_per_unit(rows, group, vectors)}) GROUP BY key"
    ).fetchnumpy()
    if len(fetched["key"]):
        for name, positions in group.slices(fetched["key"]):
            yield name, fetched, int(positions[0])


def _per_unit(rows: Rows, group: Group, vectors: Sequence[Vector]) -> str:
    """Query that gives a row a sampling unit: how many rows count, and the weighted sum of each term."""
    outer, inner = ("sum({})", "key, unit") if rows.clustered else ("{}", "")
    values, sums = [], []
    for number, vector in enumerate(vectors):
        values.append(f"({vector.valid})::BIGINT AS n{number}")
        sums.append(f"{outer.format(f'n{number}')} AS n{number}")
        for i, term in enumerate(vector.terms):
            values.append(f"CASE WHEN {vector.valid} THEN weight * ({term}) ELSE 0 END AS t{number}_{i}")
            sums.append(f"{outer.format(f't{number}_{i}')} AS t{number}_{i}")
    unit = "unit, " if rows.clustered else ""
    terms = f"SELECT {group.key} AS key, {unit}{', '.join(values)} FROM {rows.table} WHERE {group.where}"
    return f"SELECT key, {', '.join(sums)} FROM ({terms})" + (f" GROUP BY {inner}" if inner else "")


def _monomials(terms: int) -> Iterator[tuple[int, ...]]:
    for degree in (1, 2, 3):
        yield from combinations_with_replacement(range(terms), degree)


def _product(number: int, powers: tuple[int, ...]) -> str:
    return " * ".join(f"t{number}_{i}" for i in powers)


def _name(number: int, powers: tuple[int, ...]) -> str:
    return f"x{number}_" + "_".join(map(str, powers))


def _sums(fetched: dict[str, Any], position: int, number: int, terms: int) -> MomentSums:
    arrays = {degree: np.zeros((terms,) * degree) for degree in (1, 2, 3)}
    for powers in _monomials(terms):
        value = float(fetched[_name(number, powers)][position])
        for index in set(permutations(powers)):
            arrays[len(powers)][index] = value
    units, rows = (int(fetched[f"{what}{number}"][position]) for what in "ur")
    return MomentSums(arrays[1], arrays[2], arrays[3], units=units, rows=rows)
