"""The loops of the search, compiled: they let go of Python's lock, so that slices are split up side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from specgen.diagnosis.search.score import highest, score
from specgen.engine.cells import FloatArray, IntArray

Codes = NDArray[np.uint8]
RowList = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
# What is summed of a slice: its rows, their weight, their loss, and the largest loss per weight of a row.
ROWS, WEIGHT, LOSS, LARGEST = 0, 1, 2, 3


class Limits(NamedTuple):
    """What a slice is held against: `least_weight` is the least that a row weighs."""

    min_rows: float
    least_weight: float
    total_weight: float
    total_loss: float
    alpha: float


@njit(nogil=True, cache=True)
def split_up(
    codes: Codes, rows: RowList, loss: FloatArray, weight: FloatArray, start: IntArray, first: int,
    alive: BoolArray, limits: Limits, threshold: float,
) -> FloatArray:  # fmt: skip
    """Sums (values, 4) of some rows by every value of the columns from `first` on.

    `codes` (n, m) row by row; value c of column j has the place `start[j] + c`, less `start[first]`. An empty
    `weight` is 1 each. Rows and weights are summed only in columns where the losses may be enough for the
    threshold, and stay 0 elsewhere: rows without a loss are the most, and seldom matter.
    """
    even, begin = len(weight) == 0, start[first]
    sums = np.zeros((start[codes.shape[1]] - begin, 4))
    size = 0.0
    for k in range(len(rows)):
        i = rows[k]
        amount = 1.0 if even else weight[i]
        size += amount
        lost = loss[i]
        if lost > 0.0:
            rate = lost / amount
            for j in range(first, codes.shape[1]):
                place = start[j] - begin + codes[i, j]
                sums[place, LOSS] += lost
                sums[place, LARGEST] = max(sums[place, LARGEST], rate)
    counted = _enough(sums, size, start, first, alive, limits, threshold)
    for k in range(len(rows) if len(counted) else 0):
        i = rows[k]
        amount = 1.0 if even else weight[i]
        for j in counted:
            place = start[j] - begin + codes[i, j]
            sums[place, ROWS] += 1.0
            sums[place, WEIGHT] += amount
    return sums


@njit(nogil=True, cache=True)
def _enough(
    sums: FloatArray,
    size: float,
    start: IntArray,
    first: int,
    alive: BoolArray,
    limits: Limits,
    threshold: float,
) -> IntArray:
    """Columns with a value whose losses reach the threshold, whatever part of the rows (of weight `size`) it has."""
    found, count = np.empty(len(start), np.int64), 0
    least, begin = limits.min_rows * limits.least_weight, start[first]
    for j in range(first, len(start) - 1):
        for place in range(start[j] - begin, start[j + 1] - begin):
            if alive[place] and sums[place, LOSS] > 0.0 and threshold <= highest(
                size, sums[place, LOSS], sums[place, LARGEST], least,
                limits.total_weight, limits.total_loss, limits.alpha,
            ):  # fmt: skip
                found[count] = j
                count += 1
                break
    return found[:count].copy()


@njit(nogil=True, cache=True)
def worthwhile(
    sums: FloatArray, alive: BoolArray, limits: Limits, threshold: float
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Places of `sums` that have the rows, and a bound that reaches the threshold; their scores and bounds."""
    places = np.empty(len(sums), np.int64)
    scores, bounds = np.empty(len(sums)), np.empty(len(sums))
    found, least = 0, limits.min_rows * limits.least_weight
    for place in range(len(sums)):
        if not alive[place] or sums[place, ROWS] < limits.min_rows:
            continue
        size, lost = sums[place, WEIGHT], sums[place, LOSS]
        bound = highest(
            size, lost, sums[place, LARGEST], least, limits.total_weight, limits.total_loss, limits.alpha
        )
        if bound >= threshold:
            places[found], bounds[found] = place, bound
            scores[found] = score(size, lost, limits.total_weight, limits.total_loss, limits.alpha)
            found += 1
    return places[:found].copy(), scores[:found].copy(), bounds[:found].copy()


@njit(nogil=True, cache=True)
def members(codes: Codes, columns: IntArray, values: IntArray) -> RowList:
    """Rows, in order, that have each of the values in its column; `codes` (m, n) column by column."""
    n, count = codes.shape[1], 0
    found = np.empty(n, np.int32)
    one, value = codes[columns[0]], values[0]
    for i in range(n):
        if one[i] == value:
            found[count] = i
            count += 1
    for k in range(1, len(columns)):
        one, value, kept = codes[columns[k]], values[k], 0
        for r in range(count):
            if one[found[r]] == value:
                found[kept] = found[r]
                kept += 1
        count = kept
    return found[:count].copy()


@njit(nogil=True, cache=True)
def sorted_rows(codes: Codes, values: int) -> tuple[RowList, IntArray]:
    """Rows (n,) sorted by their code, and where each code's rows begin (values + 1,)."""
    begin = np.zeros(values + 1, np.int64)
    for i in range(len(codes)):
        begin[codes[i] + 1] += 1
    for value in range(values):
        begin[value + 1] += begin[value]
    place, order = begin.copy(), np.empty(len(codes), np.int32)
    for i in range(len(codes)):
        order[place[codes[i]]] = i
        place[codes[i]] += 1
    return order, begin
