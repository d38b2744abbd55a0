"""From the best slices to a few that say different things: ranges widened, overlapping ones merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from specgen.diagnosis.search.columns import Column, Condition
from specgen.diagnosis.search.kernels import BoolArray, Codes
from specgen.diagnosis.search.lattice import Slice
from specgen.diagnosis.search.score import ALPHA, score
from specgen.engine.cells import FloatArray

# A condition stays if the rows that it leaves out lose less by so many standard errors: it was chosen as the best
# of many. Without it the slice keeps such a part of its score.
SURE, KEPT = 3.0, 0.5
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
        return self.score_of(float(self.weight[inside].sum()), float(self.loss[inside].sum()))

    def score_of(self, weight: float, loss: float) -> float:
        """The score of rows with such sums."""
        return float(score(weight, loss, *self.total, ALPHA))

    @cached_property
    def total(self) -> tuple[float, float]:
        """Weight and loss of all rows."""
        return float(self.weight.sum()), float(self.loss.sum())

    def part(self, rows: BoolArray) -> Half:
        """Some of the rows."""
        codes = self.codes if rows.all() else np.ascontiguousarray(self.codes[:, rows])
        return Half(self.columns, codes, self.loss[rows], self.weight[rows])


@dataclass(frozen=True, eq=False)
class Candidate:
    """A slice worth testing, and how many others were merged into it."""

    conditions: tuple[Condition, ...]
    score: float
    merged: int = 0


def says_more(half: Half, inside: BoolArray, covered: BoolArray, min_rows: int) -> bool:
    """Whether a slice says something that the rows of those before it, `covered` (n,), do not.

    More than half of what it loses beyond the average lies outside them, on `min_rows` rows or more.
    """
    rest = inside & ~covered
    excess = half.loss - half.loss.sum() / half.weight.sum() * half.weight
    return bool(rest.sum() >= min_rows and excess[rest].sum() > OWN * excess[inside].sum())


def widened(half: Half, one: Slice) -> tuple[Condition, ...]:
    """The slice with ranges widened and conditions dropped, step by step, while the score does not fall."""
    conditions = tuple(Condition(column, code, code) for column, code in one.conditions)
    best = half.score(half.inside(conditions))
    while True:
        tried = [(half.score(half.inside(some)), some) for some in _wider(half, conditions)]
        score, some = max(tried, key=lambda found: found[0], default=(best, conditions))
        if score < best or some == conditions:
            return conditions
        best, conditions = score, some


def simplified(half: Half, conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The conditions, and ends of ranges, without those that chance may have added, the most doubtful first."""
    while True:
        inside = half.inside(conditions)
        least = KEPT * half.score(inside)
        parents = [(some, half.inside(some)) for some in _shorter(half, conditions)]
        doubts = [
            (_apart(half, inside, parent & ~inside), some)
            for some, parent in parents if half.score(parent) >= least
        ]  # fmt: skip
        doubt, some = min(doubts, key=lambda found: found[0], default=(SURE, conditions))
        if doubt >= SURE:
            return conditions
        conditions = some


def _shorter(half: Half, conditions: tuple[Condition, ...]) -> Iterator[tuple[Condition, ...]]:
    """The same with one condition, or one end of a range, fewer."""
    for k, one in enumerate(conditions):
        before, after = conditions[:k], conditions[k + 1 :]
        if before or after:
            yield before + after
        column = half.columns[one.column]
        if column.ordered and one.first < column.known:
            last = column.known - 1
            open_ended = (replace(one, first=0), replace(one, last=last))
            yield from (
                (*before, some, *after)
                for some in open_ended
                if some != one and some.last - some.first < last
            )


def _apart(half: Half, inside: BoolArray, others: BoolArray) -> float:
    """How many standard errors the mean loss of some rows is above that of others."""
    if not others.any():
        return 0.0
    means, variance = [], 0.0
    for rows in (inside, others):
        size = half.weight[rows].sum()
        means.append(half.loss[rows].sum() / size)
        variance += ((half.loss[rows] - means[-1] * half.weight[rows]) ** 2).sum() / size**2
    gap = float(means[0] - means[1])
    return gap / float(np.sqrt(variance)) if variance > 0 else float(np.inf) if gap > 0 else 0.0


def _wider(half: Half, conditions: tuple[Condition, ...]) -> Iterator[tuple[Condition, ...]]:
    """The same conditions with the best wider range of one column, or one condition fewer."""
    for k, one in enumerate(conditions):
        rest = conditions[:k] + conditions[k + 1 :]
        if rest:
            yield rest
        column = half.columns[one.column]
        if column.ordered and one.first < column.known:
            yield (*conditions[:k], _best_range(half, one, half.inside(rest)), *conditions[k + 1 :])


def _best_range(half: Half, one: Condition, inside: BoolArray) -> Condition:
    """The range around a condition's with the highest score, among rows (n,) that meet the other conditions."""
    known = half.columns[one.column].known
    codes = half.codes[one.column][inside]
    sums = [
        np.concatenate(
            [[0.0], np.cumsum(np.bincount(codes, weights=values[inside], minlength=known)[:known])]
        )
        for values in (half.weight, half.loss)
    ]
    ranges = [(first, last) for first in range(one.first + 1) for last in range(one.last, known)]
    scores = [half.score_of(*(float(s[last + 1] - s[first]) for s in sums)) for first, last in ranges]
    first, last = ranges[int(np.argmax(scores))]
    return Condition(one.column, first, last)
