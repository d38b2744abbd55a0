"""Power of the gate on a plain proportion, exactly: how likely Clopper and Pearson's bound decides.

Everything is about showing that a rate lies *above* a bound; that it lies below is the same question
about the complement. A sample of N shows it when at least K of N succeed, K the smallest count with
P(at least K | the bound) ≤ alpha, which is where Clopper and Pearson's lower bound reaches it. So the
power is a binomial tail, and no simulation or normal form is needed. It is a saw, not a smooth curve
(Chernick and Liu 2002, The saw-toothed behavior of power versus sample size, American Statistician
56:149): the sizes given here are those from which on it never falls below the power asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from scipy import special

LARGEST = 1_000_000
NEIGHBOURS = 12


@lru_cache(maxsize=4096)
def power_above(n: int, truth: float, bound: float, alpha: float) -> float:
    """Probability that n rows with success rate `truth` show, at error rate alpha, a rate above `bound`."""
    needed = successes_above(n, bound, alpha)
    return 0.0 if needed > n else _at_least(needed, n, truth)


@lru_cache(maxsize=4096)
def truth_above(n: int, bound: float, alpha: float, power: float) -> float | None:
    """Smallest success rate that n rows show to lie above `bound` with this power; None if none does."""
    needed = successes_above(n, bound, alpha)
    if needed > n:
        return None
    return float(special.betaincinv(needed, n - needed + 1, power)) if needed else bound


@lru_cache(maxsize=4096)
def successes_above(n: int, bound: float, alpha: float) -> int:
    """Fewest successes of n that show a rate above `bound`; n + 1 where not even n of n would."""
    if bound >= 1:
        return n + 1
    if bound < 0:
        return 0
    if bound == 0 or n == 0:
        return 1
    start = float(special.bdtrik(1 - alpha, n, bound))
    needed = min(max(math.floor(start) if math.isfinite(start) else 0, 0), n)
    while needed <= n and _at_least(needed, n, bound) > alpha:
        needed += 1
    while needed > 0 and _at_least(needed - 1, n, bound) <= alpha:
        needed -= 1
    return needed


@lru_cache(maxsize=4096)
def rows_above(
    truth: float, bound: float, alpha: float, power: float, successes: int = 0, n: int = 0
) -> int | None:
    """Rows, besides `successes` of `n` at hand, from which on a rate above `bound` is shown with this power.

    The rows at hand are taken as they are, the further ones succeed at the rate `truth`. None where
    truth ≤ bound, or where more than a million rows would be needed.
    """
    if truth <= bound or bound >= 1:
        return None
    if bound <= 0:
        return 1 if successes else _until_one(truth, power)
    find = _by_failures if bound >= 0.5 else _by_successes
    total = find(truth, bound, alpha, power, successes, n)
    return None if total is None else max(total - n, 1)


def _until_one(truth: float, power: float) -> int:
    """Rows among which a success is to be expected with this probability."""
    return 1 if truth >= 1 else max(math.ceil(math.log1p(-power) / math.log1p(-truth)), 1)


def _by_failures(
    truth: float, bound: float, alpha: float, power: float, successes: int, n: int
) -> int | None:
    """Total rows, tooth by tooth of failures allowed: within a tooth each further row lowers the power."""
    had = n - successes

    def enough(allowed: int) -> bool:
        last = _rows_for_failures(allowed + 1, bound, alpha) - 1
        return _at_most(allowed - had, last - n, 1 - truth) >= power

    allowed = _first(enough, had, math.ceil(LARGEST * (1 - bound)) + had + NEIGHBOURS)
    return None if allowed is None else _rows_for_failures(allowed, bound, alpha)


def _by_successes(
    truth: float, bound: float, alpha: float, power: float, successes: int, n: int
) -> int | None:
    """Total rows, tooth by tooth of successes needed: within a tooth each further row raises the power."""

    def reached(rows: int, needed: int) -> bool:
        return rows >= n and _at_least(needed - successes, rows - n, truth) >= power

    def enough(needed: int) -> bool:
        return reached(_rows_for_successes(needed - 1, bound, alpha) + 1, needed)

    needed = _first(enough, 1, math.ceil(LARGEST * bound) + successes + NEIGHBOURS)
    if needed is None:
        return None
    # The tooth before begins below the power asked for, and may reach it before it ends.
    high = _rows_for_successes(needed - 1, bound, alpha)
    if needed == 1 or not reached(high, needed - 1):
        return high + 1
    low = max(_rows_for_successes(needed - 2, bound, alpha), n)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle, needed - 1) else (middle, high)
    return high


def _first(enough: Callable[[int], bool], low: int, most: int) -> int | None:
    """First tooth from which on all are enough, None beyond `most`; the teeth's ends rise but for ripples."""
    step = 1
    while not enough(low + step - 1):
        if low + step > most:
            return None
        step *= 2
    below, found = low + step // 2 - 1, low + step - 1
    while found - below > 1:
        middle = (below + found) // 2
        below, found = (below, middle) if enough(middle) else (middle, found)
    ripples = [tooth for tooth in range(found + 1, found + NEIGHBOURS) if not enough(tooth)]
    return ripples[-1] + 1 if ripples else found


def _rows_for_failures(allowed: int, bound: float, alpha: float) -> int:
    """Fewest rows that show a rate above `bound` in spite of so many failures."""
    if allowed < 0:
        return 0
    rows = max(math.floor(float(special.bdtrin(allowed, alpha, 1 - bound))) - 1, allowed)
    while _at_most(allowed, rows, 1 - bound) > alpha:
        rows += 1
    return rows


def _rows_for_successes(needed: int, bound: float, alpha: float) -> int:
    """Most rows of which so many successes show a rate above `bound`."""
    if needed <= 0:
        return 0
    rows = max(math.floor(float(special.bdtrin(needed - 1, 1 - alpha, bound))) + 1, needed)
    while rows >= needed and _at_least(needed, rows, bound) > alpha:
        rows -= 1
    return max(rows, needed - 1)


def _at_most(count: int, n: int, rate: float) -> float:
    """P(X ≤ count) of a binomial."""
    if count < 0:
        return 0.0
    return 1.0 if count >= n else float(special.betaincc(count + 1, n - count, rate))


def _at_least(count: int, n: int, rate: float) -> float:
    """P(X ≥ count) of a binomial."""
    if count <= 0:
        return 1.0
    return 0.0 if count > n else float(special.betainc(count, n - count + 1, rate))
