"""Two proportions on the same rows: b rows where only the first is right, c where only the second is."""

from __future__ import annotations

import math

from scipy import special

from specgen.stats.estimate import Estimate

BISECTIONS = 60


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

    ValueError unless n > 0, b ≥ 0, c ≥ 0 and b + c ≤ n. The bounds invert the score test, whose
    statistic falls strictly in the difference, by bisection.
    """
    if not (n > 0 and b >= 0 and c >= 0 and b + c <= n):
        raise ValueError(f"impossible counts of paired rows: b = {b}, c = {c}, n = {n}")
    value = (b - c) / n

    def lower(alpha: float) -> float:
        return _crossing(b, c, n, -float(special.ndtri(alpha)), -1.0, value)[0]

    def upper(alpha: float) -> float:
        return _crossing(b, c, n, float(special.ndtri(alpha)), value, 1.0)[1]

    se = math.sqrt(max(b + c - (b - c) ** 2 / n, 0.0)) / n
    return Estimate(value, max(round(n), 1), "tango", lower, upper, se)


def _crossing(b: float, c: float, n: float, z: float, low: float, high: float) -> tuple[float, float]:
    """The narrow interval within [low, high] in which the score statistic falls through z."""
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if _score(b, c, n, middle) > z else (low, middle)
    return low, high


def _score(b: float, c: float, n: float, difference: float) -> float:
    """Score statistic of the hypothesis that the true difference is `difference`."""
    variance = n * restricted_variance(b, c, n, difference)
    surprise = b - c - n * difference
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
