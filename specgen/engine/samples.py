"""Rows of a split kept in memory, for metrics that need their order: medians, curves, averages over labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.groups import Group, groups
from specgen.inputs.rows import Rows

Chosen = IntArray


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows of one slice that have every value: `values` by name, `weight` (n,), `unit` (n,) or None.

    A value is (n,), or (n, L) where it was asked of each of L labels. With `copies` (n,) an entry stands for
    so many rows alike, whose weights its `weight` adds up.
    """

    values: Mapping[str, FloatArray]
    weight: FloatArray
    unit: IntArray | None
    weighted: bool
    copies: IntArray | None = None

    def __getitem__(self, name: str) -> FloatArray:
        return self.values[name]

    def __len__(self) -> int:
        return len(self.weight) if self.copies is None else int(self.copies.sum())


@dataclass(frozen=True, eq=False)
class Samples:
    """A split's rows: `columns` by SQL term, NaN where NULL, and the keys by which slices are found.

    `incomplete` are the terms that are NULL somewhere.
    """

    rows: Rows
    columns: Mapping[str, FloatArray]
    keys: Mapping[str, IntArray]
    weight: FloatArray
    unit: IntArray | None
    incomplete: frozenset[str] = frozenset()
    _matrices: dict[tuple[str, ...], FloatArray] = field(default_factory=dict)
    _families: dict[str, dict[str, Chosen]] = field(default_factory=dict)

    def of(
        self, slice_name: str, terms: Mapping[str, str | tuple[str, ...]], complete: Sequence[str] = ()
    ) -> Sample | None:
        """Rows of a slice on which `terms` (name → SQL) and the SQL terms `complete` are known; None without any.

        Several SQL terms under one name become the columns of one value.
        """
        chosen = self._chosen(slice_name)
        listed = [sql for one in terms.values() for sql in ((one,) if isinstance(one, str) else one)]
        for sql in dict.fromkeys([*listed, *complete]):
            if sql in self.incomplete:
                chosen = chosen[~np.isnan(self.columns[sql][chosen])]
        if len(chosen) == 0:
            return None
        return Sample(
            values={name: self._values(sql, chosen) for name, sql in terms.items()},
            weight=self.weight[chosen],
            unit=None if self.unit is None else self.unit[chosen],
            weighted=self.rows.weighted,
        )

    def _values(self, sql: str | tuple[str, ...], chosen: Chosen) -> FloatArray:
        if isinstance(sql, str):
            return self.columns[sql][chosen]
        if sql not in self._matrices:
            self._matrices[sql] = np.stack([self.columns[one] for one in sql], axis=1)
        return np.asarray(self._matrices[sql][chosen])

    def _chosen(self, slice_name: str) -> Chosen:
        """Positions of a slice's rows; those of one family are found together and kept until the next."""
        for group in groups(self.rows):
            if group.family is None and group.name == slice_name:
                masks = self.keys.get(group.where)
                return np.arange(len(self.weight)) if masks is None else np.flatnonzero(masks)
        for found in self._families.values():
            if slice_name in found:
                return found[slice_name]
        for group in groups(self.rows):
            if group.family is not None:
                self._families.clear()
                self._families[group.name] = dict(group.slices(self.keys[group.key]))
                if slice_name in self._families[group.name]:
                    return self._families[group.name][slice_name]
        return np.zeros(0, dtype=np.int64)


def samples(rows: Rows, terms: Sequence[str]) -> Samples | None:
    """Fetch a split's rows once: the SQL `terms`, weights, units and slice keys; None when nothing is asked for."""
    distinct = list(dict.fromkeys(terms))
    if not distinct:
        return None
    keys = [_key(group) for group in groups(rows) if _key(group) in _key_columns(rows)]
    listed = [f"({sql})::DOUBLE AS v{i}" for i, sql in enumerate(distinct)]
    listed += [*keys, "weight", *(["unit"] if rows.clustered else [])]
    fetched = rows.connection.execute(f"SELECT {', '.join(listed)} FROM {rows.table}").fetchnumpy()
    fetched = _by_score(rows, distinct, fetched)
    columns = {sql: _filled(fetched[f"v{i}"]) for i, sql in enumerate(distinct)}
    return Samples(
        rows=rows,
        columns=columns,
        incomplete=frozenset(sql for sql, values in columns.items() if np.isnan(values).any()),
        keys={key: np.asarray(fetched[key]) for key in keys},
        weight=np.asarray(fetched["weight"], dtype=float),
        unit=np.asarray(fetched["unit"], dtype=np.int64) if rows.clustered else None,
    )


def _key(group: Group) -> str:
    """The column of the rows table that tells a group's slices."""
    return group.key if group.family is not None else group.where


def _key_columns(rows: Rows) -> set[str]:
    return {mask.column for mask in rows.masks} | {family.column for family in rows.families}


def _by_score(rows: Rows, terms: Sequence[str], fetched: dict[str, Any]) -> dict[str, Any]:
    """The rows in the order of the first model's scores, so that ranking them on a slice finds them sorted."""
    score = next((f"v{i}" for i, sql in enumerate(terms) if sql == f"s{rows.index(rows.models[0])}"), None)
    if score is None:
        return fetched
    order = np.argsort(_filled(fetched[score]), kind="stable")
    return {name: values[order] for name, values in fetched.items()}


def _filled(values: object) -> FloatArray:
    return np.asarray(np.ma.filled(np.ma.asarray(values).astype(float), np.nan))
