"""Whether a slice that was found on one half loses more than the other rows on the other half, too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from specgen.diagnosis.search.kernels import BoolArray
from specgen.engine.cells import FloatArray, IntArray, MomentSums
from specgen.stats.measured import Measured
from specgen.stats.moment_estimates import moment_estimate
from specgen.stats.proportion import modified_wilson
from specgen.stats.unpaired import mover


@dataclass(frozen=True, eq=False)
class Tested:
    """Rows that were not searched: loss and weight (n,), their unit where rows are not independent.

    `wrong` says that a loss is the weight or 0: a row counts as right or wrong.
    """

    loss: FloatArray
    weight: FloatArray
    unit: IntArray | None
    wrong: bool


@dataclass(frozen=True)
class Held:
    """What the tested rows say: mean losses in the slice, with its interval, and of the others; p one-sided."""

    inside: float | None
    low: float | None
    high: float | None
    outside: float | None
    share: float
    rows: int
    p_value: float


def held(tested: Tested, inside: BoolArray, confidence: float) -> Held:
    """The slice against all other rows. Without rows on either side, p is 1 and nothing is known."""
    counted = tested.weight > 0
    rows, others = inside & counted, ~inside & counted
    n, total = int(rows.sum()), float(tested.weight.sum())
    if not n or not others.any():
        return Held(None, None, None, None, 0.0, n, 1.0)
    size = float(tested.weight[rows].sum())
    mean = float(tested.loss[rows].sum()) / size
    other = float(tested.loss[others].sum()) / (total - size)
    plain = tested.wrong and tested.unit is None and bool((tested.weight[counted] == 1).all())
    if plain:
        ends: tuple[float | None, float | None] = modified_wilson(mean * n, n).interval(confidence)
        p_value = _fisher(tested.loss, rows, counted)
    else:
        ends = _interval(tested, rows, confidence)
        p_value = _of_difference(tested, rows, others)
    return Held(mean, *ends, other, size / total, n, p_value)


def _fisher(loss: FloatArray, rows: BoolArray, counted: BoolArray) -> float:
    """Fisher's exact test, one-sided: so many of the wrong rows or more in the slice by chance."""
    wrong, all_wrong = round(float(loss[rows].sum())), round(float(loss[counted].sum()))
    return float(stats.hypergeom.sf(wrong - 1, int(counted.sum()), all_wrong, int(rows.sum())))


def _of_rows(tested: Tested, rows: BoolArray) -> Measured:
    """The mean loss of some rows, its variance from the units that have any of them."""
    sums = _sums([tested.loss * rows, tested.weight * rows], rows, tested.unit)
    return moment_estimate(_ratio, sums, 0.0, 1.0 if tested.wrong else None)


def _interval(tested: Tested, rows: BoolArray, confidence: float) -> tuple[float | None, float | None]:
    found = _of_rows(tested, rows)
    if found.shown is None:
        return None, None
    low, high = found.shown.interval(confidence)
    return low, high if np.isfinite(high) else None


def _of_difference(tested: Tested, rows: BoolArray, others: BoolArray) -> float:
    """The smallest error rate at which the difference is shown, whichever way it is estimated.

    Together, since units may have rows on both sides; and each side by itself (MOVER), since a slice of few
    units has few degrees of freedom, whatever the others have.
    """
    parts = [tested.loss * rows, tested.weight * rows, tested.loss * others, tested.weight * others]
    sums = _sums(parts, rows | others, tested.unit)
    together = moment_estimate(lambda s: _ratio(s[..., :2]) - _ratio(s[..., 2:]), sums, None, None).decision
    inside, outside = (_of_rows(tested, some).decision for some in (rows, others))
    if together is None or inside is None or outside is None:
        return 1.0
    return max(together.p_above(0.0), mover(inside, outside).p_above(0.0))


def _ratio(sums: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])


def _sums(parts: list[FloatArray], counted: BoolArray, unit: IntArray | None) -> MomentSums:
    """Sums of row values and of their products over rows, or over units."""
    values = np.array([part[counted] for part in parts])
    if unit is not None:
        number = np.unique(unit[counted], return_inverse=True)[1]
        values = np.array([np.bincount(number, weights=part) for part in values])
    first, second, third, fourth = (_products(values, degree) for degree in range(1, 5))
    return MomentSums(first, second, third, values.shape[1], int(counted.sum()), fourth)


def _products(values: FloatArray, degree: int) -> FloatArray:
    """Sums of the products of each `degree` row values."""
    letters = "abcd"[:degree]
    return np.asarray(
        np.einsum(",".join(f"{one}n" for one in letters) + f"->{letters}", *degree * [values], optimize=True)
    )
