"""Rows → outcome cells: counts and weights by label and the predictions of every model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from specgen.engine.cells import FloatArray, IntArray, OutcomeCells, UnitCells
from specgen.engine.cubes import Summed
from specgen.engine.groups import Group, groups
from specgen.engine.straight import Straight
from specgen.inputs.rows import Rows


@dataclass(frozen=True, eq=False)
class Counted:
    """The outcomes of a group's slices in one array, as they were counted straight from the files."""

    rows: Rows
    straight: Straight
    summed: Summed

    def of_model(self, model: str) -> IntArray:
        """Rows by label and one model's prediction, (slices, labels, labels)."""
        sizes, labels = self.straight.sizes, len(self.rows.labels)
        at = self.rows.models.index(model) + 1
        others = tuple(k + 1 for k in range(1, len(sizes)) if k != at)
        found = self.summed.count.reshape(-1, *sizes).sum(axis=others)
        constant = self.straight.direct.predictions[at - 1].constant
        if constant is None:
            return np.asarray(found[:, :, 1:], dtype=np.int64)
        placed = np.zeros((len(found), labels, labels), dtype=np.int64)
        placed[:, :, constant] = found[:, :, 0]
        return placed

    def cells(self, k: int) -> OutcomeCells:
        """The cells of the k-th slice: those of its outcomes that have rows."""
        present = np.flatnonzero(self.summed.count[k])
        label, *predictions = np.unravel_index(present, self.straight.sizes)
        count = self.summed.count[k][present]
        weights = list(self.summed.sums[k][present].T) or [count.astype(float)] * 3
        codes = [
            np.full(len(present), one.constant) if one.constant is not None else code - 1
            for one, code in zip(self.straight.direct.predictions, predictions, strict=True)
        ]
        return OutcomeCells(
            label=np.asarray(label, dtype=np.int64),
            predictions={m: np.asarray(c, dtype=np.int64) for m, c in zip(self.rows.models, codes, strict=True)},
            count=count, weight=weights[0], weight2=weights[1], weight3=weights[2],
            weighted=self.rows.weighted, units=None,
        )  # fmt: skip


@dataclass(frozen=True)
class SliceOutcomes:
    """A slice's rows and weight, and its cells, or where among those of its group they stand."""

    family: str
    rows: int
    weight: float
    cells: OutcomeCells | tuple[Counted, int]


class LazyOutcomes(Mapping[str, OutcomeCells]):
    """Outcome cells by slice name, each made once, when it is first looked at: thousands may never be."""

    def __init__(self, slices: Mapping[str, SliceOutcomes]) -> None:
        self._slices = slices
        self._made: dict[str, OutcomeCells] = {}

    def __getitem__(self, name: str) -> OutcomeCells:
        if name not in self._made:
            cells = self._slices[name].cells
            self._made[name] = cells if isinstance(cells, OutcomeCells) else cells[0].cells(cells[1])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._slices)

    def __len__(self) -> int:
        return len(self._slices)

    def counted(self, name: str) -> tuple[Counted, int] | None:
        """Where a slice's outcomes stand among those of its group, if they were counted straight from files."""
        cells = self._slices[name].cells
        return None if isinstance(cells, OutcomeCells) else cells


def confusions(
    outcomes: Mapping[str, OutcomeCells], names: Sequence[str], model: str, labels: int
) -> IntArray:
    """Rows of many slices by label × prediction, (slices, labels²); rows without a prediction do not count."""
    found = np.zeros((len(names), labels, labels), dtype=np.int64)
    places = defaultdict[Counted, list[tuple[int, int]]](list)
    for k, name in enumerate(names):
        place = outcomes.counted(name) if isinstance(outcomes, LazyOutcomes) else None
        if place is not None:
            places[place[0]].append((k, place[1]))
            continue
        cells = outcomes[name]
        kept = cells.predictions[model] >= 0
        np.add.at(found[k], (cells.label[kept], cells.predictions[model][kept]), cells.count[kept])
    for group, pairs in places.items():
        here, there = np.array(pairs).T
        found[here] = group.of_model(model)[there]
    return found.reshape(len(names), labels**2)


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
    counted = Counted(rows, straight, summed)
    for k, code in enumerate(codes):
        name = group.slice_name(int(code))
        yield name, SliceOutcomes(group.name, int(totals[k]), float(weights[k]), (counted, k))


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
            yield name, SliceOutcomes(group.name, cells.rows, float(cells.weight.sum()), cells)


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
