"""From the best slices to a few that say different things: ranges widened, overlapping ones merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from specgen.diagnosis.search.columns import Column, Condition
from specgen.diagnosis.search.kernels import BoolArray, Codes
from specgen.diagnosis.search.lattice import Slice
from specgen.diagnosis.search.score import ALPHA, score
from specgen.engine.cells import FloatArray

# Part of a slice's excess loss that must lie outside the slices before it, to be listed beside them.
OWN = 0.5


@dataclass(frozen=True, eq=False)
class Half:
    """The rows that are searched: codes (columns, n), losses and weights (n,)."""

    columns: Sequence[Column]
    codes: Codes
    loss: FloatArray
    weight: FloatArray

    def inside(self, conditions: Sequence[Condition]) -> BoolArray:
        """Rows (n,) that meet all conditions."""
        found = np.ones(self.codes.shape[1], dtype=bool)
        for one in conditions:
            codes = self.codes[one.column]
            found &= (codes >= one.first) & (codes <= one.last)
        return found

    def inside_of(self, one: Slice) -> BoolArray:
        """Rows (n,) of a slice."""
        return self.inside([Condition(column, code, code) for column, code in one.conditions])

    def score(self, inside: BoolArray) -> float:
        """SliceLine's score of some rows."""
        size, lost = float(self.weight[inside].sum()), float(self.loss[inside].sum())
        return float(score(size, lost, float(self.weight.sum()), float(self.loss.sum()), ALPHA))


@dataclass(frozen=True, eq=False)
class Candidate:
    """A slice worth testing, and how many others were merged into it."""

    conditions: tuple[Condition, ...]
    inside: BoolArray
    score: float
    merged: int = 0


def says_more(half: Half, inside: BoolArray, covered: BoolArray, min_rows: int) -> bool:
    """Whether a slice says something that the rows of those before it, `covered` (n,), do not.

    More than half of what it loses beyond the average lies outside them, on `min_rows` rows or more.
    """
    rest = inside & ~covered
    excess = half.loss - half.loss.sum() / half.weight.sum() * half.weight
    return bool(rest.sum() >= min_rows and excess[rest].sum() > OWN * excess[inside].sum())


def widened(half: Half, one: Slice, merged: int = 0) -> Candidate:
    """The slice with its ranges widened and conditions dropped, step by step, while the score does not fall."""
    conditions = tuple(Condition(column, code, code) for column, code in one.conditions)
    best = _candidate(half, conditions, merged)
    while True:
        tried = [_candidate(half, some, merged) for some in _wider(half.columns, best.conditions)]
        better = max(tried, key=lambda found: found.score, default=None)
        if better is None or better.score < best.score:
            return best
        best = better


def _candidate(half: Half, conditions: tuple[Condition, ...], merged: int) -> Candidate:
    inside = half.inside(conditions)
    return Candidate(conditions, inside, half.score(inside), merged)


def _wider(columns: Sequence[Column], conditions: tuple[Condition, ...]) -> list[tuple[Condition, ...]]:
    """The same conditions with one range a step wider, or one condition fewer."""
    found = []
    for k, one in enumerate(conditions):
        if conditions[1:]:
            found.append(conditions[:k] + conditions[k + 1 :])
        if not columns[one.column].ordered or one.first >= columns[one.column].known:
            continue
        if one.first > 0:
            found.append((*conditions[:k], replace(one, first=one.first - 1), *conditions[k + 1 :]))
        if one.last < columns[one.column].known - 1:
            found.append((*conditions[:k], replace(one, last=one.last + 1), *conditions[k + 1 :]))
    return found
