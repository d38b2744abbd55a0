"""Two proportions on the same rows: b rows where only the first is right, c where only the second is."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import special

from specgen.stats.estimate import Estimate

BISECTIONS = 60
# Half of the step in which b − c moves.
CONTINUITY = 0.5

# How far a score statistic of b, c, n and a difference exceeds the normal quantile z.
Excess = Callable[[float, float, float, float, float], float]


def mcnemar_exact(b: int, c: int) -> float:
    """Two-sided p of McNemar's exact conditional (binomial) test; 1.0 without discordant rows."""
    return min(1.0, 2 * float(special.bdtr(min(b, c), b + c, 0.5)))


def mcnemar_midp(b: int, c: int) -> float:
    """Two-sided mid-p of McNemar's test (Fagerland, Lydersen and Laake 2013, BMC Med Res Methodol 13:91)."""
    fewer, n = min(b, c), b + c
    log_mass = special.gammaln(n + 1) - special.gammaln(fewer + 1) - special.gammaln(n - fewer + 1)
    return min(1.0, 2 * float(special.bdtr(fewer, n, 0.5)) - math.exp(log_mass - n * math.log(2)))


def tango(b: float, c: float, n: float) -> Estimate:
    """Tango's (1998, Statistics in Medicine 17:891) score interval for the difference (b − c)/n.

    Close to nominal on average, so it is what readers are shown. ValueError unless n > 0, b ≥ 0, c ≥ 0
    and b + c ≤ n. The bounds invert the score test, whose statistic falls strictly in the difference,
    by bisection.
    """
    return _inverted(b, c, n, "tango", _excess)


def cautious_tango(b: float, c: float, n: float) -> Estimate:
    """Tango's interval with room for skewness and for the lattice of counts, so gates decide by it.

    Where a handful of rows differ, nearly all of them one way, Tango's bound alone is crossed by 7 to 8%
    of models exactly at it instead of 5%. The quantile is moved by the skewness of a row's difference at
    the bound (after Gart and Nam 1990, Biometrics 46:637, and Laud 2017, Pharmaceutical Statistics 16:334)
    where that widens, and half a row is taken off the surprise, as Yates (1934) does. ValueError as above.
    """
    return _inverted(b, c, n, "tango, skewness and continuity", _cautious_excess)


def _inverted(b: float, c: float, n: float, method: str, excess: Excess) -> Estimate:
    if not (n > 0 and b >= 0 and c >= 0 and b + c <= n):
        raise ValueError(f"impossible counts of paired rows: b = {b}, c = {c}, n = {n}")
    value = (b - c) / n

    def lower(alpha: float) -> float:
        return _crossing(b, c, n, -float(special.ndtri(alpha)), -1.0, value, excess)[0]

    def upper(alpha: float) -> float:
        return _crossing(b, c, n, float(special.ndtri(alpha)), value, 1.0, excess)[1]

    se = math.sqrt(max(b + c - (b - c) ** 2 / n, 0.0)) / n
    return Estimate(value, max(round(n), 1), method, lower, upper, se)


def _crossing(
    b: float, c: float, n: float, z: float, low: float, high: float, excess: Excess
) -> tuple[float, float]:
    """The narrow interval within [low, high] in which the score statistic falls through z."""
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(b, c, n, middle, z) > 0 else (low, middle)
    return low, high


def _excess(b: float, c: float, n: float, difference: float, z: float) -> float:
    """Score statistic of the hypothesis that the true difference is `difference`, less z."""
    return _studentised(b - c - n * difference, n * restricted_variance(b, c, n, difference)) - z


def _cautious_excess(b: float, c: float, n: float, difference: float, z: float) -> float:
    """The same with the surprise continuity-corrected and z moved outwards by the skewness (Cornish and Fisher)."""
    one = restricted_variance(b, c, n, difference)
    side = 1.0 if z > 0 else -1.0
    found = _studentised(b - c - n * difference - side * CONTINUITY, n * one)
    return found - z - side * further_by_skewness(difference, one, n, z)


def further_by_skewness(difference: float, variance: float, n: float, z: float) -> float:
    """How much further out a cautious bound's quantile z lies, for the skewness of n rows' differences.

    `variance` is that of one row's difference if the true one is `difference`. Never negative.
    """
    if variance <= 0:
        return 0.0
    third = difference * (1 - 3 * (variance + difference**2) + 2 * difference**2)
    moved = third / (6 * variance * math.sqrt(variance * n)) * (z * z - 1)
    return max(moved if z > 0 else -moved, 0.0)


def _studentised(surprise: float, variance: float) -> float:
    if variance <= 0:
        return math.copysign(math.inf, surprise) if surprise else 0.0
    return surprise / math.sqrt(variance)


def restricted_variance(b: float, c: float, n: float, difference: float) -> float:
    """Variance of one row's difference, estimated as if the true difference were `difference` (Tango 1998)."""
    linear = (2 * n - b + c) * difference - b - c
    constant = -c * difference * (1 - difference)
    # p21 is the restricted maximum likelihood estimate; this root form does not cancel.
    root = math.sqrt(max(linear * linear - 8 * n * constant, 0.0))
    p21 = (root - linear) / (4 * n) if linear <= 0 else -2 * constant / (root + linear)
    return 2 * p21 + difference * (1 - difference)
