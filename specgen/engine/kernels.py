"""The innermost loop of the pass, compiled: it lets go of Python's lock, so that chunks are counted side by side.

Compiled at its first use and kept beside this file (or in the user's cache).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from specgen.engine.cells import CodeArray, FloatArray, IntArray


@njit(nogil=True, cache=True)
def count_rows(count: IntArray, cell: CodeArray, inner: CodeArray, width: int) -> None:
    """Add each row to its cell: `count` (cells × width,) in place, `cell` and `inner` (n,)."""
    for i in range(len(cell)):
        count[cell[i] * width + inner[i]] += 1


@njit(nogil=True, cache=True)
def sum_products(
    sums: FloatArray, cell: CodeArray, inner: CodeArray, width: int, values: FloatArray, steps: IntArray
) -> None:
    """Add products of row values to each row's cell: `sums` (cells × width, products) in place.

    `values` is (k, n). Each of `steps` (s, 3) multiplies an earlier step's product (−1: none) by one of the
    values, and is added to one of the sums (−1: to none).
    """
    product = np.empty(len(steps))
    for i in range(len(cell)):
        place = cell[i] * width + inner[i]
        for j in range(len(steps)):
            product[j] = values[steps[j, 1], i]
            if steps[j, 0] >= 0:
                product[j] *= product[steps[j, 0]]
            if steps[j, 2] >= 0:
                sums[place, steps[j, 2]] += product[j]
