"""The effective sample size of a proportion: rows of a simple random sample that would be as precise."""

from __future__ import annotations

from scipy import special

from specgen.stats.linearised import Sizes, degrees_of_variance

LEVEL = 0.975


def effective_n(
    value: float, squares: float, fourths: float, sizes: Sizes, units: int, rows: float, *, clustered: bool
) -> float:
    """Rows of a simple random sample whose share `value` would be as precise as this one.

    `squares` and `fourths` are the sums of those powers of the units' influences on the share, `sizes`
    says how unequal the units are, which stands in where the rows all say the same (Kish 1965, Survey
    Sampling, §8.2), and `rows` are those that count. With few units, or few that have most rows or most
    of the failures, it shrinks as t is wider than the normal (Korn and Graubard 1998, Survey Methodology
    24:193; the degrees of freedom are Satterthwaite's).
    """
    kish = 1 / sizes.squares
    if squares <= 0 or units < 2 or value in (0.0, 1.0):
        return kish
    effective = min(value * (1 - value) / (squares * sizes.inflation), rows)
    if not clustered:
        return min(effective, kish)
    degrees = min(sizes.degrees, degrees_of_variance(fourths / squares**2, units))
    few = special.stdtrit(rows - 1, LEVEL) / special.stdtrit(degrees, LEVEL)
    return effective * float(few) ** 2
