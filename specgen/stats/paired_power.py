"""Power of the gate on a difference of two proportions over the same rows (the cautious form of Tango's bound).

Rows on which the two models differ carry all that is known of the difference, so everything depends on
their share, the discordance. The score statistic is normal with the restricted variance if the bound is
the truth, and with the rows' own variance otherwise (Lachin 1992, Power and sample size evaluation for the
McNemar test, Statistics in Medicine 11:1239, for a bound of 0; the same with Tango's variance for others).
Like the gate's bound it takes half a row off the surprise and moves the quantile by the rows' skewness.
"""

from __future__ import annotations

import math

from scipy import special

from specgen.stats.paired import CONTINUITY, further_by_skewness, restricted_variance

BISECTIONS = 60
RIPPLE = 1e-12
MOST_ROWS = 2**60


def independent_discordance(one: float, other: float) -> float:
    """Share of rows on which two models that err independently differ, given how often each is right."""
    return one * (1 - other) + other * (1 - one)


def paired_power(n: float, difference: float, discordance: float, bound: float, alpha: float) -> float:
    """Probability that n rows show, at error rate alpha, a difference above `bound`."""
    null, own = _variances(difference, discordance, bound)
    if own <= RIPPLE:
        return float(difference > bound)
    z = _z(alpha)
    z += further_by_skewness(bound, null, n, z)
    shift = n * (difference - bound) - CONTINUITY - z * math.sqrt(n * null)
    return float(special.ndtr(shift / math.sqrt(n * own)))


def paired_rows(
    difference: float, discordance: float, bound: float, alpha: float, power: float
) -> int | None:
    """Rows with which a difference above `bound` is shown with this power; None where it is not above."""
    if difference <= bound:
        return None
    low, high = 0, 1
    while paired_power(high, difference, discordance, bound, alpha) < power:
        low, high = high, 2 * high
        if high > MOST_ROWS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        enough = paired_power(middle, difference, discordance, bound, alpha) >= power
        low, high = (low, middle) if enough else (middle, high)
    return high


def paired_truth(n: float, discordance: float, bound: float, alpha: float, power: float) -> float | None:
    """Smallest difference that n rows show to lie above `bound` with this power; None if not even 1 is."""
    low, high = bound, 1.0
    if high <= low or paired_power(n, high, discordance, bound, alpha) < power:
        return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        enough = paired_power(n, middle, discordance, bound, alpha) >= power
        low, high = (low, middle) if enough else (middle, high)
    return high


def _variances(difference: float, discordance: float, bound: float) -> tuple[float, float]:
    """Variance of one row's difference if the bound is true, and as it is; a difference needs discordance."""
    share = min(max(discordance, abs(difference)), 1.0)
    b, c = (share + difference) / 2, (share - difference) / 2
    return max(restricted_variance(b, c, 1.0, bound), 0.0), max(share - difference**2, 0.0)


def _z(alpha: float) -> float:
    return -float(special.ndtri(alpha))
