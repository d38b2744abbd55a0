"""Rows → outcome cells: counts and weights by label and the predictions of every model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from specgen.engine.cells import FloatArray, IntArray, OutcomeCells, UnitCells
from specgen.engine.cubes import Summed
from specgen.engine.groups import Group, groups
from specgen.engine.straight import Straight
from specgen.inputs.rows import Rows


@dataclass(frozen=True)
class SliceOutcomes:
    """A slice's rows and weight, and how its cells are made when they are asked for."""

    family: str
    rows: int
    weight: float
    make: Callable[[], OutcomeCells]


class LazyOutcomes(Mapping[str, OutcomeCells]):
    """Outcome cells by slice name, each made once, when it is first looked at: thousands may never be."""

    def __init__(self, slices: Mapping[str, SliceOutcomes]) -> None:
        self._slices = slices
        self._made: dict[str, OutcomeCells] = {}

    def __getitem__(self, name: str) -> OutcomeCells:
        if name not in self._made:
            self._made[name] = self._slices[name].make()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._slices)

    def __len__(self) -> int:
        return len(self._slices)


def slice_outcomes(rows: Rows, straight: Straight | None) -> dict[str, SliceOutcomes]:
    """Outcomes of every slice of the split that has rows, in the order of declaration.

    From what was counted straight from the files where there is such, else by a group-by for each mask
    and family.
    """
    found: dict[str, SliceOutcomes] = {}
    for group in groups(rows):
        counted = straight.slices("outcomes", group) if straight else None
        if straight is None or counted is None:
            found |= dict(_queried(rows, group))
        else:
            found |= dict(_counted(rows, straight, group, *counted))
    return found


def _counted(
    rows: Rows, straight: Straight, group: Group, codes: IntArray, summed: Summed
) -> Iterator[tuple[str, SliceOutcomes]]:
    totals = summed.count.sum(axis=1)
    weighted = summed.sums.shape[-1] > 0
    weights = summed.sums[..., 0].sum(axis=1) if weighted else totals.astype(float)
    for k, code in enumerate(codes):
        make = partial(_made, rows, straight, summed, k)
        yield group.slice_name(int(code)), SliceOutcomes(group.name, int(totals[k]), float(weights[k]), make)


def _made(rows: Rows, straight: Straight, summed: Summed, k: int) -> OutcomeCells:
    """The cells of the k-th slice: those of its outcomes that have rows."""
    present = np.flatnonzero(summed.count[k])
    label, *predictions = np.unravel_index(present, straight.sizes)
    count = summed.count[k][present]
    weights = list(summed.sums[k][present].T) or [count.astype(float)] * 3
    codes = [
        np.full(len(present), one.constant) if one.constant is not None else code - 1
        for one, code in zip(straight.direct.predictions, predictions, strict=True)
    ]
    return OutcomeCells(
        label=np.asarray(label, dtype=np.int64),
        predictions={m: np.asarray(c, dtype=np.int64) for m, c in zip(rows.models, codes, strict=True)},
        count=count, weight=weights[0], weight2=weights[1], weight3=weights[2],
        weighted=rows.weighted, units=None,
    )  # fmt: skip


def _queried(rows: Rows, group: Group) -> Iterator[tuple[str, SliceOutcomes]]:
    by = ["label", *(f"p{i}" for i in range(len(rows.models))), *(["unit"] if rows.clustered else [])]
    fetched = rows.connection.execute(
        f"SELECT {group.key} AS key, {', '.join(by)}, count(*)::BIGINT AS n,"
        " sum(weight) AS w, sum(weight ** 2) AS w2, sum(weight ** 3) AS w3"
        f" FROM {rows.table} WHERE {group.where} GROUP BY ALL"
    ).fetchnumpy()
    if len(fetched["key"]):
        for name, chosen in group.slices(fetched["key"]):
            cells = _cells(rows, {column: values[chosen] for column, values in fetched.items()})
            yield (
                name,
                SliceOutcomes(group.name, cells.rows, float(cells.weight.sum()), partial(_same, cells)),
            )


def _same(cells: OutcomeCells) -> OutcomeCells:
    return cells


def _codes(column: Any) -> IntArray:
    """Codes with -1 for NULL."""
    return np.asarray(np.ma.filled(np.ma.asarray(column).astype(np.int64), -1))


def _cells(rows: Rows, columns: dict[str, Any]) -> OutcomeCells:
    outcomes = np.stack([_codes(columns[c]) for c in ("label", *(f"p{i}" for i in range(len(rows.models))))])
    distinct, cell = np.unique(outcomes, axis=1, return_inverse=True)
    cell = cell.reshape(-1)

    def total(column: str) -> FloatArray:
        values = np.asarray(columns[column], dtype=float)
        return np.asarray(np.bincount(cell, weights=values, minlength=distinct.shape[1]), dtype=float)

    units = None
    if rows.clustered:
        names, unit = np.unique(_codes(columns["unit"]), return_inverse=True)
        units = UnitCells(unit, cell, np.asarray(columns["w"], dtype=float), len(names))
    return OutcomeCells(
        label=distinct[0],
        predictions={model: distinct[1 + i] for i, model in enumerate(rows.models)},
        count=total("n").astype(np.int64),
        weight=total("w"), weight2=total("w2"), weight3=total("w3"),
        weighted=rows.weighted, units=units,
    )  # fmt: skip
