"""The innermost loop of the pass, compiled: it lets go of Python's lock, so that chunks are counted side by side.

Compiled at its first use and kept beside this file (or in the user's cache).
"""

from __future__ import annotations

from numba import njit

from specgen.engine.cells import CodeArray, FloatArray, IntArray


@njit(nogil=True, cache=True)
def count_rows(count: IntArray, cell: CodeArray, inner: CodeArray, width: int) -> None:
    """Add each row to its cell: `count` (cells × width,) in place, `cell` and `inner` (n,)."""
    for i in range(len(cell)):
        count[cell[i] * width + inner[i]] += 1


@njit(nogil=True, cache=True)
def sum_products(
    sums: FloatArray, cell: CodeArray, inner: CodeArray, width: int, values: FloatArray, factors: IntArray
) -> None:
    """Add products of row values to each row's cell: `sums` (cells × width, products) in place.

    `values` (k, n); `factors` (products, most) are rows of `values`, −1 where a product has fewer.
    """
    for i in range(len(cell)):
        place = cell[i] * width + inner[i]
        for j in range(len(factors)):
            product = values[factors[j, 0], i]
            for k in range(1, factors.shape[1]):
                if factors[j, k] >= 0:
                    product *= values[factors[j, k], i]
            sums[place, j] += product
