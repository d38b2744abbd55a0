"""Adding rows to cells: by NumPy, or for many rows by compiled loops, whose import a few rows would not pay for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from specgen.engine.cells import CodeArray, FloatArray, IntArray

COMPILED_FROM = 1_000_000

CountRows = Callable[[IntArray, CodeArray, CodeArray, int], None]
SumProducts = Callable[[FloatArray, CodeArray, CodeArray, int, FloatArray, IntArray], None]


def adders(rows: int) -> tuple[CountRows, SumProducts]:
    """How to count rows and to sum products of row values into cells, for a split of so many rows."""
    if rows < COMPILED_FROM:
        return _count_rows, _sum_products
    from specgen.engine.kernels import count_rows, sum_products

    return count_rows, sum_products


def _count_rows(count: IntArray, cell: CodeArray, inner: CodeArray, width: int) -> None:
    np.add.at(count, cell.astype(np.int64) * width + inner, 1)


def _sum_products(
    sums: FloatArray, cell: CodeArray, inner: CodeArray, width: int, values: FloatArray, steps: IntArray
) -> None:
    place = cell.astype(np.int64) * width + inner
    products: list[FloatArray] = []
    for earlier, value, total in steps:
        products.append(values[value] * products[earlier] if earlier >= 0 else values[value])
        if total >= 0:
            np.add.at(sums[:, total], place, products[-1])
