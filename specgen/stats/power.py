"""How many rows settle a question."""

from __future__ import annotations

import math

from scipy import special


def rows_for_proportion(truth: float, bound: float, alpha: float, power: float = 0.8) -> int | None:
    """Rows with which a true proportion is told from a bound, one-sided at alpha; None if they are equal.

    The normal form (Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, §2.5);
    exact where the truth is 0 or 1 (rows without any error, or success, that prove it) and where the
    bound is (rows among which one is to be expected that refutes it).
    """
    if truth == bound:
        return None
    if not 0 <= bound <= 1:
        return 1
    if truth in (0.0, 1.0):
        return _rows_in_a_row(bound if truth == 1 else 1 - bound, alpha)
    if bound in (0.0, 1.0):
        return _rows_in_a_row(truth if bound == 1 else 1 - truth, 1 - power)
    spread = _z(alpha) * math.sqrt(bound * (1 - bound)) + _z(1 - power) * math.sqrt(truth * (1 - truth))
    return math.ceil((spread / (truth - bound)) ** 2)


def rows_for_difference(
    se: float, n: int, distance: float, alpha: float, power: float = 0.8, fixed_se: float = 0.0
) -> int | None:
    """Rows at which an estimate with standard error `se` at n rows would likely be `distance` from 0.

    The standard error shrinks with √n; `fixed_se`, a published baseline's own, does not. None when no
    number of rows suffices. The sign of `distance` does not matter.
    """
    needed = (abs(distance) / (_z(alpha) + _z(1 - power))) ** 2 - fixed_se**2
    return math.ceil(n * se**2 / needed) if needed > 0 and math.isfinite(se) else None


def further(needed: int | None, n: int) -> int | None:
    """Rows still missing, at least one: what is not settled yet needs more."""
    return None if needed is None else max(needed - n, 1)


def _rows_in_a_row(probability: float, alpha: float) -> int:
    """Rows of one outcome in a row that are less likely than alpha if each has this probability."""
    if probability <= 0:
        return 1
    return max(math.ceil(math.log(alpha) / math.log(probability)), 1)


def _z(alpha: float) -> float:
    return -float(special.ndtri(alpha))
