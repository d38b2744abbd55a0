"""How many rows settle a question."""

from __future__ import annotations

import math

from scipy import special

from specgen.stats.exact_power import rows_above

POWER = 0.8


def rows_for_proportion(
    truth: float, bound: float, alpha: float, power: float = POWER, successes: int = 0, n: int = 0
) -> int | None:
    """Rows, besides `successes` of `n` at hand, with which a true proportion is told from a bound, one-sided.

    Exact (`specgen.stats.exact_power`): from so many further rows on, the power of Clopper and Pearson's
    bound at alpha never falls below `power` again. Beyond a million rows the normal form (Fleiss, Levin
    and Paik 2003, Statistical Methods for Rates and Proportions, §2.5), which is then as good. None where
    truth and bound are equal; 1 where no proportion can reach the bound.
    """
    if truth == bound:
        return None
    if not 0 <= bound <= 1:
        return 1
    if truth < bound:
        truth, bound, successes = 1 - truth, 1 - bound, n - successes
    exact = rows_above(truth, bound, alpha, power, successes, n)
    if exact is not None:
        return exact
    spread = _z(alpha) * math.sqrt(bound * (1 - bound)) + _z(1 - power) * math.sqrt(truth * (1 - truth))
    return max(math.ceil((spread / (truth - bound)) ** 2) - n, 1)


def rows_for_difference(
    se: float, n: int, distance: float, alpha: float, power: float = POWER, fixed_se: float = 0.0
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


def _z(alpha: float) -> float:
    return -float(special.ndtri(alpha))
