"""How far people agree on the same rows: Krippendorff's alpha and pairwise agreement, with rows as the sample.

Krippendorff (2011, Computing Krippendorff's Alpha-Reliability; 2019, Content Analysis, 4th ed., ch. 12).
Both follow from sums over rows, so how each row moves them is known, and intervals come from the rows'
(or their units') influences as those of metrics do. Any row may lack any person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.samples import Sample
from specgen.metrics.influence import Influenced
from specgen.stats.influenced import influenced_estimate
from specgen.stats.measured import Measured, undefined


@dataclass(frozen=True, eq=False)
class _Paired:
    """Labels of the rows that two people or more labelled: `row` (n,) numbers these rows, `people` (R,) counts them."""

    row: IntArray
    label: FloatArray
    people: FloatArray
    unit: IntArray | None

    def sums(self, values: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(self.row, weights=values, minlength=len(self.people)), dtype=float)


def alpha(row: IntArray, unit: IntArray | None, label: FloatArray, *, numbers: bool) -> Measured:
    """Krippendorff's alpha of labels (n,) of rows (n,): nominal, or of the interval level for `numbers`.

    1 is full agreement, 0 what chance would give. Undefined where no row has two labels, or all are one.
    """
    paired = _paired(row, unit, label)
    if paired is None:
        return undefined("no row has two people's labels")
    observed, expected, slope = _of_numbers(paired) if numbers else _of_labels(paired)
    if expected <= 0:
        return undefined("all labels are the same, so chance would agree as well", len(paired.people))
    influence = -(observed * expected - observed.sum() * slope) / expected**2
    return _estimate(1 - float(observed.sum()) / expected, influence, paired, None)


def pairwise_agreement(row: IntArray, unit: IntArray | None, label: FloatArray) -> Measured:
    """Share of pairs of people with the same label, averaged over rows (Fleiss 1971, Psychol. Bull. 76:378)."""
    paired = _paired(row, unit, label)
    if paired is None:
        return undefined("no row has two people's labels")
    alike = _alike(paired) / (paired.people * (paired.people - 1))
    value = float(alike.mean())
    return _estimate(value, (alike - value) / len(alike), paired, 0.0)


def _paired(row: IntArray, unit: IntArray | None, label: FloatArray) -> _Paired | None:
    _, number, count = np.unique(row, return_inverse=True, return_counts=True)
    kept = count[number] > 1
    if not kept.any():
        return None
    chosen, number = np.unique(number[kept], return_inverse=True)
    units = None
    if unit is not None:
        first = np.unique(row, return_index=True)[1]
        units = np.asarray(unit[first][chosen], dtype=np.int64)
    return _Paired(number, label[kept], count[chosen].astype(float), units)


def _estimate(value: float, influence: FloatArray, paired: _Paired, low: float | None) -> Measured:
    rows = len(paired.people)
    sample = Sample({}, np.ones(rows), paired.unit, weighted=False)
    return influenced_estimate(Influenced(value, influence - influence.mean()), sample, low, 1.0)


def _alike(paired: _Paired) -> FloatArray:
    """Ordered pairs of equal labels in each row, (R,)."""
    _, code = np.unique(paired.label, return_inverse=True)
    labels = int(code.max()) + 1
    _, cell, count = np.unique(paired.row * labels + code, return_inverse=True, return_counts=True)
    return paired.sums((count[cell] - 1).astype(float))


def _of_labels(paired: _Paired) -> tuple[FloatArray, float, FloatArray]:
    """Disagreement observed in each row, expected in all, and how the rows move the latter."""
    people = paired.people
    observed = (people * (people - 1) - _alike(paired)) / (people - 1)
    _, code = np.unique(paired.label, return_inverse=True)
    count = np.bincount(code).astype(float)
    n = float(people.sum())
    apart = n**2 - float((count**2).sum())
    moved = 2 * n * people - 2 * paired.sums(count[code])
    return observed, apart / (n - 1), moved / (n - 1) - apart * people / (n - 1) ** 2


def _of_numbers(paired: _Paired) -> tuple[FloatArray, float, FloatArray]:
    """The same of squared differences."""
    people, label = paired.people, paired.label - paired.label.mean()
    total, squares = paired.sums(label), paired.sums(label**2)
    observed = 2 * np.maximum(people * squares - total**2, 0.0) / (people - 1)
    n, all_, every = float(people.sum()), float(total.sum()), float(squares.sum())
    apart = n * every - all_**2
    moved = people * every + n * squares - 2 * all_ * total
    return observed, 2 * apart / (n - 1), 2 * (moved / (n - 1) - apart * people / (n - 1) ** 2)
